// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "nativesocket_p.h"
#include "tlstunnel.h"

#include <QSocketNotifier>
#include <QSslSocket>
#include <QTimer>

#include <mutex>

namespace pyrolens {

/// How a tunnel ended, for the stream's reader, who only sees the end of the bytes.
class TlsEnd
{
public:
    void set(const QString &text)
    {
        const std::scoped_lock lock(m_mutex);
        if (m_text.isEmpty())
            m_text = text;
    }
    QString text() const
    {
        const std::scoped_lock lock(m_mutex);
        return m_text;
    }

private:
    mutable std::mutex m_mutex; // guards m_text
    QString m_text;
};

/// One tunnel: shakes hands over the outer socket, then moves bytes between it and the inner one. Lives in
/// the tunnels' thread and deletes itself when both ends are done.
class TlsPump : public QObject
{
    Q_OBJECT

public:
    TlsPump(qintptr outer, TlsOrder order, TlsTunnels::Handler done, QObject *parent);
    ~TlsPump() override;

    void begin();
    void giveUp() { fail(Error::cancelled()); } ///< during the handshake

private:
    void onSslErrors(const QList<QSslError> &errors);
    void onInterrupted(const QSslError &error);
    void onEncrypted();
    void onFailed();
    void fail(Error error);
    void moveOutward(); // inner -> outer
    void moveInward();  // outer -> inner
    void onOuterGone();
    void closeInner();

    QSslSocket m_outer;
    const qintptr m_descriptor;
    const TlsOrder m_order;
    TlsTunnels::Handler m_done; // empty once told
    QTimer m_deadline;
    Endpoint m_local;
    Endpoint m_peer;
    std::optional<Error> m_refusal; // why we do not trust the peer
    QString m_alert;                // why the peer does not trust us
    std::shared_ptr<TlsEnd> m_end;

    native::Handle m_inner = native::kNoHandle;
    std::unique_ptr<QSocketNotifier> m_innerReadable;
    std::unique_ptr<QSocketNotifier> m_innerWritable;
    QByteArray m_inward; // read from the outer end, not yet taken by the inner one
};

} // namespace pyrolens
