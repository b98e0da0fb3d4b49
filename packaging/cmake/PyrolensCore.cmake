# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: Pyrolens contributors
#
# The umbrella target `Pyrolens::Core`: one archive made of the objects of all core layers and of
# core/generations.cpp, installed with a CMake package, so that a user writes
#     find_package(Pyrolens REQUIRED)
#     target_link_libraries(program PRIVATE Pyrolens::Core)
include_guard(GLOBAL)
include(CMakePackageConfigHelpers)

# A macro would leak; called once, from core/CMakeLists.txt, after the layers.
function(pyrolens_add_core)
    get_property(layers GLOBAL PROPERTY PYROLENS_CORE_LAYERS)
    if(NOT layers)
        message(STATUS "No layer in core yet: Pyrolens::Core is left out")
        return()
    endif()

    set(parts "")
    foreach(layer IN LISTS layers)
        list(APPEND parts "$<TARGET_OBJECTS:pyrolens_${layer}>")
    endforeach()
    add_library(pyrolens_core STATIC ${parts})
    add_library(Pyrolens::Core ALIAS pyrolens_core)
    set_target_properties(pyrolens_core PROPERTIES
        OUTPUT_NAME pyrolens-core EXPORT_NAME Core AUTOMOC OFF LINKER_LANGUAGE CXX)
    target_compile_features(pyrolens_core PUBLIC cxx_std_20)
    foreach(layer IN LISTS layers)
        target_include_directories(pyrolens_core PUBLIC "$<BUILD_INTERFACE:${CMAKE_BINARY_DIR}/include/${layer}>")
    endforeach()
    # Spelled out here and not taken from the layers: core needs nothing else, and what the layers ask for
    # beyond this fails at the link of core_headless.
    target_link_libraries(pyrolens_core
        PUBLIC Qt6::Core Qt6::Network
        PRIVATE ZLIB::ZLIB SQLite::SQLite3 "$<BUILD_INTERFACE:pyrolens_flags>")

    if(EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/generations.cpp")
        target_sources(pyrolens_core PRIVATE generations.cpp generations.h)
        _pyrolens_forward_headers(core pyrolens generations.h)
        target_include_directories(pyrolens_core PUBLIC "$<BUILD_INTERFACE:${CMAKE_BINARY_DIR}/include/core>")
        install(FILES generations.h COMPONENT development DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/pyrolens")
    endif()

    file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/closed/closed.cpp" CONTENT "int main() { return 0; }\n" @ONLY)
    add_executable(core_headless "${CMAKE_BINARY_DIR}/closed/closed.cpp")
    set_target_properties(core_headless PROPERTIES
        AUTOMOC OFF RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/closed")
    target_link_libraries(core_headless PRIVATE "$<LINK_LIBRARY:WHOLE_ARCHIVE,pyrolens_core>")

    set(package "${CMAKE_INSTALL_LIBDIR}/cmake/Pyrolens")
    install(TARGETS pyrolens_core EXPORT PyrolensTargets
        ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT development
        INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
    install(EXPORT PyrolensTargets NAMESPACE Pyrolens:: DESTINATION "${package}" COMPONENT development)
    configure_package_config_file("${PROJECT_SOURCE_DIR}/packaging/cmake/PyrolensConfig.cmake.in"
        "${PROJECT_BINARY_DIR}/PyrolensConfig.cmake" INSTALL_DESTINATION "${package}")
    write_basic_package_version_file("${PROJECT_BINARY_DIR}/PyrolensConfigVersion.cmake"
        COMPATIBILITY SameMinorVersion)
    install(FILES "${PROJECT_BINARY_DIR}/PyrolensConfig.cmake" "${PROJECT_BINARY_DIR}/PyrolensConfigVersion.cmake"
        DESTINATION "${package}" COMPONENT development)
endfunction()
