# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: Pyrolens contributors
#
# pyrolens_precompile(<target> core|widgets|test|guitest)
#
# With PYROLENS_PCH, the target reads the Qt and standard headers of its kind from one precompiled header a kind,
# which halves the time of a build and more. Sources still include what they use: the presets `headless` and
# `release` build without it, and .ci/run builds the first.
include_guard(GLOBAL)

option(PYROLENS_PCH "Precompile the Qt and standard headers" OFF)

set(_pyrolens_pch_std <algorithm> <chrono> <functional> <map> <memory> <optional> <string> <unordered_map> <utility>
    <variant> <vector>)
set(_pyrolens_pch_core <QByteArray> <QDateTime> <QDeadlineTimer> <QDir> <QElapsedTimer> <QFile> <QHash> <QList>
    <QMetaObject> <QMutex> <QObject> <QPointer> <QSet> <QString> <QThread> <QTimer> <QVariant>)
set(_pyrolens_pch_widgets <QAbstractItemModel> <QAction> <QApplication> <QBoxLayout> <QFormLayout> <QLabel>
    <QLineEdit> <QMainWindow> <QMenu> <QPainter> <QPlainTextEdit> <QPushButton> <QSplitter> <QStyledItemDelegate>
    <QToolButton> <QTreeView> <QWidget>)

# What is tested is optimised, the test's own code need not be: it is most of what there is to compile.
function(pyrolens_compile_quickly target)
    if(CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
        target_compile_options(${target} PRIVATE -O0)
    endif()
endfunction()

# The carrier of a kind: an empty target that the header is compiled for once. Programs get -fPIE where libraries
# get -fPIC, so what is precompiled for one does not fit the other. QtTest is left out: it reads macros that Qt
# defines differently for each folder.
function(_pyrolens_pch_carrier kind result)
    set(carrier "pyrolens_pch_${kind}")
    set(${result} ${carrier} PARENT_SCOPE)
    if(TARGET ${carrier})
        return()
    endif()
    set(empty "${CMAKE_BINARY_DIR}/pch/${kind}.cpp")
    set(headers ${_pyrolens_pch_std} ${_pyrolens_pch_core})
    set(modules Qt6::Core)
    if(kind MATCHES "test$")
        file(CONFIGURE OUTPUT "${empty}" CONTENT "int main() { return 0; }\n" @ONLY)
        add_executable(${carrier} "${empty}")
        pyrolens_compile_quickly(${carrier})
    else()
        file(CONFIGURE OUTPUT "${empty}" CONTENT "extern const int pch_${kind};\nconst int pch_${kind} = 0;\n" @ONLY)
        add_library(${carrier} STATIC "${empty}")
    endif()
    if(kind STREQUAL "widgets" OR kind STREQUAL "guitest")
        list(APPEND headers ${_pyrolens_pch_widgets})
        list(APPEND modules Qt6::Widgets)
    endif()
    set_target_properties(${carrier} PROPERTIES AUTOMOC OFF RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/pch")
    target_link_libraries(${carrier} PRIVATE pyrolens_flags ${modules})
    target_precompile_headers(${carrier} PRIVATE ${headers})
endfunction()

function(pyrolens_precompile target kind)
    if(NOT PYROLENS_PCH)
        return()
    endif()
    _pyrolens_pch_carrier(${kind} carrier)
    target_precompile_headers(${target} REUSE_FROM ${carrier})
endfunction()
