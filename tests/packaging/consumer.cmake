# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: Pyrolens contributors
#
# Run by ctest: installs the library into a fresh prefix, then configures, builds and runs the consumer.
function(step what)
    execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
    if(NOT status EQUAL 0)
        message(FATAL_ERROR "${what} failed (${status}):\n${output}")
    endif()
    set(output "${output}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE "${WORK}")
step("Installing" "${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${WORK}/prefix" --component development)
# Proves that the package does not point back into the build: a moved prefix must work as well.
file(RENAME "${WORK}/prefix" "${WORK}/moved")
step("Configuring" "${CMAKE_COMMAND}" -S "${CONSUMER}" -B "${WORK}/build" -G "${GENERATOR}"
    "-DCMAKE_PREFIX_PATH=${WORK}/moved" "-DQt6_DIR=${QT}" "-DCMAKE_CXX_COMPILER=${COMPILER}"
    "-DCMAKE_CXX_FLAGS=${FLAGS}" "-DWANTED_VERSION=${VERSION}")
step("Building" "${CMAKE_COMMAND}" --build "${WORK}/build")
step("Running" "${WORK}/build/consumer")
message(STATUS "${output}")

# A version that is not there must not be found: the version file works.
execute_process(
    COMMAND "${CMAKE_COMMAND}" -S "${CONSUMER}" -B "${WORK}/refused" -G "${GENERATOR}"
        "-DCMAKE_PREFIX_PATH=${WORK}/moved" "-DQt6_DIR=${QT}" "-DCMAKE_CXX_COMPILER=${COMPILER}" -DWANTED_VERSION=99.0
    RESULT_VARIABLE status OUTPUT_QUIET ERROR_VARIABLE error)
if(status EQUAL 0 OR NOT error MATCHES "compatible with[^a-z]+requested version")
    message(FATAL_ERROR "find_package(Pyrolens 99.0) should have been refused for its version, but:\n${error}")
endif()
