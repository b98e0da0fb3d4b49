// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include <pyrolens/wire/generation.h>

#include <QtTest>

using namespace pyrolens;

namespace {

/// A generation of which only the parts exist that the catalogue looks at: a URI is "<word>-something".
class FakeGeneration final : public Generation
{
public:
    FakeGeneration(int id, QStringList words, Error::Kind complaint = Error::Kind::Usage)
        : m_words(std::move(words)), m_complaint(complaint)
    {
        m_info.id = id;
        for (const QString &word : m_words)
            m_info.uriForms.append(word + u"-NAME");
    }
    const GenerationInfo &info() const override { return m_info; }
    Result<Uri> parseUri(QStringView text) const override
    {
        Uri uri;
        uri.port = m_info.id;
        uri.object = text.toString();
        for (const QString &word : m_words) {
            if (text.startsWith(word))
                return uri;
        }
        Error error = Error::usage(QStringLiteral("complaint of %1").arg(m_info.id));
        error.kind = m_complaint;
        return error;
    }
    std::unique_ptr<Session> session(Role, SessionOptions) const override { return nullptr; }
    Result<Value> lower(const Value &value) const override { return value; }
    std::optional<Reference> asReference(const Value &) const override { return {}; }
    std::optional<RemoteError> asError(const Value &) const override { return {}; }
    bool verifies(const Message &, const Credentials &) const override { return false; }
    QByteArray newObjectId() const override { return {}; }
    QString objectUri(const QString &, int, const QByteArray &, bool) const override { return {}; }
    std::vector<Field> dissect(const Frame &, const Limits &) const override { return {}; }
    Json record(const Frame &, const Limits &) const override { return {}; }
    Result<Frame> frameAt(const QByteArray &, qsizetype, const Limits &) const override { return Frame{}; }
    Match looksLike(QByteArrayView, Direction) const override { return Match::No; }

private:
    GenerationInfo m_info;
    QStringList m_words;
    Error::Kind m_complaint;
};

} // namespace

class tst_Catalogue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsAscendingOrder();
    void findsByNumber();
    void preferredGenerationWins();
    void errorNamesTheForms();
    void errorThatKnowsMoreWins();
    void emptyCatalogueSaysSo();
    void classPolicy_data();
    void classPolicy();
    void factoriesFillWhatIsNeeded();
};

void tst_Catalogue::keepsAscendingOrder()
{
    Catalogue catalogue;
    for (const int id : {5, 3, 4})
        catalogue.add(std::make_shared<FakeGeneration>(id, QStringList()));
    std::vector<int> ids;
    for (const auto &each : catalogue.all())
        ids.push_back(each->info().id);
    QCOMPARE(ids, (std::vector<int>{3, 4, 5}));
}

void tst_Catalogue::findsByNumber()
{
    Catalogue catalogue;
    catalogue.add(std::make_shared<FakeGeneration>(4, QStringList()));
    QVERIFY(catalogue.find(4));
    QCOMPARE(catalogue.find(4)->info().id, 4);
    QVERIFY(!catalogue.find(3));
}

void tst_Catalogue::preferredGenerationWins()
{
    Catalogue catalogue;
    catalogue.add(std::make_shared<FakeGeneration>(4, QStringList{u"new"_qs}));
    catalogue.add(std::make_shared<FakeGeneration>(5, QStringList{u"new"_qs}));
    catalogue.add(std::make_shared<FakeGeneration>(3, QStringList{u"old"_qs}));
    QCOMPARE(catalogue.parseUri(u"new-x")->port, 4);
    QCOMPARE(catalogue.parseUri(u"new-x", 5)->port, 5);
    QCOMPARE(catalogue.parseUri(u"old-x", 5)->port, 3);
    QCOMPARE(catalogue.parseUri(u"new-x", 7)->port, 4);
}

void tst_Catalogue::errorNamesTheForms()
{
    Catalogue catalogue;
    catalogue.add(std::make_shared<FakeGeneration>(3, QStringList{u"old"_qs}));
    catalogue.add(std::make_shared<FakeGeneration>(4, QStringList{u"new"_qs}));
    catalogue.add(std::make_shared<FakeGeneration>(5, QStringList{u"new"_qs}));
    const auto uri = catalogue.parseUri(u"nonsense");
    QVERIFY(!uri.isOk());
    QCOMPARE(uri.error().kind, Error::Kind::Usage);
    QCOMPARE(uri.error().what, u"complaint of 3; a URI is old-NAME, new-NAME"_qs);
}

void tst_Catalogue::errorThatKnowsMoreWins()
{
    Catalogue catalogue;
    catalogue.add(std::make_shared<FakeGeneration>(3, QStringList()));
    catalogue.add(std::make_shared<FakeGeneration>(4, QStringList(), Error::Kind::Unsupported));
    const auto uri = catalogue.parseUri(u"nonsense");
    QVERIFY(!uri.isOk());
    QCOMPARE(uri.error().kind, Error::Kind::Unsupported);
    QCOMPARE(uri.error().what, u"complaint of 4"_qs);
}

void tst_Catalogue::emptyCatalogueSaysSo()
{
    const auto uri = Catalogue().parseUri(u"PYRO://h:1/x");
    QVERIFY(!uri.isOk());
    QCOMPARE(uri.error().kind, Error::Kind::Unsupported);
}

void tst_Catalogue::classPolicy_data()
{
    QTest::addColumn<QStringList>("patterns");
    QTest::addColumn<QString>("refused");
    // The peer names shapes.Point, then shapes.Line, then os.system.
    QTest::newRow("none") << QStringList() << u"shapes.Point"_qs;
    QTest::newRow("exact") << QStringList{u"shapes.Point"_qs} << u"shapes.Line"_qs;
    QTest::newRow("prefix") << QStringList{u"shapes.*"_qs} << u"os.system"_qs;
    QTest::newRow("several") << QStringList{u"shapes.*"_qs, u"os.s?stem"_qs} << QString();
    QTest::newRow("set") << QStringList{u"shapes.[PL]*"_qs} << u"os.system"_qs;
    QTest::newRow("whole-name") << QStringList{u"shapes"_qs} << u"shapes.Point"_qs;
    QTest::newRow("dot-is-a-dot") << QStringList{u"shapes?Point"_qs, u"shapesxLine"_qs} << u"shapes.Line"_qs;
    QTest::newRow("star") << QStringList{u"*"_qs} << QString();
}

void tst_Catalogue::classPolicy()
{
    QFETCH(QStringList, patterns);
    QFETCH(QString, refused);
    const std::vector<QByteArray> unknown{"shapes.Point", "shapes.Line", "os.system"};
    ClassPolicy policy{.acceptAll = false, .patterns = patterns};
    QCOMPARE(QString::fromUtf8(policy.firstRefused(unknown)), refused);
    QCOMPARE(policy.firstRefused({}), QByteArray());
    policy.acceptAll = true;
    QCOMPARE(policy.firstRefused(unknown), QByteArray());
}

void tst_Catalogue::factoriesFillWhatIsNeeded()
{
    const Message call = Message::call("id", "run", {}, {}, true);
    QCOMPARE(call.kind, Message::Kind::Call);
    QCOMPARE(call.object, QByteArray("id"));
    QCOMPARE(call.method, QByteArray("run"));
    QVERIFY(call.oneway);
    QCOMPARE(call.args.kind(), Value::Kind::Tuple);
    QCOMPARE(call.kwargs.kind(), Value::Kind::Dict);

    const Message reply = Message::reply(Value::integer(7));
    QCOMPARE(reply.kind, Message::Kind::Reply);
    QVERIFY(reply.value == Value::integer(7));

    RemoteError error;
    error.className = u"exceptions.KeyError"_qs;
    const Message failure = Message::failure(error);
    QCOMPARE(failure.kind, Message::Kind::Failure);
    QVERIFY(failure.error);
    QCOMPARE(failure.error->className, u"exceptions.KeyError"_qs);
}

QTEST_GUILESS_MAIN(tst_Catalogue)

#include "tst_catalogue.moc"
