# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: Pyrolens contributors
#
# What every target of this build shares: language, output folder, compiler cache, linker, and the
# INTERFACE target `pyrolens_flags` (warnings and defines) that each target links PRIVATE.
include_guard(GLOBAL)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_AUTOMOC ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Build type" FORCE)
endif()

# ccache: paths below the checkout are hashed relative to it, so that several checkouts, build folders and presets
# with the same flags share their objects. The sloppiness is what it needs to cache what uses a precompiled header.
find_program(PYROLENS_CCACHE ccache DOC "Compiler cache; empty for none")
mark_as_advanced(PYROLENS_CCACHE)
if(PYROLENS_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env
        "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}" CCACHE_NOHASHDIR=1
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime "${PYROLENS_CCACHE}")
endif()

# A faster linker where there is one: the tests are many small programs and their links add up.
find_program(PYROLENS_MOLD mold DOC "Fast linker; empty for the compiler's own choice")
mark_as_advanced(PYROLENS_MOLD)
if(PYROLENS_MOLD AND CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
    add_link_options(-fuse-ld=mold)
endif()

add_library(pyrolens_flags INTERFACE)
target_compile_definitions(pyrolens_flags INTERFACE
    QT_NO_CAST_FROM_ASCII
    QT_NO_CAST_TO_ASCII
    QT_NO_CAST_FROM_BYTEARRAY
    QT_NO_URL_CAST_FROM_STRING
    QT_NO_FOREACH
    QT_NO_NARROWING_CONVERSIONS_IN_CONNECT
    QT_USE_QSTRINGBUILDER
    QT_DISABLE_DEPRECATED_BEFORE=0x060400
    PYROLENS_VERSION="${PROJECT_VERSION}")
if(CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
    # Without -Wnull-dereference: false alarms inside Qt headers at -O2.
    target_compile_options(pyrolens_flags INTERFACE
        -Wall -Wextra -Wpedantic -Wshadow -Wold-style-cast -Wnon-virtual-dtor -Woverloaded-virtual
        -Wcast-qual -Wconversion -Wsign-conversion -Wextra-semi)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        target_compile_options(pyrolens_flags INTERFACE
            -Wduplicated-cond -Wlogical-op -Wuseless-cast -Wsuggest-override)
    endif()
    if(PYROLENS_WERROR)
        target_compile_options(pyrolens_flags INTERFACE -Werror)
    endif()
endif()

include(PyrolensPrecompiled)
