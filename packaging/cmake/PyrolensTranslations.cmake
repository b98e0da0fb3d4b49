# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: Pyrolens contributors
#
# pyrolens_add_translations(<target> [SOURCES file ...])
#
# Puts translations/pyrolens_<language>.ts, as .qm files, below :/i18n of the given target (called in the
# target's own folder, once and last), and makes the target `update_translations`, which refreshes the .ts files
# from the sources of all targets of that folder, of all layers below widgets, and of SOURCES. A language is added by a word in the
# list below and an empty file; `cmake --build --preset dev --target update_translations` fills it.
include_guard(GLOBAL)

function(pyrolens_add_translations target)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES")
    set(files "")
    foreach(language en nl de)
        set(file "${PROJECT_SOURCE_DIR}/translations/pyrolens_${language}.ts")
        if(EXISTS "${file}")
            list(APPEND files "${file}")
        endif()
    endforeach()
    if(NOT files)
        return()
    endif()

    get_property(sources GLOBAL PROPERTY PYROLENS_WIDGET_SOURCES)
    set(own "")
    get_directory_property(neighbours BUILDSYSTEM_TARGETS)
    foreach(neighbour IN LISTS neighbours)
        get_target_property(part ${neighbour} SOURCES)
        if(part)
            list(APPEND own ${part})
        endif()
    endforeach()
    foreach(source IN LISTS own arg_SOURCES)
        if(NOT source MATCHES "[$]<")
            cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}")
            list(APPEND sources "${source}")
        endif()
    endforeach()
    list(REMOVE_DUPLICATES sources)
    # No line numbers and no leftovers: the difference of an update is what changed for translators.
    qt_add_translations(${target}
        TS_FILES ${files}
        SOURCES ${sources}
        RESOURCE_PREFIX /i18n
        LUPDATE_OPTIONS -no-obsolete -locations none)
endfunction()
