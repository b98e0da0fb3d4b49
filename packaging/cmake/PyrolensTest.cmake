# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: Pyrolens contributors
#
# pyrolens_add_test(NAME pickle.decode SOURCES tst_decode.cpp [more.cpp ...] LINKS Pyrolens::pickle ...
#                   LABELS unit [GUI] [TIMEOUT seconds] [ENV NAME=value ...])
#
# One QtTest program `tst_pickle_decode`, known to ctest as `pickle.decode`.
#  - C++ side: PYROLENS_TEST_DATA is the folder tests/data, PYROLENS_BIN_DIR the folder of the built
#    programs; headers of tests/support are included as "support/x.h".
#  - Run: offscreen; the environment is passed on, so tests that need a real Python peer find it through
#    PYROLENS_PYRO3, PYROLENS_PYTHON2 and PYROLENS_PYRO5 (see tests/README.md). Setting CMake variables
#    of the same names fixes them for every run.
#  - GUI links Qt Widgets.
include_guard(GLOBAL)

set(PYROLENS_PYTHON2 "" CACHE STRING "Python 2.7 for the Pyro 3 interop tests; empty: from the environment")
set(PYROLENS_PYRO3 "" CACHE STRING "Folder that holds the Pyro 3 package; empty: from the environment")
set(PYROLENS_PYRO5 "" CACHE STRING "Folder that holds the Pyro 5 package; empty: from the environment")

function(pyrolens_add_test)
    cmake_parse_arguments(PARSE_ARGV 0 arg "GUI" "NAME;TIMEOUT" "SOURCES;LINKS;LABELS;ENV")
    if(arg_UNPARSED_ARGUMENTS OR NOT arg_NAME OR NOT arg_SOURCES OR NOT arg_LABELS)
        message(FATAL_ERROR "pyrolens_add_test(${arg_NAME}): NAME, SOURCES and LABELS are needed; "
            "unknown: ${arg_UNPARSED_ARGUMENTS}")
    endif()
    string(REPLACE "." "_" target "tst_${arg_NAME}")
    add_executable(${target} ${arg_SOURCES})
    target_link_libraries(${target} PRIVATE pyrolens_flags ${arg_LINKS} Qt6::Test)
    if(arg_GUI)
        target_link_libraries(${target} PRIVATE Qt6::Widgets)
    endif()
    if(NOT "bench" IN_LIST arg_LABELS)
        pyrolens_compile_quickly(${target})
        if(arg_GUI)
            pyrolens_precompile(${target} guitest)
        else()
            pyrolens_precompile(${target} test)
        endif()
    endif()
    target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
    target_compile_definitions(${target} PRIVATE
        PYROLENS_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data"
        PYROLENS_BIN_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
    add_test(NAME ${arg_NAME} COMMAND ${target})
    pyrolens_test_environment(${arg_NAME} ${arg_ENV})
    set_tests_properties(${arg_NAME} PROPERTIES LABELS "${arg_LABELS}")
    if(arg_TIMEOUT)
        set_tests_properties(${arg_NAME} PROPERTIES TIMEOUT ${arg_TIMEOUT})
    endif()
endfunction()

# The environment every test runs in; for tests made with a plain add_test as well.
function(pyrolens_test_environment test)
    set(environment QT_QPA_PLATFORM=offscreen LC_ALL=C.UTF-8 ${ARGN})
    foreach(name PYROLENS_PYTHON2 PYROLENS_PYRO3 PYROLENS_PYRO5)
        if(${name})
            list(APPEND environment "${name}=${${name}}")
        endif()
    endforeach()
    set_tests_properties(${test} PROPERTIES ENVIRONMENT "${environment}")
endfunction()
