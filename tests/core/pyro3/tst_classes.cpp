// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "conversation.h"
#include "framing.h"

#include <pyrolens/value/valuebuilder.h>
#include <pyrolens/wire/recognise.h>

using namespace pyrolens;
using namespace pyrolens::testing;

namespace {

Value body(const char *name, size_t index)
{
    const Conversation conversation = loadConversation(QString::fromLatin1(name));
    return unpickled(conversation.entries.at(index).bytes);
}

/// The first value of a conversation that is a reference of the form.
std::optional<Value> find(const char *name, Reference::Form form, QByteArrayView className)
{
    const auto generation = pyro3Generation();
    for (const auto &entry : loadConversation(QString::fromLatin1(name)).entries) {
        if (entry.kind() != u"request" && entry.kind() != u"reply")
            continue;
        std::vector<Value> waiting{unpickled(entry.bytes)};
        while (!waiting.empty()) {
            const Value value = waiting.back();
            waiting.pop_back();
            const auto reference = generation->asReference(value);
            if (reference && reference->form == form && value.className() == className)
                return value;
            waiting.insert(waiting.end(), value.items().begin(), value.items().end());
        }
    }
    return std::nullopt;
}

Value proxyWith(std::vector<Value::Pair> uriState)
{
    Object uri;
    uri.made = Object::Made::NewObj;
    uri.module = "Pyro.core";
    uri.name = "PyroURI";
    uri.args = Value::tuple({});
    uri.state = Value::dict(std::move(uriState));
    Object proxy = uri;
    proxy.name = "DynamicProxy";
    proxy.state = Value::dict({{s("URI"), Value::object(uri)}});
    return Value::object(proxy);
}

std::vector<Value::Pair> goodUri()
{
    return {{s("protocol"), s("PYRO")}, {s("port"), Value::integer(7766)}, {s("objectID"), s("abc")},
        {s("address"), s("10.0.0.1")}};
}

} // namespace

class tst_Classes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void seesRecordedReferences_data();
    void seesRecordedReferences();
    void readsWhatAProxyCarries();
    void unusableReferencesAreNone_data();
    void unusableReferencesAreNone();
    void lowersToWhatTheOriginalWrites_data();
    void lowersToWhatTheOriginalWrites();
    void referenceSurvivesTheWire_data();
    void referenceSurvivesTheWire();
    void foreignReferencesAreRefused_data();
    void foreignReferencesAreRefused();
    void lowersOnlyNeutralNodes();
    void sharedReferenceStaysOneObject();
    void lowersInsideCycles();
    void nestedErrorsAreLoweredThrough();

private:
    std::shared_ptr<const Generation> m_generation = pyro3Generation();
};

void tst_Classes::seesRecordedReferences_data()
{
    QTest::addColumn<QByteArray>("conversation");
    QTest::addColumn<QByteArray>("className");
    QTest::addColumn<int>("form");
    using Form = Reference::Form;
    const auto row = [](const char *conversation, const char *className, Form form) {
        QTest::addRow("%s-%s", conversation, className)
            << QByteArray(conversation) << QByteArray(className) << int(form);
    };
    row("proxy_return", "Pyro.core.PyroURI", Form::Uri);
    row("proxy_return", "Pyro.core.DynamicProxy", Form::Proxy);
    row("proxy_as_argument", "Pyro.core.DynamicProxy", Form::Proxy);
    row("proxy_return", "Pyro.core.DynamicProxyWithAttrs", Form::AttributeProxy);
    row("ns_proxy_as_argument", "Pyro.naming.NameServerProxy", Form::Proxy);
    row("format0_proxy_as_argument", "Pyro.core.DynamicProxy", Form::Proxy);
    row("format1_proxy_as_argument", "Pyro.core.DynamicProxy", Form::Proxy);
    row("ns_resolve", "Pyro.core.PyroURI", Form::Uri);
}

void tst_Classes::seesRecordedReferences()
{
    QFETCH(QByteArray, conversation);
    QFETCH(QByteArray, className);
    QFETCH(int, form);
    const Conversation recorded = loadConversation(QString::fromLatin1(conversation));
    bool seen = false;
    for (const auto &entry : recorded.entries) {
        if (entry.closes || entry.bytes.size() <= 34)
            continue;
        const auto decoded = pickle::decode(entry.bytes.mid(18));
        if (!decoded)
            continue;
        std::vector<Value> waiting{decoded->value};
        while (!waiting.empty()) {
            const Value value = waiting.back();
            waiting.pop_back();
            waiting.insert(waiting.end(), value.items().begin(), value.items().end());
            if (value.className() != className)
                continue;
            const auto reference = m_generation->asReference(value);
            QVERIFY(reference);
            QCOMPARE(int(reference->form), form);
            const auto uri = m_generation->parseUri(reference->uri);
            QVERIFY2(uri.isOk(), qPrintable(reference->uri));
            QVERIFY(!uri->host.isEmpty());
            seen = true;
        }
    }
    QVERIFY(seen);
}

void tst_Classes::readsWhatAProxyCarries()
{
    Reference reference;
    reference.uri = u"PYRO://10.0.0.1:7766/abc"_qs;
    reference.ident = QByteArray::fromHex("00112233445566778899aabbccddeeff");
    reference.onewayMethods = QStringList{u"note"_qs, u"tick"_qs};
    reference.timeout = 2.5;
    const auto lowered = m_generation->lower(Value::reference(reference));
    QVERIFY(lowered.isOk());
    const auto read = m_generation->asReference(*lowered);
    QVERIFY(read);
    QCOMPARE(read->uri, reference.uri);
    QCOMPARE(read->ident, reference.ident);
    QCOMPARE(read->onewayMethods, reference.onewayMethods);
    QCOMPARE(read->timeout, reference.timeout);
    QCOMPARE(read->form, Reference::Form::Proxy);
}

void tst_Classes::unusableReferencesAreNone_data()
{
    QTest::addColumn<Value>("value");
    const auto row = [](const char *name, auto &&change) {
        std::vector<Value::Pair> state = goodUri();
        change(state);
        QTest::newRow(name) << proxyWith(state);
    };
    using State = std::vector<Value::Pair>;
    row("port-0", [](State &state) { state[1].second = Value::integer(0); });
    row("port-large", [](State &state) { state[1].second = Value::integer(65536); });
    row("port-text", [](State &state) { state[1].second = s("7766"); });
    row("no-port", [](State &state) { state.erase(state.begin() + 1); });
    row("protocol", [](State &state) { state[0].second = s("HTTP"); });
    row("protocol-number", [](State &state) { state[0].second = Value::integer(1); });
    row("option-host", [](State &state) { state[3].second = s("-oProxyCommand=x"); });
    row("space-host", [](State &state) { state[3].second = s("a b"); });
    row("empty-host", [](State &state) { state[3].second = s(""); });
    row("id-none", [](State &state) { state[2].second = {}; });
    row("empty-state", [](State &state) { state.clear(); });
    QTest::newRow("none") << Value::none();
    QTest::newRow("text") << Value::text(u8"PYRO://10.0.0.1:7766/abc");
    QTest::newRow("class-only") << Value::global("Pyro.core", "DynamicProxy");
}

void tst_Classes::unusableReferencesAreNone()
{
    QFETCH(Value, value);
    QVERIFY(m_generation->asReference(proxyWith(goodUri()))); // the rows differ from this in one thing
    QVERIFY(!m_generation->asReference(value));
}

void tst_Classes::lowersToWhatTheOriginalWrites_data()
{
    QTest::addColumn<QByteArray>("conversation");
    QTest::addColumn<QByteArray>("className");
    QTest::addColumn<int>("form");
    QTest::newRow("uri") << QByteArray("proxy_return") << QByteArray("Pyro.core.PyroURI")
                         << int(Reference::Form::Uri);
    QTest::newRow("proxy") << QByteArray("proxy_return") << QByteArray("Pyro.core.DynamicProxy")
                           << int(Reference::Form::Proxy);
    QTest::newRow("attr-proxy") << QByteArray("proxy_return") << QByteArray("Pyro.core.DynamicProxyWithAttrs")
                                << int(Reference::Form::AttributeProxy);
}

void tst_Classes::lowersToWhatTheOriginalWrites()
{
    QFETCH(QByteArray, conversation);
    QFETCH(QByteArray, className);
    QFETCH(int, form);
    const auto recorded = find(conversation.constData(), Reference::Form(form), className);
    QVERIFY(recorded);
    const auto lowered = m_generation->lower(Value::reference(*m_generation->asReference(*recorded)));
    QVERIFY(lowered.isOk());
    // The order of state keys is Python's hash order and means nothing.
    std::function<Value(const Value &)> sorted = [&](const Value &value) -> Value {
        const Object *object = value.asObject();
        if (!object)
            return value;
        std::vector<Value::Pair> pairs = object->attributes();
        std::ranges::sort(pairs, {}, [](const auto &pair) { return pair.first.toText(); });
        for (auto &pair : pairs)
            pair.second = sorted(pair.second);
        Object copy = *object;
        copy.state = Value::dict(pairs);
        return Value::object(copy);
    };
    QVERIFY(sorted(*lowered) == sorted(*recorded));
}

void tst_Classes::referenceSurvivesTheWire_data()
{
    QTest::addColumn<int>("form");
    QTest::addColumn<QString>("uri");
    QTest::addColumn<int>("protocol");
    for (const int protocol : {0, 1, 2}) {
        for (const auto form :
            {Reference::Form::Uri, Reference::Form::Proxy, Reference::Form::AttributeProxy}) {
            for (const char *uri : {"PYRO://h.example:7766/abc", "PYROSSL://10.0.0.1:1/a/b",
                     "PYROLOC://h:9090/:x", "PYROLOCSSL://h:9090/x"}) {
                QTest::addRow("%d-%d-%s", protocol, int(form), uri)
                    << int(form) << QString::fromLatin1(uri) << protocol;
            }
        }
    }
}

void tst_Classes::referenceSurvivesTheWire()
{
    QFETCH(int, form);
    QFETCH(QString, uri);
    QFETCH(int, protocol);
    Reference reference;
    reference.form = Reference::Form(form);
    reference.uri = uri;
    SessionOptions options;
    options.pickleProtocol = protocol;
    const auto server = readySession(Role::Server, options);
    const auto bytes
        = server->encode(Message::reply(Value::list({Value::integer(1), Value::reference(reference)})));
    QVERIFY2(bytes.isOk(), bytes ? "" : qPrintable(bytes.error().what));
    const Value received = unpickled(*bytes);
    QCOMPARE(
        received.at(1).asObject()->made, protocol == 2 ? Object::Made::NewObj : Object::Made::Reconstructor);
    const auto read = m_generation->asReference(received.at(1));
    QVERIFY(read);
    QCOMPARE(int(read->form), form);
    QCOMPARE(read->uri, uri);
    QVERIFY(recognised(received, *m_generation).at(1).asReference());
}

void tst_Classes::foreignReferencesAreRefused_data()
{
    QTest::addColumn<QString>("uri");
    QTest::newRow("modern") << u"PYRO:obj@host:1234"_qs;
    QTest::newRow("name") << u"PYRONAME://:x"_qs;
    QTest::newRow("empty") << QString();
}

void tst_Classes::foreignReferencesAreRefused()
{
    QFETCH(QString, uri);
    Reference reference;
    reference.uri = uri;
    const auto lowered = m_generation->lower(Value::list({Value::reference(reference)}));
    QVERIFY(!lowered.isOk());
    QCOMPARE(lowered.error().kind, Error::Kind::Unsupported);
    const auto bytes
        = readySession(Role::Client)
              ->encode(Message::call("id", "run", Value::tuple({Value::reference(reference)}), {}));
    QVERIFY(!bytes.isOk());
    QCOMPARE(bytes.error().kind, Error::Kind::Unsupported);
}

void tst_Classes::lowersOnlyNeutralNodes()
{
    const Value value = body("value_nested", 4);
    QVERIFY(value.isContainer());
    const auto same = m_generation->lower(value);
    QCOMPARE(same->identity(), value.identity());
    Reference reference;
    reference.uri = u"PYRO://h:1/x"_qs;
    const auto mixed = m_generation->lower(Value::list({value, Value::reference(reference)}));
    QCOMPARE(mixed->at(0).identity(), value.identity());
    QCOMPARE(mixed->at(1).kind(), Value::Kind::Object);
}

void tst_Classes::sharedReferenceStaysOneObject()
{
    Reference reference;
    reference.uri = u"PYRO://h:1/x"_qs;
    const Value shared = Value::reference(reference);
    const auto lowered = m_generation->lower(Value::tuple({shared, Value::list({shared}), shared}));
    QVERIFY(lowered.isOk());
    QCOMPARE(lowered->at(0).identity(), lowered->at(2).identity());
    QCOMPARE(lowered->at(0).identity(), lowered->at(1).at(0).identity());
}

void tst_Classes::lowersInsideCycles()
{
    // A list that holds itself and a proxy.
    ValueBuilder builder{Limits()};
    const Value list = builder.list();
    Reference reference;
    reference.uri = u"PYRO://h:1/x"_qs;
    builder.append(list, Value::reference(reference));
    builder.append(list, list);
    builder.noteShared();
    const auto cyclic = builder.freeze(list);
    QVERIFY(cyclic.isOk());
    const auto bytes = readySession(Role::Server)->encode(Message::reply(*cyclic));
    QVERIFY2(bytes.isOk(), bytes ? "" : qPrintable(bytes.error().what));
    const Value received = unpickled(*bytes);
    QVERIFY(m_generation->asReference(received.at(0)));
    QCOMPARE(received.at(1).kind(), Value::Kind::Cycle);
    QCOMPARE(received.at(1).cycleId(), received.cycleId());
}

void tst_Classes::nestedErrorsAreLoweredThrough()
{
    Reference reference;
    reference.uri = u"PYRO://h:1/x"_qs;
    Value value = Value::reference(reference);
    for (int depth = 0; depth < 50; ++depth) {
        RemoteError error;
        error.className = u"ValueError"_qs;
        error.args = Value::tuple({value});
        error.attributes = Value::dict({{Value::utf8("inner"), value}});
        value = Value::error(error);
    }
    const auto lowered = m_generation->lower(value);
    QVERIFY2(lowered.isOk(), lowered ? "" : qPrintable(lowered.error().what));
    Value inner = *lowered;
    for (int depth = 0; depth < 50; ++depth) {
        QCOMPARE(inner.className(), QByteArray("exceptions.ValueError"));
        inner = inner.asObject()->args.at(0);
    }
    QVERIFY(m_generation->asReference(inner));
}

QTEST_GUILESS_MAIN(tst_Classes)

#include "tst_classes.moc"
