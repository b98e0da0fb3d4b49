// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "listening_p.h"

#include <algorithm>
#include <array>

namespace pyrolens {

namespace {

/// So many first bytes tell any of the protocols below.
constexpr qsizetype kTelling = 6;
constexpr qint64 kSlice = 20; ///< ms between two looks at whether it is cancelled

/// Reads until that many bytes are there, the other side closes, the time is over, or it is cancelled.
bool readMore(Stream &stream, QByteArray &bytes, QDeadlineTimer deadline, const std::atomic<bool> *cancelled)
{
    char block[256];
    while (bytes.size() < kTelling && !deadline.hasExpired() && !(cancelled && *cancelled)) {
        stream.setTimeout(std::chrono::milliseconds(std::clamp<qint64>(deadline.remainingTime(), 1, kSlice)));
        const Io io = stream.read(block, sizeof block);
        if (io.status == Io::Status::TimedOut)
            continue;
        if (io.status != Io::Status::Ok)
            return false;
        bytes.append(block, io.bytes);
    }
    return true;
}

const Generation *speaker(const Catalogue &catalogue, const QByteArray &bytes)
{
    for (const auto &each : catalogue.all()) {
        if (each->looksLike(bytes, Direction::ServerToClient) == Match::Yes)
            return each.get();
    }
    return nullptr;
}

/// Protocols that are found on a port by mistake.
QString known(const QByteArray &bytes)
{
    if (bytes.startsWith("PYRO"))
        return QStringLiteral("a Pyro of another version (%1)")
            .arg(static_cast<unsigned char>(bytes.at(4)) * 256 + static_cast<unsigned char>(bytes.at(5)));
    if (bytes.startsWith("HTTP/") || bytes.startsWith("<!DOC") || bytes.startsWith("<html"))
        return QStringLiteral("a web server");
    if (bytes.startsWith("SSH-"))
        return QStringLiteral("an SSH server");
    if (bytes.size() >= 3 && (bytes.at(0) == 0x15 || bytes.at(0) == 0x16) && bytes.at(1) == 0x03)
        return QStringLiteral("a TLS server");
    if (bytes.startsWith("220 ") || bytes.startsWith("220-"))
        return QStringLiteral("a mail or FTP server");
    return QStringLiteral("something that is no Pyro");
}

} // namespace

Answering listenTo(Stream &stream, const Catalogue &catalogue, std::chrono::milliseconds listenTime,
    QDeadlineTimer deadline, const std::atomic<bool> *cancelled)
{
    QByteArray heard;
    Answering answering;
    bool isOpen = readMore(stream, heard, QDeadlineTimer(listenTime), cancelled);
    if (isOpen && heard.isEmpty()) {
        const Generation *newest = nullptr;
        for (const auto &each : catalogue.all()) {
            if (!each->info().serverSpeaksFirst)
                newest = each.get();
        }
        const QByteArray greeting
            = newest ? newest->session(Role::Client, SessionOptions())->start() : QByteArray();
        if (!greeting.isEmpty() && stream.writeAll(greeting, deadline))
            isOpen = readMore(stream, heard, deadline, cancelled);
    }
    answering.hasClosed = !isOpen;
    answering.isSilent = heard.isEmpty();
    if (heard.size() >= kTelling)
        answering.generation = speaker(catalogue, heard);
    if (answering.generation == nullptr && !heard.isEmpty())
        answering.other
            = heard.size() >= kTelling ? known(heard) : QStringLiteral("something that is no Pyro");
    return answering;
}

} // namespace pyrolens
