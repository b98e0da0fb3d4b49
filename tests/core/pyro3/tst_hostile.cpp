// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "conversation.h"

#include <pyrolens/pyro3/pyro3.h>

#include <QRandomGenerator>

using namespace pyrolens;
using namespace pyrolens::testing;

/// Bytes from nowhere: whatever comes in, every function answers, and what it answers is sane.
class tst_Hostile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void truncatedFrames_data() { addRoles(); }
    void truncatedFrames();
    void flippedBits_data() { addRoles(); }
    void flippedBits();
    void randomBytes_data() { addRoles(); }
    void randomBytes();
    void randomBodiesBehindAGoodHeader();
    void headerFieldsAtTheirEnds();
    void deepAndWideBodies();

private:
    static void addRoles()
    {
        QTest::addColumn<int>("role");
        QTest::newRow("client") << int(Role::Client);
        QTest::newRow("server") << int(Role::Server);
        QTest::newRow("observer") << int(Role::Observer);
    }
    void throwAt(Role role, const QByteArray &bytes);
    void useEveryFunction(const Frame &frame);

    std::shared_ptr<const Generation> m_generation = pyro3Generation();
    std::vector<QByteArray> m_samples;
    Limits m_limits;
    QRandomGenerator m_random{20'161'103};
};

void tst_Hostile::initTestCase()
{
    m_limits.maxFrameBytes = 1 << 20;
    m_limits.maxInflatedBytes = 1 << 20;
    // One of each shape is enough; the replay test reads them all.
    for (const char *name :
        {"handshake_ident", "calls_flag_packings", "proxy_return", "error_code", "format0_composite",
            "compression", "checksum_compression", "value_recursive_instance", "mobile_supply_source"}) {
        for (const auto &entry : loadConversation(QString::fromLatin1(name)).entries) {
            if (!entry.closes && entry.bytes.size() < 1'500)
                m_samples.push_back(entry.bytes);
        }
    }
    QVERIFY(m_samples.size() > 30);
}

void tst_Hostile::useEveryFunction(const Frame &frame)
{
    const auto observer = m_generation->session(Role::Observer, {});
    const auto server = m_generation->session(Role::Server, {});
    const auto message = observer->decode(frame, m_limits);
    if (message) {
        // What was understood can be sent on, or is refused with a reason.
        const auto again
            = (frame.direction == Direction::ServerToClient ? server : observer)->encode(*message);
        QVERIFY(again.isOk() || !again.error().what.isEmpty());
    } else {
        QVERIFY(!message.error().what.isEmpty());
        QVERIFY2(!message.error().code.isEmpty(), qPrintable(message.error().what));
        server->refuse(message.error(), &frame);
    }
    const Json record = m_generation->record(frame, m_limits);
    QVERIFY(!record.value(u"kind").toString().isEmpty());
    qsizetype covered = 0;
    for (const Field &field : m_generation->dissect(frame, m_limits)) {
        QCOMPARE(field.offset, covered);
        covered += field.size;
        qsizetype inner = field.offset;
        for (const Field &child : field.children) {
            QCOMPARE(child.offset, inner);
            inner += child.size;
        }
        if (!field.children.empty())
            QCOMPARE(inner, covered);
    }
    QCOMPARE(covered, frame.bytes.size());
    m_generation->looksLike(frame.bytes, frame.direction);
}

void tst_Hostile::throwAt(Role role, const QByteArray &bytes)
{
    const auto session = m_generation->session(role, {});
    session->start();
    std::vector<Direction> sides{Direction::ClientToServer, Direction::ServerToClient};
    if (role == Role::Client)
        sides = {Direction::ServerToClient};
    else if (role == Role::Server)
        sides = {Direction::ClientToServer};
    for (const Direction side : sides) {
        QByteArrayView left = bytes;
        while (!left.isEmpty()) {
            const auto step = session->feed(side, left, m_limits);
            if (!step) {
                QVERIFY(
                    step.error().code.startsWith(u"frame."_qs) || step.error().code.startsWith(u"zip."_qs));
                session->refuse(step.error());
                break;
            }
            if (step->size == 0) {
                QVERIFY(step->needed > 0);
                break;
            }
            QVERIFY(step->size <= left.size());
            useEveryFunction({left.first(step->size).toByteArray(), side, step->kind});
            left = left.sliced(step->size);
            if (step->kind == FrameKind::Connect && role == Role::Server) {
                Message accept;
                accept.kind = Message::Kind::Accept;
                QVERIFY(session->encode(accept).isOk());
            }
        }
        for (const FrameKind kind : {FrameKind::Message, FrameKind::Challenge, FrameKind::Connect,
                 FrameKind::Verdict, FrameKind::Datagram})
            useEveryFunction({bytes, side, kind});
    }
    const auto found = m_generation->frameAt(bytes, 0, m_limits);
    if (found)
        QVERIFY(found->bytes.size() > 0 && found->bytes.size() <= bytes.size());
    else
        QVERIFY(!found.error().what.isEmpty());
}

void tst_Hostile::truncatedFrames()
{
    QFETCH(int, role);
    for (const QByteArray &sample : m_samples) {
        // Every length of the short ones, some of the long ones.
        const qsizetype stride = std::max<qsizetype>(1, sample.size() / 40);
        for (qsizetype size = 0; size < sample.size(); size += stride)
            throwAt(Role(role), sample.first(size));
        // The header says so, the body is cut.
        QByteArray cut = sample;
        if (cut.startsWith("PYRO") && cut.size() > 20) {
            cut.chop(1);
            cut[11] = char(cut[11] - 1);
            throwAt(Role(role), cut);
        }
    }
}

void tst_Hostile::flippedBits()
{
    QFETCH(int, role);
    for (const QByteArray &sample : m_samples) {
        for (int i = 0; i < 30; ++i) {
            QByteArray changed = sample;
            const int flips = 1 + m_random.bounded(3);
            for (int flip = 0; flip < flips; ++flip) {
                const auto at = qsizetype(m_random.bounded(quint32(changed.size())));
                changed[at] = char(changed[at] ^ char(1 << m_random.bounded(8)));
            }
            throwAt(Role(role), changed);
        }
    }
}

void tst_Hostile::randomBytes()
{
    QFETCH(int, role);
    for (int i = 0; i < 500; ++i) {
        QByteArray bytes(qsizetype(m_random.bounded(64)), Qt::Uninitialized);
        for (char &byte : bytes)
            byte = char(m_random.bounded(256));
        throwAt(Role(role), bytes);
    }
}

void tst_Hostile::randomBodiesBehindAGoodHeader()
{
    for (int i = 0; i < 2'000; ++i) {
        QByteArray body(qsizetype(m_random.bounded(200)), Qt::Uninitialized);
        for (char &byte : body)
            byte = char(m_random.bounded(256));
        if (i % 2 == 0)
            body.prepend("\x80\x02(").append('.');
        QByteArray frame
            = QByteArray::fromHex("5059524f000500120000000000000000") + QByteArray(2, '\0') + body;
        frame[10] = char(body.size() >> 8);
        frame[11] = char(body.size() & 0xff);
        frame[13] = char(m_random.bounded(2)); // now and then compressed
        useEveryFunction({frame, Direction::ClientToServer, FrameKind::Message});
        useEveryFunction({frame, Direction::ServerToClient, FrameKind::Message});
    }
}

void tst_Hostile::headerFieldsAtTheirEnds()
{
    const QByteArray good = m_samples.at(3);
    QVERIFY(good.startsWith("PYRO"));
    for (int field = 0; field < 18; ++field) {
        for (const int value : {0x00, 0x01, 0x7f, 0x80, 0xff}) {
            QByteArray changed = good;
            changed[field] = char(value);
            for (const Role role : {Role::Client, Role::Server, Role::Observer})
                throwAt(role, changed);
        }
    }
}

void tst_Hostile::deepAndWideBodies()
{
    const auto frame = [](const QByteArray &body) {
        QByteArray bytes
            = QByteArray::fromHex("5059524f000500120000000000000000") + QByteArray(2, '\0') + body;
        for (int i = 0; i < 4; ++i)
            bytes[8 + i] = char(body.size() >> (24 - 8 * i));
        return bytes;
    };
    const auto observer = m_generation->session(Role::Observer, {});
    // A billion leaves from one kilobyte: decoded as the graph it is.
    QByteArray shared = "(lp0\n";
    for (int i = 0; i < 30; ++i)
        shared += "(lp" + QByteArray::number(i + 1) + "\ng" + QByteArray::number(i) + "\nag"
            + QByteArray::number(i) + "\na";
    shared += '.';
    const Frame wide{frame(shared), Direction::ServerToClient, FrameKind::Message};
    const auto message = observer->decode(wide, m_limits);
    QVERIFY2(message.isOk(), message ? "" : qPrintable(message.error().what));
    useEveryFunction(wide);
    QVERIFY(m_generation->lower(message->value).isOk());
    QVERIFY(!m_generation->asReference(message->value));
    // Nesting to the limit and above it.
    for (const int depth : {199, 200, 201, 100'000}) {
        const Frame deep{frame(QByteArray(depth, '(') + QByteArray(depth, 't') + '.'),
            Direction::ServerToClient, FrameKind::Message};
        const auto decoded = observer->decode(deep, m_limits);
        QCOMPARE(decoded.isOk(), depth <= 200);
        if (!decoded)
            QCOMPARE(decoded.error().code, u"value.depth"_qs);
        useEveryFunction(deep);
    }
}

QTEST_GUILESS_MAIN(tst_Hostile)

#include "tst_hostile.moc"
