# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: Pyrolens contributors
#
# pyrolens_add_layer(<name> HEADERS ... SOURCES ... [USES layer ...] [QT module ...] [LIBS target ...])
#
# Makes the layer table of core/README.md true at build time:
#  1. a static library `pyrolens_<name>` with the alias `Pyrolens::<name>`;
#  2. a forwarding header per listed header in build/include/<name>/pyrolens/<name>/, and only that folder
#     is exported: a layer that is not in USES is not on the include path, `_p.h` headers stay private;
#  3. USES and QT (without the `Qt6::`; Core is always there) are linked publicly, LIBS privately;
#  4. `<name>_closed`, an empty program that links the whole archive with nothing but 3.: a call to a layer
#     that was not named fails at that link.
# Layers below core/ become part of `Pyrolens::Core` and their headers are installed.
include_guard(GLOBAL)

# Writes build/include/<folder>/<prefix>/<header> for each header and removes those no longer listed.
function(_pyrolens_forward_headers folder prefix)
    set(root "${CMAKE_BINARY_DIR}/include/${folder}/${prefix}")
    set(wanted "")
    foreach(header IN LISTS ARGN)
        cmake_path(ABSOLUTE_PATH header BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" OUTPUT_VARIABLE path)
        # file(CONFIGURE) keeps the time stamp when nothing changed, so a new configure rebuilds nothing.
        file(CONFIGURE OUTPUT "${root}/${header}" CONTENT "#include \"${path}\" // IWYU pragma: export\n" @ONLY)
        list(APPEND wanted "${root}/${header}")
    endforeach()
    file(GLOB_RECURSE present "${root}/*.h")
    foreach(stale IN LISTS present)
        if(NOT stale IN_LIST wanted)
            file(REMOVE "${stale}")
        endif()
    endforeach()
endfunction()

function(pyrolens_add_layer name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "HEADERS;SOURCES;USES;QT;LIBS")
    if(arg_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "pyrolens_add_layer(${name}): unknown arguments ${arg_UNPARSED_ARGUMENTS}")
    endif()
    set(target "pyrolens_${name}")

    set(sources ${arg_SOURCES})
    if(NOT sources)
        # A layer of headers only still gets an archive, so that it can be linked like any other.
        set(only "${CMAKE_CURRENT_BINARY_DIR}/${name}_headers.cpp")
        set(includes "")
        foreach(header IN LISTS arg_HEADERS)
            string(APPEND includes "#include <pyrolens/${name}/${header}>\n")
        endforeach()
        file(CONFIGURE OUTPUT "${only}" CONTENT "${includes}" @ONLY)
        set(sources "${only}")
    endif()
    add_library(${target} STATIC ${sources} ${arg_HEADERS})
    add_library(Pyrolens::${name} ALIAS ${target})

    _pyrolens_forward_headers(${name} "pyrolens/${name}" ${arg_HEADERS})
    target_include_directories(${target} PUBLIC "${CMAKE_BINARY_DIR}/include/${name}")

    set(links Qt6::Core)
    foreach(module IN LISTS arg_QT)
        list(APPEND links Qt6::${module})
    endforeach()
    foreach(layer IN LISTS arg_USES)
        list(APPEND links Pyrolens::${layer})
    endforeach()
    target_link_libraries(${target} PUBLIC ${links} PRIVATE ${arg_LIBS} pyrolens_flags)

    cmake_path(IS_PREFIX PYROLENS_CORE_DIR "${CMAKE_CURRENT_SOURCE_DIR}" NORMALIZE in_core)
    if(in_core)
        pyrolens_precompile(${target} core)
    else()
        pyrolens_precompile(${target} widgets)
    endif()

    set(closed "${CMAKE_BINARY_DIR}/closed/closed.cpp")
    file(CONFIGURE OUTPUT "${closed}" CONTENT "int main() { return 0; }\n" @ONLY)
    add_executable(${name}_closed "${closed}")
    set_target_properties(${name}_closed PROPERTIES
        AUTOMOC OFF RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/closed")
    target_link_libraries(${name}_closed PRIVATE "$<LINK_LIBRARY:WHOLE_ARCHIVE,${target}>")

    if(in_core)
        set_property(GLOBAL APPEND PROPERTY PYROLENS_CORE_LAYERS ${name})
        foreach(header IN LISTS arg_HEADERS)
            cmake_path(GET header PARENT_PATH folder)
            install(FILES "${header}" COMPONENT development
                DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/pyrolens/${name}/${folder}")
        endforeach()
    else()
        # For the translators' tool; see PyrolensTranslations.cmake.
        foreach(source IN LISTS arg_SOURCES arg_HEADERS)
            cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}")
            set_property(GLOBAL APPEND PROPERTY PYROLENS_WIDGET_SOURCES "${source}")
        endforeach()
    endif()
endfunction()

set(PYROLENS_CORE_DIR "${PROJECT_SOURCE_DIR}/core")
