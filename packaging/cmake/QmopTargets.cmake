# SPDX-License-Identifier: GPL-3.0-or-later
#
# The project's targets in one line each.
#
#   qmop_add_library(name SOURCES a.cpp ... LINK target ...)
#   qmop_add_program(name SOURCES main.cpp ... LINK target ...)
#   qmop_add_test(tst_name SOURCES tst_name.cpp ... LINK target ... [LABELS label ...])
#
# Includes are written from the repository's root ("models/clip/vision_tower.h");
# values that cross layers are <qmop/...> style: "qmop/run_trace.h".

add_library(qmop_options INTERFACE)
target_include_directories(qmop_options INTERFACE "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/core/include")
target_compile_options(qmop_options INTERFACE -Wall -Wextra -Wpedantic -Wnon-virtual-dtor)
target_compile_definitions(qmop_options INTERFACE QMOP_VERSION="${PROJECT_VERSION}")
if(QMOP_WERROR)
    # GCC 12 warns falsely of overlaps in "literal" + std::string (GCC bug 105651).
    target_compile_options(qmop_options INTERFACE -Werror -Wno-error=restrict)
endif()
if(QMOP_SANITIZE)
    target_compile_options(qmop_options INTERFACE -fsanitize=${QMOP_SANITIZE} -fno-omit-frame-pointer -g1)
    target_link_options(qmop_options INTERFACE -fsanitize=${QMOP_SANITIZE})
endif()

function(qmop_add_library name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
    add_library(${name} STATIC ${ARG_SOURCES})
    target_link_libraries(${name} PUBLIC qmop_options ${ARG_LINK})
endfunction()

function(qmop_add_program name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
    add_executable(${name} ${ARG_SOURCES})
    target_link_libraries(${name} PRIVATE qmop_options ${ARG_LINK})
endfunction()

function(qmop_add_test name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINK;LABELS" ${ARGN})
    add_executable(${name} ${ARG_SOURCES})
    set_target_properties(${name} PROPERTIES AUTOMOC ON RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
    target_link_libraries(${name} PRIVATE qmop_options ${ARG_LINK} Qt6::Test)
    # torch uses `slots` and `emit` as names; widgets' tests need the keywords.
    if(NOT "qmop_widgets" IN_LIST ARG_LINK)
        target_compile_definitions(${name} PRIVATE QT_NO_KEYWORDS)
    endif()
    target_compile_definitions(${name} PRIVATE QMOP_SOURCE_DIR="${PROJECT_SOURCE_DIR}" QMOP_BIN_DIR="${PROJECT_BINARY_DIR}/bin")
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES TIMEOUT 600 LABELS "${ARG_LABELS}"
        ENVIRONMENT "QT_QPA_PLATFORM=offscreen;OMP_NUM_THREADS=2;XDG_CACHE_HOME=${PROJECT_BINARY_DIR}/test-cache")
    if(QMOP_SANITIZE MATCHES thread)
        set_property(TEST ${name} APPEND PROPERTY ENVIRONMENT
            "TSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/tsan-suppressions.txt")
    endif()
    if(QMOP_SANITIZE MATCHES address)
        # Undefined behaviour only prints a line unless told to end the program; a test would pass.
        set_property(TEST ${name} APPEND PROPERTY ENVIRONMENT
            "ASAN_OPTIONS=detect_stack_use_after_return=1"
            "UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1"
            "LSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/lsan-suppressions.txt:print_suppressions=0")
    endif()
endfunction()
