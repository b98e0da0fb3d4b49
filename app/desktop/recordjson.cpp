// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "recordjson.h"

#include <pyrolens/value/tagged.h>

#include <array>

namespace pyrolens {

namespace {

using Trace = CallTrace;
constexpr std::array<std::pair<const char16_t *, Trace::Duration Trace::*>, 8> kTimes{{
    {u"resolve", &Trace::resolve},
    {u"connect", &Trace::connect},
    {u"handshake", &Trace::handshake},
    {u"send", &Trace::send},
    {u"wait", &Trace::wait},
    {u"receive", &Trace::receive},
    {u"decode", &Trace::decode},
    {u"total", &Trace::total},
}};

Json valueJson(const Value &value)
{
    return toTagged(value, TaggedStyle::Wire);
}

Json targetJson(const ObjectTarget &target)
{
    return Json::object({{QStringLiteral("profile"), target.profile}, {QStringLiteral("name"), target.name},
        {QStringLiteral("uri"), target.uri}, {QStringLiteral("generation"), Json(target.generation)},
        {QStringLiteral("dialect"), Json(int(target.dialect))}});
}

Json errorJson(const Error &error)
{
    Json json
        = Json::object({{QStringLiteral("kind"), Json(int(error.kind))}, {QStringLiteral("what"), error.what},
            {QStringLiteral("code"), error.code}, {QStringLiteral("offset"), Json(error.offset)}});
    if (error.remote) {
        json.set(QStringLiteral("remote"),
            Json::object({{QStringLiteral("class"), error.remote->className},
                {QStringLiteral("args"), valueJson(error.remote->args)},
                {QStringLiteral("attributes"), valueJson(error.remote->attributes)},
                {QStringLiteral("traceback"), Json::strings(error.remote->traceback)}}));
    }
    return json;
}

/// [[id, base64], ...]
Json annotationsJson(const std::vector<Annotation> &annotations)
{
    std::vector<Json> list;
    for (const auto &[id, data] : annotations)
        list.push_back(Json::strings({QString::fromLatin1(id), QString::fromLatin1(data.toBase64())}));
    return Json::array(std::move(list));
}

std::vector<Annotation> readAnnotations(const Json &json)
{
    std::vector<Annotation> annotations;
    for (const Json &one : json.items()) {
        const auto parts = one.items();
        if (parts.size() == 2)
            annotations.emplace_back(
                parts[0].toString().toLatin1(), QByteArray::fromBase64(parts[1].toString().toLatin1()));
    }
    return annotations;
}

Json batchJson(const std::vector<BatchItem> &batch)
{
    std::vector<Json> list;
    for (const BatchItem &one : batch)
        list.push_back(Json::object({{QStringLiteral("method"), one.method},
            {QStringLiteral("argumentText"), one.argumentText}, {QStringLiteral("args"), valueJson(one.args)},
            {QStringLiteral("kwargs"), valueJson(one.kwargs)}}));
    return Json::array(std::move(list));
}

Json traceJson(const CallTrace &trace)
{
    Json json = Json::object();
    for (const auto &[name, member] : kTimes)
        json.set(QString::fromUtf16(name), Json(qint64((trace.*member).count())));
    json.set(QStringLiteral("bytesSent"), Json(trace.bytesSent));
    json.set(QStringLiteral("bytesReceived"), Json(trace.bytesReceived));
    json.set(QStringLiteral("replyFlags"), Json(qint64(trace.replyFlags)));
    json.set(QStringLiteral("endpoint"), trace.endpoint);
    json.set(QStringLiteral("generation"), Json(trace.generation));
    json.set(QStringLiteral("oneway"), Json(trace.oneway));
    json.set(QStringLiteral("newConnection"), Json(trace.newConnection));
    if (!trace.stream.isEmpty())
        json.set(QStringLiteral("stream"), trace.stream);
    if (!trace.annotations.empty())
        json.set(QStringLiteral("annotations"), annotationsJson(trace.annotations));
    if (!trace.correlationId.isEmpty())
        json.set(QStringLiteral("correlationId"), QString::fromLatin1(trace.correlationId.toHex()));
    return json;
}

/// Reads parts of a record and remembers the first that is none.
class Reader
{
public:
    Value value(const Json &json)
    {
        auto value = fromTagged(json);
        if (value)
            return value.value();
        if (!m_error)
            m_error = value.error();
        return {};
    }
    int number(const Json &json, int last)
    {
        const auto integer = json.asInteger();
        if (integer && *integer >= 0 && *integer <= last)
            return int(*integer);
        if (!m_error)
            m_error = Error::protocol(QStringLiteral("not a record of a call"));
        return 0;
    }
    const std::optional<Error> &error() const { return m_error; }

private:
    std::optional<Error> m_error;
};

Error readError(const Json &json, Reader &reader)
{
    Error error;
    error.kind = Error::Kind(reader.number(json.value(u"kind"), int(Error::Kind::Remote)));
    error.what = json.value(u"what").toString();
    error.code = json.value(u"code").toString();
    error.offset = json.value(u"offset").toInteger(-1);
    if (const Json &remote = json.value(u"remote"); remote.isObject()) {
        auto raised = std::make_shared<RemoteError>();
        raised->className = remote.value(u"class").toString();
        raised->args = reader.value(remote.value(u"args"));
        raised->attributes = reader.value(remote.value(u"attributes"));
        for (const Json &line : remote.value(u"traceback").items())
            raised->traceback.append(line.toString());
        error.remote = std::move(raised);
    }
    return error;
}

CallTrace readTrace(const Json &json)
{
    CallTrace trace;
    for (const auto &[name, member] : kTimes)
        trace.*member = CallTrace::Duration(json.value(name).toInteger());
    trace.bytesSent = json.value(u"bytesSent").toInteger();
    trace.bytesReceived = json.value(u"bytesReceived").toInteger();
    trace.replyFlags = quint32(json.value(u"replyFlags").toInteger());
    trace.endpoint = json.value(u"endpoint").toString();
    trace.generation = int(json.value(u"generation").toInteger());
    trace.oneway = json.value(u"oneway").toBool();
    trace.newConnection = json.value(u"newConnection").toBool();
    trace.stream = json.value(u"stream").toString();
    trace.annotations = readAnnotations(json.value(u"annotations"));
    trace.correlationId = QByteArray::fromHex(json.value(u"correlationId").toString().toLatin1());
    return trace;
}

} // namespace

Json recordToJson(const CallRecord &record, qint64 maxReply)
{
    const CallRequest &request = record.request;
    Json json = Json::object({{QStringLiteral("format"), Json(1)},
        {QStringLiteral("id"), Json(qint64(request.id))},
        {QStringLiteral("started"), record.started.toString(Qt::ISODateWithMs)},
        {QStringLiteral("target"), targetJson(request.target)},
        {QStringLiteral("action"), Json(int(request.action))}, {QStringLiteral("member"), request.member},
        {QStringLiteral("argumentText"), request.argumentText},
        {QStringLiteral("args"), valueJson(request.args)},
        {QStringLiteral("kwargs"), valueJson(request.kwargs)},
        {QStringLiteral("value"), valueJson(request.value)},
        {QStringLiteral("timeout"), Json(qint64(request.timeout.count()))},
        {QStringLiteral("oneway"), Json(request.oneway)},
        {QStringLiteral("outcome"), Json(int(record.outcome))}, {QStringLiteral("endpoint"), record.endpoint},
        {QStringLiteral("trace"), traceJson(record.trace)}});
    if (!request.serializer.isEmpty())
        json.set(QStringLiteral("serializer"), QString::fromLatin1(request.serializer));
    if (!record.serializer.isEmpty())
        json.set(QStringLiteral("usedSerializer"), QString::fromLatin1(record.serializer));
    if (!request.annotations.empty()) {
        json.set(QStringLiteral("annotationText"), request.annotationText);
        json.set(QStringLiteral("annotations"), annotationsJson(request.annotations));
    }
    if (!request.batch.empty())
        json.set(QStringLiteral("batch"), batchJson(request.batch));
    if (record.error)
        json.set(QStringLiteral("error"), errorJson(*record.error));
    if (record.isReplyLost || record.trace.bytesReceived > maxReply)
        json.set(QStringLiteral("replyLost"), Json(true));
    else
        json.set(QStringLiteral("result"), valueJson(record.result));
    return json;
}

Result<CallRecord> recordFromJson(const Json &json)
{
    if (!json.isObject() || json.value(u"format").toInteger() != 1)
        return Error::protocol(QStringLiteral("not a record of a call"));
    Reader reader;
    CallRecord record;
    CallRequest &request = record.request;
    const Json &target = json.value(u"target");
    request.id = quint64(json.value(u"id").toInteger());
    request.target.profile = target.value(u"profile").toString();
    request.target.name = target.value(u"name").toString();
    request.target.uri = target.value(u"uri").toString();
    request.target.generation = int(target.value(u"generation").toInteger());
    request.target.dialect = Dialect(reader.number(target.value(u"dialect"), int(Dialect::Python3)));
    request.action
        = CallRequest::Action(reader.number(json.value(u"action"), int(CallRequest::Action::Batch)));
    request.member = json.value(u"member").toString();
    request.argumentText = json.value(u"argumentText").toString();
    request.args = reader.value(json.value(u"args"));
    request.kwargs = reader.value(json.value(u"kwargs"));
    request.value = reader.value(json.value(u"value"));
    request.timeout = std::chrono::milliseconds(json.value(u"timeout").toInteger());
    request.oneway = json.value(u"oneway").toBool();
    request.serializer = json.value(u"serializer").toString().toLatin1();
    request.annotationText = json.value(u"annotationText").toString();
    request.annotations = readAnnotations(json.value(u"annotations"));
    for (const Json &one : json.value(u"batch").items())
        request.batch.push_back({one.value(u"method").toString(), one.value(u"argumentText").toString(),
            reader.value(one.value(u"args")), reader.value(one.value(u"kwargs"))});
    record.serializer = json.value(u"usedSerializer").toString().toLatin1();
    record.started = QDateTime::fromString(json.value(u"started").toString(), Qt::ISODateWithMs);
    record.outcome
        = CallRecord::Outcome(reader.number(json.value(u"outcome"), int(CallRecord::Outcome::Cancelled)));
    record.endpoint = json.value(u"endpoint").toString();
    record.trace = readTrace(json.value(u"trace"));
    if (json.contains(u"error"))
        record.error = readError(json.value(u"error"), reader);
    record.isReplyLost = json.value(u"replyLost").toBool();
    if (!record.isReplyLost)
        record.result = reader.value(json.value(u"result"));
    if (reader.error())
        return *reader.error();
    return record;
}

} // namespace pyrolens
