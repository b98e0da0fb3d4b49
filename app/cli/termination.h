// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QObject>

#include <memory>

namespace pyrolens::cli {

/// SIGINT and SIGTERM (Windows: console control events) as a Qt signal, for servers that shut down cleanly.
/// One at a time.
class TerminationWatcher : public QObject
{
    Q_OBJECT

public:
    explicit TerminationWatcher(QObject *parent = nullptr);
    ~TerminationWatcher() override; ///< restores the former handlers

Q_SIGNALS:
    void terminated();

private:
    struct Private;
    std::unique_ptr<Private> d;
};

/// Makes a signal end the program with 128 + its number, which is what scripts see of a stopped client
/// command.
void exitOnSignals();

} // namespace pyrolens::cli
