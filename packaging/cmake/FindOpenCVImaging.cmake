# SPDX-License-Identifier: GPL-3.0-or-later
#
# OpenCV's core, imgproc and imgcodecs alone. Debian keeps OpenCVConfig.cmake in
# libopencv-dev, which pulls in every module with Qt 5 and VTK; the three
# per-module packages are enough for us.
#
# Defines OpenCV::core, OpenCV::imgproc, OpenCV::imgcodecs.

find_path(OpenCVImaging_INCLUDE_DIR opencv2/core.hpp PATH_SUFFIXES opencv4)
set(_opencv_required OpenCVImaging_INCLUDE_DIR)
foreach(_module core imgproc imgcodecs)
    find_library(OpenCVImaging_${_module}_LIBRARY opencv_${_module})
    list(APPEND _opencv_required OpenCVImaging_${_module}_LIBRARY)
    mark_as_advanced(OpenCVImaging_${_module}_LIBRARY)
endforeach()
mark_as_advanced(OpenCVImaging_INCLUDE_DIR)

if(OpenCVImaging_INCLUDE_DIR)
    file(READ "${OpenCVImaging_INCLUDE_DIR}/opencv2/core/version.hpp" _opencv_version_text)
    set(OpenCVImaging_VERSION "")
    foreach(_part MAJOR MINOR REVISION)
        string(REGEX MATCH "CV_VERSION_${_part} +([0-9]+)" _ "${_opencv_version_text}")
        list(APPEND OpenCVImaging_VERSION "${CMAKE_MATCH_1}")
    endforeach()
    list(JOIN OpenCVImaging_VERSION "." OpenCVImaging_VERSION)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(OpenCVImaging REQUIRED_VARS ${_opencv_required} VERSION_VAR OpenCVImaging_VERSION)

if(OpenCVImaging_FOUND AND NOT TARGET OpenCV::core)
    foreach(_module core imgproc imgcodecs)
        add_library(OpenCV::${_module} SHARED IMPORTED)
        set_target_properties(OpenCV::${_module} PROPERTIES
            IMPORTED_LOCATION "${OpenCVImaging_${_module}_LIBRARY}"
            INTERFACE_INCLUDE_DIRECTORIES "${OpenCVImaging_INCLUDE_DIR}")
        if(NOT _module STREQUAL core)
            set_property(TARGET OpenCV::${_module} PROPERTY INTERFACE_LINK_LIBRARIES OpenCV::core)
        endif()
    endforeach()
endif()
