# SPDX-License-Identifier: GPL-3.0-or-later
#
# LibTorch from an unpacked wheel or archive: a folder with include/ and lib/.
# Links libtorch_cpu and libc10 only, so neither a CUDA toolkit nor Python is
# needed. Not find_package(Torch): its config asks for the CUDA toolkit even for
# a CPU build and sets its own language standard.
#
#   QMOP_LIBTORCH_DIR  folder to use; empty: what packaging/fetch-libtorch.sh unpacked
#
# Defines LibTorch::LibTorch, LibTorch_VERSION, LibTorch_LIBRARY_DIR.

set(QMOP_LIBTORCH_DIR "" CACHE PATH "An unpacked LibTorch (with include/ and lib/), 2.6 or newer")

set(_libtorch_hints "${QMOP_LIBTORCH_DIR}")
if(NOT QMOP_LIBTORCH_DIR)
    if(DEFINED ENV{XDG_CACHE_HOME} AND NOT "$ENV{XDG_CACHE_HOME}" STREQUAL "")
        set(_libtorch_cache "$ENV{XDG_CACHE_HOME}")
    else()
        set(_libtorch_cache "$ENV{HOME}/.cache")
    endif()
    set(_libtorch_hints "${_libtorch_cache}/qmop-explorer/libtorch-2.11.0/torch")
endif()

# What was found stays in the cache: look again where it came from another folder.
foreach(_variable LibTorch_INCLUDE_DIR LibTorch_CPU_LIBRARY LibTorch_C10_LIBRARY)
    string(FIND "${${_variable}}" "${_libtorch_hints}/" _libtorch_position)
    if(NOT _libtorch_position EQUAL 0)
        unset(${_variable} CACHE)
    endif()
endforeach()

find_path(LibTorch_INCLUDE_DIR ATen/ATen.h HINTS "${_libtorch_hints}/include" NO_DEFAULT_PATH)
find_library(LibTorch_CPU_LIBRARY torch_cpu HINTS "${_libtorch_hints}/lib" NO_DEFAULT_PATH)
find_library(LibTorch_C10_LIBRARY c10 HINTS "${_libtorch_hints}/lib" NO_DEFAULT_PATH)
mark_as_advanced(LibTorch_INCLUDE_DIR LibTorch_CPU_LIBRARY LibTorch_C10_LIBRARY)

# The version header moved between releases.
foreach(_header torch/headeronly/version.h torch/csrc/api/include/torch/version.h)
    if(LibTorch_INCLUDE_DIR AND NOT LibTorch_VERSION AND EXISTS "${LibTorch_INCLUDE_DIR}/${_header}")
        file(READ "${LibTorch_INCLUDE_DIR}/${_header}" _libtorch_version_text)
        if(_libtorch_version_text MATCHES "TORCH_VERSION_MAJOR ([0-9]+)")
            set(LibTorch_VERSION "${CMAKE_MATCH_1}")
            string(REGEX MATCH "TORCH_VERSION_MINOR ([0-9]+)" _ "${_libtorch_version_text}")
            string(APPEND LibTorch_VERSION ".${CMAKE_MATCH_1}")
            string(REGEX MATCH "TORCH_VERSION_PATCH ([0-9]+)" _ "${_libtorch_version_text}")
            string(APPEND LibTorch_VERSION ".${CMAKE_MATCH_1}")
        endif()
    endif()
endforeach()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibTorch
    REQUIRED_VARS LibTorch_CPU_LIBRARY LibTorch_C10_LIBRARY LibTorch_INCLUDE_DIR
    VERSION_VAR LibTorch_VERSION
    REASON_FAILURE_MESSAGE "run packaging/fetch-libtorch.sh, or give -DQMOP_LIBTORCH_DIR=<unpacked LibTorch>")

if(LibTorch_FOUND AND NOT TARGET LibTorch::LibTorch)
    get_filename_component(LibTorch_LIBRARY_DIR "${LibTorch_CPU_LIBRARY}" DIRECTORY)
    add_library(LibTorch::c10 SHARED IMPORTED)
    set_target_properties(LibTorch::c10 PROPERTIES IMPORTED_LOCATION "${LibTorch_C10_LIBRARY}")
    add_library(LibTorch::LibTorch SHARED IMPORTED)
    set_target_properties(LibTorch::LibTorch PROPERTIES
        IMPORTED_LOCATION "${LibTorch_CPU_LIBRARY}"
        INTERFACE_INCLUDE_DIRECTORIES "${LibTorch_INCLUDE_DIR};${LibTorch_INCLUDE_DIR}/torch/csrc/api/include"
        INTERFACE_LINK_LIBRARIES LibTorch::c10
        # The CPU library names CUDA libraries that its own RPATH finds; the
        # linker need not. DT_RPATH is inherited by what it loads, RUNPATH is not.
        INTERFACE_LINK_OPTIONS "-Wl,--allow-shlib-undefined;-Wl,--disable-new-dtags")
endif()
