// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "daemonobject_p.h"

namespace pyrolens {

namespace {

using Query = Message::Query;

/// The methods of Pyro.Daemon. Source: Pyro5, server.py, DaemonObject; `as_lists` only in Pyro4, core.py.
struct Question
{
    const char *name;
    Query query;
    const char *parameters;
    const char *doc;
};
constexpr Question kQuestions[] = {
    {"registered", Query::Registered, "", "Returns the ids of all objects."},
    {"ping", Query::Ping, "", "Does nothing."},
    {"info", Query::Info, "", "Returns a text about the daemon."},
    {"get_metadata", Query::Metadata, "objectId, as_lists=False",
        "Returns methods, oneway methods and attributes of an object."},
    {"get_next_stream_item", Query::NextItem, "streamId", "Returns the next item of a stream."},
    {"close_stream", Query::CloseStream, "streamId", "Ends a stream."},
};

QStringList parametersOf(const Question &question)
{
    return QString::fromLatin1(question.parameters).split(QStringLiteral(", "), Qt::SkipEmptyParts);
}

/// Told and never called: dispatch turns its calls into questions first.
class DaemonServant final : public Servant
{
public:
    explicit DaemonServant(bool tellsMethods)
    {
        m_interface.className
            = tellsMethods ? QStringLiteral("DaemonObject") : QStringLiteral("DaemonServant");
        for (const Question &question : kQuestions) {
            if (tellsMethods) {
                m_interface.methods.push_back({QString::fromLatin1(question.name),
                    u'(' + QString::fromLatin1(question.parameters) + u')', QString::fromLatin1(question.doc),
                    false, false});
            }
        }
    }
    Threading threading() const override { return Threading::Concurrent; }
    const InterfaceInfo &interface() const override { return m_interface; }
    bool hasMethod(const QByteArray &) const override { return false; }
    Outcome call(const QByteArray &method, const Value &, const Value &, CallContext &) override
    {
        return Error::usage(QStringLiteral("not a question: ") + QString::fromUtf8(method));
    }

private:
    InterfaceInfo m_interface;
};

Result<Value> tellRegistered(const Call &call)
{
    const auto context = contextOf(call);
    const Space space = spaceOf(call.generation());
    std::vector<Value::Pair> rows;
    std::vector<Value> ids;
    for (const auto &hosted : call.core().objects.all()) {
        if (!hosted->isKnownIn(space))
            continue;
        ids.push_back(context.nativeText(QString::fromUtf8(hosted->id(space))));
        rows.emplace_back(ids.back(), hosted->name.isEmpty() ? Value() : context.nativeText(hosted->name));
    }
    return call.generation().info().features.namedIds ? Value::dict(std::move(rows))
                                                      : Value::list(std::move(ids));
}

/// The words of the originals, with our own kinds of server.
QString infoText(const Call &call)
{
    const Core &core = call.core();
    const Space space = spaceOf(call.generation());
    const auto all = core.objects.all();
    const auto known
        = std::ranges::count_if(all, [space](const auto &hosted) { return hosted->isKnownIn(space); });
    const auto location = [&core](const QString &host) {
        const QString &path = core.options.unixPath;
        return path.isEmpty() ? Endpoint{host, core.port}.toString() : QString(u"./u:" + path);
    };
    const bool isNat = !core.options.publishHost.isEmpty() && core.options.publishHost != core.options.host;
    return QStringLiteral("%1 bound on %2, NAT %3, %4 objects registered. Servertype: <Pyrolens %5 on %2>")
        .arg(QString::fromUtf8(call.generation().info().daemonObject), location(core.options.host),
            isNat ? location(core.publishedHost()) : QStringLiteral("None"), QString::number(known),
            core.runsInline() ? QStringLiteral("multiplex") : QStringLiteral("thread"));
}

} // namespace

std::shared_ptr<Hosted> makeDaemonObject(const Generation &generation)
{
    const GenerationInfo &info = generation.info();
    auto self = std::make_shared<Hosted>();
    self->ids.fill(info.daemonObject);
    self->name = info.daemonName;
    self->flatName = info.daemonName;
    self->only = spaceOf(generation);
    self->isDaemon = true;
    self->persistent = true;
    self->servant = std::make_shared<DaemonServant>(info.features.objectMetadata);
    self->threading = Threading::Concurrent;
    return self;
}

ObjectMetadata metadataOf(const Generation &generation, const InterfaceInfo &interface)
{
    const auto isOpen = [&generation](const QString &name) {
        return !name.startsWith(u'_') || generation.builtin(name.toUtf8()) != Builtin::Private;
    };
    ObjectMetadata metadata;
    for (const MethodInfo &method : interface.methods) {
        // An overloaded method is one to Python.
        if (!isOpen(method.name) || metadata.methods.contains(method.name))
            continue;
        metadata.methods.append(method.name);
        if (method.oneway)
            metadata.oneway.append(method.name);
    }
    for (const AttributeInfo &attribute : interface.attributes) {
        if (isOpen(attribute.name))
            metadata.attributes.append(attribute.name);
    }
    return metadata;
}

std::optional<Result<Message>> asQuestion(const Message &call)
{
    const auto question = std::ranges::find_if(
        kQuestions, [&call](const Question &each) { return call.method == each.name; });
    if (question == std::end(kQuestions))
        return std::nullopt;
    auto bound
        = bindArguments(QString::fromUtf8(call.method), parametersOf(*question), call.args, call.kwargs);
    if (!bound)
        return Result<Message>(std::move(bound).error());
    Message message = call;
    message.kind = Message::Kind::Query;
    message.query = question->query;
    if (!bound->empty())
        message.text = bound->front().toText();
    message.asLists = bound->size() > 1 && bound->at(1).asBool().value_or(false);
    return Result<Message>(std::move(message));
}

Begun answerQuery(const Call &call, std::shared_ptr<Hosted> &hosted)
{
    const Message &request = call.request;
    Core &core = call.core();
    const auto context = contextOf(call);
    const Space space = spaceOf(call.generation());
    switch (request.query) {
    case Query::Registered:
        return tellRegistered(call);
    case Query::Resolve:
        if (const auto found = core.objects.findName(request.text); found && found->isKnownIn(space))
            return Result<Value>(context.nativeText(QString::fromUtf8(found->id(space))));
        return Result<Value>(raise(QStringLiteral("NamingError"),
            {context.nativeText(u"no object found by this name"), context.nativeText(request.text)}));
    case Query::Info:
        return Result<Value>(context.nativeText(infoText(call)));
    case Query::Ping:
        return Result<Value>(Value());
    case Query::Metadata:
        if (const auto found = core.objects.find(request.text.toUtf8(), space)) {
            const auto collections
                = request.asLists ? ObjectMetadata::Collections::Lists : ObjectMetadata::Collections::Sets;
            return Result<Value>(
                metadataOf(call.generation(), found->servant->interface()).toValue(collections));
        }
        return Result<Value>(lackError(call, Lack::Object, {}, {}));
    case Query::NextItem:
        // Made where the calls of its object run. Nobody's: the table has the words.
        if (auto owner = core.streams.owner(request.text)) {
            hosted = std::move(owner);
            ++hosted->running;
            hosted->touch();
            return run(call, hosted);
        }
        return core.streams.next(request.text, call.site->connection);
    case Query::CloseStream:
        core.streams.close(request.text);
        return Result<Value>(Value());
    }
    Q_UNREACHABLE();
}

} // namespace pyrolens
