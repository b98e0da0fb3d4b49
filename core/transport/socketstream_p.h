// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "nativesocket_p.h"

#include <mutex>
#include <optional>

namespace pyrolens {

/// A Stream over one platform socket. Owns it.
class SocketStream final : public Stream
{
public:
    /// \param blocking the mode the socket is in already.
    SocketStream(native::Handle handle, bool blocking);
    ~SocketStream() override;
    Q_DISABLE_COPY_MOVE(SocketStream)

    Status setBlocking(bool blocking) override;
    void setTimeout(std::chrono::milliseconds timeout) override { m_timeout = timeout; }
    Io read(char *data, qsizetype maxBytes) override;
    Io write(QByteArrayView data) override;
    Status writeAll(QByteArrayView data, QDeadlineTimer deadline) override;
    bool isReadable() const override;
    qintptr descriptor() const override { return m_handle; }
    void shutdown() noexcept override;
    void close() noexcept override;
    void reset() noexcept override;
    Endpoint local() const override;
    Endpoint peer() const override;
    native::Handle release(); ///< the caller's from now on

private:
    Io failed(native::Failure failure) const;

    native::Handle m_handle;
    std::mutex m_closing; ///< guards m_handle against shutdown() from another thread while this one closes
    bool m_isBlocking;
    // The limit wanted, and what the socket has been told: system calls only when they differ.
    std::chrono::milliseconds m_timeout{0};
    std::chrono::milliseconds m_receiveTimeout{0};
    std::chrono::milliseconds m_sendTimeout{0};
    // Asked once: a dead socket no longer knows its peer, and that is when logs want it.
    mutable std::optional<Endpoint> m_peer;
};

} // namespace pyrolens
