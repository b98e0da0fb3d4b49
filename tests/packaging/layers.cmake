# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: Pyrolens contributors
#
# Run by ctest: proves that the layer table is kept by the build, by breaking it in each possible way.
file(REMOVE_RECURSE "${WORK}")
execute_process(
    COMMAND "${CMAKE_COMMAND}" -S "${LAYERS}" -B "${WORK}" -G "${GENERATOR}" "-DMODULES=${MODULES}"
        "-DCMAKE_CXX_COMPILER=${COMPILER}" "-DCMAKE_CXX_FLAGS=${FLAGS}" "-DQt6_DIR=${QT}" -DCMAKE_BUILD_TYPE=Debug
    RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(NOT status EQUAL 0)
    message(FATAL_ERROR "The toy tree could not be configured:\n${output}")
endif()

# build(target pattern): with an empty pattern the target must build, else fail with output that matches it.
function(build target pattern)
    execute_process(COMMAND "${CMAKE_COMMAND}" --build "${WORK}" --target ${target}
        RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
    if(pattern STREQUAL "")
        if(NOT status EQUAL 0)
            message(SEND_ERROR "${target} should build:\n${output}")
        endif()
    elseif(status EQUAL 0)
        message(SEND_ERROR "${target} breaks the layer table but was built")
    elseif(NOT output MATCHES "${pattern}")
        message(SEND_ERROR "${target} failed, but not with '${pattern}':\n${output}")
    endif()
endfunction()

build(high_closed "")
build(pyrolens_badcall "")
build(pyrolens_badinclude "pyrolens/high/high.h: No such file|pyrolens/high/high.h' file not found")
build(pyrolens_badprivate "pyrolens/low/low_p.h: No such file|pyrolens/low/low_p.h' file not found")
build(badcall_closed "undefined (symbol|reference).*high\\(\\)")
