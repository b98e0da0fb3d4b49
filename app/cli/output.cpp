// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "output.h"

#include <pyrolens/base/logging.h>
#include <pyrolens/value/literal.h>
#include <pyrolens/value/tagged.h>
#include <pyrolens/wire/recognise.h>

#include <QDateTime>
#include <QFileDevice>

namespace pyrolens::cli {

namespace {

double milliseconds(std::chrono::nanoseconds took)
{
    // Three digits are what a person can use and what repeated runs can tell apart.
    return double(std::chrono::duration_cast<std::chrono::microseconds>(took).count()) / 1000.0;
}

Json taggedItems(const Value &tuple)
{
    Json items = Json::array();
    for (const Value &item : tuple.items())
        items.append(toTagged(item, TaggedStyle::Application));
    return items;
}

Json taggedAttributes(const Value &dict)
{
    Json attributes = Json::object();
    for (const auto &[key, value] : dict.pairs())
        attributes.set(key.toText(), toTagged(value, TaggedStyle::Application));
    return attributes;
}

} // namespace

int exitStatus(const Error &error)
{
    switch (error.kind) {
    case Error::Kind::Remote:
        return kRemoteRaised;
    case Error::Kind::Usage:
        return kUsage;
    case Error::Kind::Timeout:
        return kTimedOut;
    default:
        return kFailed;
    }
}

Json errorJson(const Error &error)
{
    Json json = Json::object();
    if (error.remote) {
        json.set(QStringLiteral("class"), error.remote->className);
        json.set(QStringLiteral("args"), taggedItems(error.remote->args));
        json.set(QStringLiteral("attributes"), taggedAttributes(error.remote->attributes));
        json.set(QStringLiteral("traceback"), Json::strings(error.remote->traceback));
        json.set(QStringLiteral("where"), QStringLiteral("remote"));
        return json;
    }
    json.set(QStringLiteral("class"), error.className());
    json.set(QStringLiteral("args"), Json::strings({error.what}));
    Json attributes = Json::object();
    if (!error.code.isEmpty())
        attributes.set(QStringLiteral("code"), error.code);
    json.set(QStringLiteral("attributes"), attributes);
    json.set(QStringLiteral("traceback"), Json::array());
    json.set(QStringLiteral("where"), QStringLiteral("local"));
    if (error.offset >= 0)
        json.set(QStringLiteral("offset"), Json(error.offset));
    return json;
}

namespace {

Json tagged(const Value &value, const Generation &generation)
{
    return toTagged(recognised(value, generation), TaggedStyle::Application);
}

QString text(const Value &value, const Generation &generation, int indent)
{
    PrintOptions options;
    options.dialect = generation.info().dialect;
    options.indent = indent;
    return toPython(recognised(value, generation), options);
}

} // namespace

void Output::write(QIODevice &device, const QByteArray &line)
{
    device.write(line + '\n');
    // A line is a message to another program: it must not wait in a buffer.
    if (auto *file = qobject_cast<QFileDevice *>(&device))
        file->flush();
}

void Output::result(const Json &result, const QString &text, std::chrono::nanoseconds took)
{
    if (!m_json) {
        if (!text.isEmpty())
            write(m_out, text.toUtf8());
        return;
    }
    Json json = Json::object();
    json.set(QStringLiteral("ok"), true);
    json.set(QStringLiteral("result"), result);
    json.set(QStringLiteral("ms"), Json(milliseconds(took)));
    write(m_out, json.toText());
}

void Output::value(const Value &value, const Generation &generation, std::chrono::nanoseconds took)
{
    if (m_json)
        result(tagged(value, generation), {}, took);
    else
        result({}, text(value, generation, 4), took);
}

void Output::item(const Value &value, const Generation &generation)
{
    if (!m_json) {
        write(m_out, text(value, generation, 0).toUtf8());
        return;
    }
    Json json = Json::object();
    json.set(QStringLiteral("item"), tagged(value, generation));
    write(m_out, json.toText());
}

void Output::incoming(
    const QByteArray &method, const Value &args, const Value &kwargs, const Generation &generation)
{
    const QString time = QDateTime::currentDateTimeUtc().toString(Qt::ISODateWithMs);
    const QString name = QString::fromUtf8(method);
    const Value seenArgs = recognised(args, generation);
    const Value seenKwargs = recognised(kwargs, generation);
    if (m_json) {
        Json json = Json::object();
        json.set(QStringLiteral("method"), name);
        json.set(QStringLiteral("args"), taggedItems(seenArgs));
        json.set(QStringLiteral("kwargs"), taggedAttributes(seenKwargs));
        json.set(QStringLiteral("time"), time);
        write(m_out, json.toText());
        return;
    }
    PrintOptions options;
    options.dialect = generation.info().dialect;
    QStringList words;
    for (const Value &item : seenArgs.items())
        words.append(toPython(item, options));
    for (const auto &[key, value] : seenKwargs.pairs())
        words.append(key.toText() + u'=' + toPython(value, options));
    const QString call = name + u'(' + words.join(QStringLiteral(", ")) + u')';
    write(m_out, (time + u' ' + logging::escapeForTerminal(call)).toUtf8());
}

int Output::fail(const Error &error)
{
    if (m_json) {
        Json json = Json::object();
        json.set(QStringLiteral("ok"), false);
        json.set(QStringLiteral("error"), errorJson(error));
        write(m_out, json.toText());
    }
    if (error.remote) {
        message(QStringLiteral("raised remotely: ") + error.remote->summary());
        // An item of Python's is "  File ..., line 7, in f\n    x = y\n", with the tabs of its source.
        for (const QString &item : error.remote->traceback) {
            for (QString &line : item.split(u'\n'))
                write(m_err,
                    QByteArrayLiteral("  | ")
                        + logging::escapeForTerminal(line.replace(u'\t', u' ')).toUtf8());
        }
    } else {
        message(error.what);
    }
    return exitStatus(error);
}

void Output::ready(const QStringList &uris)
{
    if (m_json) {
        Json json = Json::object();
        json.set(QStringLiteral("ready"), true);
        json.set(QStringLiteral("uris"), Json::strings(uris));
        write(m_out, json.toText());
        return;
    }
    write(m_out, QByteArrayLiteral("ready ") + uris.join(u' ').toUtf8());
}

void Output::message(const QString &text)
{
    write(m_err, QByteArrayLiteral("pyroctl: ") + logging::escapeForTerminal(text).toUtf8());
}

void Output::line(const QString &text)
{
    write(m_out, text.toUtf8());
}

} // namespace pyrolens::cli
