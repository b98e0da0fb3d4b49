// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// Runs one scripted object: pyrolens-script RUN_TIME_MS HEAP_MB, requests on standard input, answers on
// standard output, see core/hosting/README.md. Started by the programs that host; of no use by hand.
#include "scripthost.h"

#include <QCoreApplication>
#include <QTextStream>

#include <iostream>
#include <string>
#include <thread>

#ifdef Q_OS_UNIX
#include <sys/resource.h>
#endif

namespace {

/// The engine has no cap on memory of its own: the system says no.
void limitProcess(long heapMegabytes)
{
#ifdef Q_OS_UNIX
    // What the program has before the script runs: the stacks of its threads, libraries, the engine.
    constexpr long kOwnMegabytes = 96;
    const auto set = [](auto what, rlim_t most) {
        const rlimit limit{most, most};
        setrlimit(what, &limit);
    };
    set(RLIMIT_DATA, rlim_t(heapMegabytes + kOwnMegabytes) * 1024 * 1024);
    set(RLIMIT_CORE, 0);
    // No limit on files: the engine keeps its own memory in nameless ones.
#else
    Q_UNUSED(heapMegabytes);
#endif
}

} // namespace

int main(int argc, char *argv[])
{
    QCoreApplication application(argc, argv);
    const int runTime = argc > 1 ? QByteArray(argv[1]).toInt() : 0;
    const int heap = argc > 2 ? QByteArray(argv[2]).toInt() : 0;
    if (argc != 3 || runTime <= 0 || heap <= 0) {
        QTextStream(stderr) << "usage: pyrolens-script RUN_TIME_MS HEAP_MB" << Qt::endl;
        return 2;
    }
    limitProcess(heap);
    pyrolens::ScriptHost host{std::chrono::milliseconds(runTime)};
    if (!host.start())
        return 1;
    // A thread reads: the engine may be at work for seconds while requests arrive.
    std::thread reader([&host] {
        std::string line;
        while (std::getline(std::cin, line))
            QMetaObject::invokeMethod(
                &host, [&host, bytes = QByteArray::fromStdString(line)] { host.take(bytes); },
                Qt::QueuedConnection);
        std::_Exit(0); // the other side is gone; a script at work is of no use to anybody
    });
    reader.detach();
    return application.exec();
}
