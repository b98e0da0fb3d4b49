// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "termination.h"

#include <QSocketNotifier>

#include <csignal>

#ifdef Q_OS_WIN
#include <QMetaObject>
#include <windows.h>
#else
#include <fcntl.h>
#include <unistd.h>
#endif

namespace pyrolens::cli {

#ifdef Q_OS_WIN

struct TerminationWatcher::Private
{ };

namespace {

TerminationWatcher *s_watcher = nullptr;

BOOL WINAPI onControl(DWORD)
{
    if (s_watcher == nullptr)
        return FALSE;
    QMetaObject::invokeMethod(s_watcher, &TerminationWatcher::terminated, Qt::QueuedConnection);
    return TRUE;
}

} // namespace

TerminationWatcher::TerminationWatcher(QObject *parent) : QObject(parent), d(std::make_unique<Private>())
{
    s_watcher = this;
    SetConsoleCtrlHandler(onControl, TRUE);
}

TerminationWatcher::~TerminationWatcher()
{
    SetConsoleCtrlHandler(onControl, FALSE);
    s_watcher = nullptr;
}

void exitOnSignals() { }

#else

namespace {

// A handler may only do what is safe inside a signal: it writes the number into a pipe that the event loop
// watches.
int s_pipeEnd = -1;

void onTermination(int number)
{
    const char byte = char(number);
    [[maybe_unused]] const auto written = ::write(s_pipeEnd, &byte, 1);
}

void onSignalExit(int number)
{
    ::_exit(128 + number);
}

} // namespace

struct TerminationWatcher::Private
{
    int readEnd = -1;
    std::unique_ptr<QSocketNotifier> notifier;
    struct sigaction formerInterrupt = {};
    struct sigaction formerTerminate = {};
};

TerminationWatcher::TerminationWatcher(QObject *parent) : QObject(parent), d(std::make_unique<Private>())
{
    int ends[2] = {-1, -1};
    if (::pipe(ends) != 0)
        qFatal("no pipe for signals can be made: no file descriptor is left");
    for (const int end : ends)
        ::fcntl(end, F_SETFD, FD_CLOEXEC);
    ::fcntl(ends[1], F_SETFL, O_NONBLOCK);
    d->readEnd = ends[0];
    s_pipeEnd = ends[1];
    d->notifier = std::make_unique<QSocketNotifier>(d->readEnd, QSocketNotifier::Read);
    connect(d->notifier.get(), &QSocketNotifier::activated, this, [this] {
        char byte = 0;
        if (::read(d->readEnd, &byte, 1) == 1)
            Q_EMIT terminated();
    });
    struct sigaction action = {};
    action.sa_handler = onTermination;
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART;
    ::sigaction(SIGINT, &action, &d->formerInterrupt);
    ::sigaction(SIGTERM, &action, &d->formerTerminate);
}

TerminationWatcher::~TerminationWatcher()
{
    ::sigaction(SIGINT, &d->formerInterrupt, nullptr);
    ::sigaction(SIGTERM, &d->formerTerminate, nullptr);
    d->notifier.reset();
    ::close(d->readEnd);
    ::close(s_pipeEnd);
    s_pipeEnd = -1;
}

void exitOnSignals()
{
    struct sigaction action = {};
    action.sa_handler = onSignalExit;
    sigemptyset(&action.sa_mask);
    for (const int number : {SIGINT, SIGTERM, SIGHUP})
        ::sigaction(number, &action, nullptr);
}

#endif

} // namespace pyrolens::cli
