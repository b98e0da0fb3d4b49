// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "tlspump_p.h"

#include "connectrace.h"
#include "socketstream_p.h"

#include <QSslCipher>

namespace pyrolens {

using native::Failure;

namespace {

constexpr std::chrono::milliseconds kFarewell{500}; // how long a last alert may take to leave
constexpr qsizetype kPiece = 64 * 1024;
constexpr qint64 kMaxBuffered = 256 * 1024; // each way

/// The inner end as callers see it: a plain socket with the addresses of the outer one.
class TlsStream final : public Stream
{
public:
    TlsStream(native::Handle handle, Endpoint local, Endpoint peer, std::shared_ptr<const TlsPeer> shown,
        std::shared_ptr<const TlsEnd> end)
        : m_socket(handle, true)
        , m_local(std::move(local))
        , m_peer(std::move(peer))
        , m_shown(std::move(shown))
        , m_end(std::move(end))
    { }

    Status setBlocking(bool blocking) override { return m_socket.setBlocking(blocking); }
    void setTimeout(std::chrono::milliseconds timeout) override { m_socket.setTimeout(timeout); }
    Io read(char *data, qsizetype maxBytes) override
    {
        Io io = m_socket.read(data, maxBytes);
        if (io.status != Io::Status::Closed)
            return io;
        if (const QString why = m_end->text(); !why.isEmpty())
            return {Io::Status::Failed, 0, why};
        return io;
    }
    Io write(QByteArrayView data) override { return m_socket.write(data); }
    Status writeAll(QByteArrayView data, QDeadlineTimer deadline) override
    {
        return m_socket.writeAll(data, deadline);
    }
    bool isReadable() const override { return m_socket.isReadable(); }
    qintptr descriptor() const override { return m_socket.descriptor(); }
    void shutdown() noexcept override { m_socket.shutdown(); }
    void close() noexcept override { m_socket.close(); }
    void reset() noexcept override { m_socket.reset(); }
    Endpoint local() const override { return m_local; }
    Endpoint peer() const override { return m_peer; }
    std::shared_ptr<const TlsPeer> tlsPeer() const override { return m_shown; }

private:
    SocketStream m_socket;
    const Endpoint m_local;
    const Endpoint m_peer;
    const std::shared_ptr<const TlsPeer> m_shown;
    const std::shared_ptr<const TlsEnd> m_end;
};

} // namespace

TlsPump::TlsPump(qintptr outer, TlsOrder order, TlsTunnels::Handler done, QObject *parent)
    : QObject(parent)
    , m_descriptor(outer)
    , m_order(std::move(order))
    , m_done(std::move(done))
    , m_local(native::local(outer))
    , m_peer(native::peer(outer))
    , m_end(std::make_shared<TlsEnd>())
{
    m_outer.setSslConfiguration(m_order.configuration);
    m_outer.setReadBufferSize(kMaxBuffered);
    connect(&m_outer, &QSslSocket::sslErrors, this, &TlsPump::onSslErrors);
    connect(&m_outer, &QSslSocket::handshakeInterruptedOnError, this, &TlsPump::onInterrupted);
    connect(&m_outer, &QSslSocket::alertReceived, this,
        [this](QSsl::AlertLevel, QSsl::AlertType type, const QString &description) {
            if (type != QSsl::AlertType::CloseNotify && m_alert.isEmpty())
                m_alert = description;
        });
    connect(&m_outer, &QSslSocket::alertSent, this, [this](QSsl::AlertLevel, QSsl::AlertType type) {
        if (type == QSsl::AlertType::CertificateRequired)
            onSslErrors({QSslError(QSslError::NoPeerCertificate)});
    });
    connect(&m_outer, &QSslSocket::encrypted, this, &TlsPump::onEncrypted);
    connect(&m_outer, &QSslSocket::errorOccurred, this, &TlsPump::onFailed);
    connect(&m_outer, &QSslSocket::disconnected, this, &TlsPump::onOuterGone);
    connect(&m_outer, &QSslSocket::readyRead, this, &TlsPump::moveInward);
    connect(&m_outer, &QSslSocket::encryptedBytesWritten, this, &TlsPump::moveOutward);
    m_deadline.setSingleShot(true);
    connect(&m_deadline, &QTimer::timeout, this, [this] {
        fail(Error::timeout(
            QStringLiteral("%1 did not finish the TLS handshake in time.").arg(m_peer.toString())));
    });
}

TlsPump::~TlsPump()
{
    m_outer.disconnect(this);
    closeInner();
}

void TlsPump::begin()
{
    if (!m_outer.setSocketDescriptor(m_descriptor)) {
        native::close(m_descriptor);
        fail(Error::disconnected(QStringLiteral("%1: the socket cannot be used: %2.")
                                     .arg(m_peer.toString(), m_outer.errorString())));
        return;
    }
    if (!m_order.deadline.isForever())
        m_deadline.start(int(std::clamp<qint64>(m_order.deadline.remainingTime(), 0, 3'600'000)));
    if (m_order.role == TlsRole::Server) {
        m_outer.startServerEncryption();
        return;
    }
    m_outer.setPeerVerifyName(m_order.host);
    m_outer.startClientEncryption();
}

void TlsPump::onSslErrors(const QList<QSslError> &errors)
{
    const auto verdict = judgeCertificate(
        errors, m_outer.peerCertificate(), m_order.settings, m_order.role, m_peer.toString());
    if (verdict)
        m_outer.ignoreSslErrors(*verdict);
    else
        m_refusal = verdict.error();
}

void TlsPump::onInterrupted(const QSslError &error)
{
    // Asked before the chain is complete; what is not excused for itself is refused with an alert.
    const QSslCertificate certificate
        = error.certificate().isNull() ? m_outer.peerCertificate() : error.certificate();
    const auto verdict
        = judgeCertificate({error}, certificate, m_order.settings, m_order.role, m_peer.toString());
    if (verdict)
        m_outer.continueInterruptedHandshake();
    else if (!m_refusal)
        m_refusal = verdict.error();
}

void TlsPump::onFailed()
{
    const QString peer = m_peer.toString();
    if (m_done) {
        if (m_refusal)
            fail(*m_refusal);
        else if (!m_alert.isEmpty())
            fail(Error::denied(QStringLiteral("%1 refused the TLS connection: %2.").arg(peer, m_alert),
                QStringLiteral("tls.alert")));
        else if (m_outer.error() == QAbstractSocket::RemoteHostClosedError)
            fail(Error::disconnected(
                QStringLiteral("%1 closed the connection during the TLS handshake. Does it speak TLS?")
                    .arg(peer)));
        else
            fail(Error::protocol(
                QStringLiteral("No TLS handshake with %1: %2.").arg(peer, m_outer.errorString()),
                QStringLiteral("tls.handshake")));
        return;
    }
    if (!m_alert.isEmpty())
        m_end->set(QStringLiteral("the other side refused the TLS connection: ") + m_alert);
    else if (m_outer.error() != QAbstractSocket::RemoteHostClosedError)
        m_end->set(m_outer.errorString());
    if (m_outer.state() == QAbstractSocket::UnconnectedState)
        onOuterGone();
}

void TlsPump::fail(Error error)
{
    m_deadline.stop();
    if (auto done = std::exchange(m_done, {}))
        done(std::move(error));
    m_outer.disconnect(this);
    if (m_outer.state() == QAbstractSocket::UnconnectedState) {
        deleteLater();
        return;
    }
    // Later and not with abort(): the alert that says why is still on its way.
    connect(&m_outer, &QSslSocket::disconnected, this, &QObject::deleteLater);
    QTimer::singleShot(kFarewell, this, &QObject::deleteLater);
    QMetaObject::invokeMethod(
        &m_outer, [this] { m_outer.disconnectFromHost(); }, Qt::QueuedConnection);
}

void TlsPump::onEncrypted()
{
    m_deadline.stop();
    Failure failure;
    const auto [mine, theirs] = native::pair(failure);
    if (!failure)
        failure = native::setBlocking(mine, false);
    if (failure) {
        fail(Error::disconnected(QStringLiteral("No pair of sockets: %1.").arg(native::text(failure))));
        return;
    }
    native::tune(mine);
    native::tune(theirs);
    m_inner = mine;
    m_innerReadable = std::make_unique<QSocketNotifier>(mine, QSocketNotifier::Read);
    m_innerWritable = std::make_unique<QSocketNotifier>(mine, QSocketNotifier::Write);
    m_innerWritable->setEnabled(false);
    connect(m_innerReadable.get(), &QSocketNotifier::activated, this, &TlsPump::moveOutward);
    connect(m_innerWritable.get(), &QSocketNotifier::activated, this, &TlsPump::moveInward);

    const auto shown = std::make_shared<const TlsPeer>(TlsPeer{m_outer.peerCertificateChain(),
        m_outer.sessionCipher().protocolString(), m_outer.sessionCipher().name()});
    auto done = std::exchange(m_done, {});
    done(std::unique_ptr<Stream>(std::make_unique<TlsStream>(theirs, m_local, m_peer, shown, m_end)));
    moveInward();
}

void TlsPump::moveOutward()
{
    if (m_inner == native::kNoHandle || m_outer.state() != QAbstractSocket::ConnectedState)
        return;
    char piece[kPiece];
    while (m_outer.bytesToWrite() + m_outer.encryptedBytesToWrite() < kMaxBuffered) {
        Failure failure;
        const qsizetype bytes = native::receive(m_inner, piece, kPiece, failure);
        if (bytes > 0) {
            m_outer.write(piece, bytes);
            continue;
        }
        if (failure.kind == Failure::Kind::WouldBlock) {
            m_innerReadable->setEnabled(true);
            return;
        }
        // Our caller has closed its end. What it wrote before still goes out.
        closeInner();
        if (failure)
            m_outer.abort();
        else
            m_outer.disconnectFromHost();
        return;
    }
    m_innerReadable->setEnabled(false); // until the outer end has taken some
}

void TlsPump::moveInward()
{
    if (m_inner == native::kNoHandle) {
        m_outer.readAll(); // nobody wants it any more
        return;
    }
    for (;;) {
        if (m_inward.isEmpty())
            m_inward = m_outer.read(kPiece);
        if (m_inward.isEmpty())
            break;
        Failure failure;
        const qsizetype bytes = native::sendNow(m_inner, m_inward.constData(), m_inward.size(), failure);
        if (bytes > 0) {
            m_inward.remove(0, bytes);
            continue;
        }
        if (failure.kind == Failure::Kind::WouldBlock) {
            m_innerWritable->setEnabled(true);
            return;
        }
        closeInner();
        m_outer.disconnectFromHost();
        return;
    }
    m_innerWritable->setEnabled(false);
    if (m_outer.state() == QAbstractSocket::UnconnectedState) {
        closeInner();
        deleteLater();
    }
}

void TlsPump::onOuterGone()
{
    if (m_done) {
        onFailed();
        return;
    }
    if (m_inner == native::kNoHandle)
        deleteLater();
    else
        moveInward(); // what has arrived is still delivered
}

void TlsPump::closeInner()
{
    m_innerReadable.reset();
    m_innerWritable.reset();
    if (m_inner != native::kNoHandle)
        native::close(std::exchange(m_inner, native::kNoHandle));
}

} // namespace pyrolens
