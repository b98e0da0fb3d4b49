// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QDeadlineTimer>
#include <QProcess>
#include <QProcessEnvironment>
#include <QStringList>
#include <QTemporaryDir>

#include <chrono>

/// A server in a process of its own: started, waited for until it says "ready ...", ended by its id.
class PeerProcess
{
public:
    ~PeerProcess() { stop(); }

    /// \return false when no line that starts with "ready" came in time; output() says what came instead.
    bool start(const QString &program, const QStringList &arguments, const QProcessEnvironment &environment,
        std::chrono::milliseconds patience = std::chrono::seconds(20))
    {
        m_process.setProcessEnvironment(environment);
        m_process.setProcessChannelMode(QProcess::MergedChannels);
        m_process.start(program, arguments);
        const QDeadlineTimer deadline(patience);
        while (!deadline.hasExpired()) {
            while (m_process.canReadLine()) {
                const QByteArray line = m_process.readLine();
                m_output += line;
                if (line.startsWith("ready ")) {
                    m_words = QString::fromUtf8(line).simplified().split(u' ').mid(1);
                    return true;
                }
            }
            if (!m_process.waitForReadyRead(int(qMax<qint64>(1, deadline.remainingTime()))))
                break;
        }
        m_output += m_process.readAll();
        return false;
    }

    const QStringList &words() const { return m_words; } ///< what stands behind "ready"
    QByteArray output()
    {
        m_output += m_process.readAll();
        return m_output;
    }
    qint64 pid() const { return m_process.processId(); }
    QProcess &process() { return m_process; }

    /// Asks the process to end. \return its exit status, -1 when it had to be killed or crashed.
    int stop()
    {
        if (m_process.state() == QProcess::NotRunning)
            return m_process.exitStatus() == QProcess::NormalExit ? m_process.exitCode() : -1;
        m_process.terminate();
        if (!m_process.waitForFinished(10'000)) {
            m_process.kill();
            m_process.waitForFinished(5'000);
            return -1;
        }
        return m_process.exitStatus() == QProcess::NormalExit ? m_process.exitCode() : -1;
    }

private:
    QProcess m_process;
    QByteArray m_output;
    QStringList m_words;
};

/// What a program printed and how it ended.
struct Finished
{
    int status = -1;
    QByteArray out;
    QByteArray err;

    QByteArray all() const { return out + err; }
};

/// Runs a program to its end. `status` is -1 when it could not be started, crashed, or took too long.
inline Finished runProgram(const QString &program, const QStringList &arguments,
    const QProcessEnvironment &environment, const QByteArray &input = {},
    std::chrono::milliseconds patience = std::chrono::seconds(50))
{
    QProcess process;
    process.setProcessEnvironment(environment);
    process.start(program, arguments);
    if (!process.waitForStarted(10'000))
        return {-1, {}, process.errorString().toUtf8()};
    process.write(input);
    process.closeWriteChannel();
    const bool ended = process.waitForFinished(int(patience.count()));
    if (!ended) {
        process.kill();
        process.waitForFinished(5'000);
    }
    Finished finished;
    finished.out = process.readAllStandardOutput();
    finished.err = process.readAllStandardError();
    if (ended && process.exitStatus() == QProcess::NormalExit)
        finished.status = process.exitCode();
    return finished;
}

/// Where the tests find the real Pyro 3, from the environment; why they cannot be run when something is
/// missing.
struct Pyro3Peer
{
    QString python = qEnvironmentVariable("PYROLENS_PYTHON2");
    QString folder = qEnvironmentVariable("PYROLENS_PYRO3");
    QTemporaryDir storage;

    QString missing() const
    {
        if (python.isEmpty() || folder.isEmpty())
            return QStringLiteral(
                "set PYROLENS_PYTHON2 (a Python 2.7) and PYROLENS_PYRO3 (a checkout of Pyro 3) to run "
                "these tests against the real Pyro 3");
        return {};
    }

    QProcessEnvironment environment() const
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("PYTHONPATH"), folder);
        environment.insert(QStringLiteral("PYRO_STORAGE"), storage.path());
        environment.insert(QStringLiteral("PYRO_TRACELEVEL"), QStringLiteral("0"));
        environment.insert(QStringLiteral("PYTHONUNBUFFERED"), QStringLiteral("1"));
        environment.insert(QStringLiteral("PYTHONDONTWRITEBYTECODE"), QStringLiteral("1"));
        return environment;
    }
};
