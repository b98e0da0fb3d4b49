// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "commandline.h"

#include <pyrolens/value/literal.h>

#include <QRegularExpression>

#include <algorithm>

namespace pyrolens {

namespace {

constexpr std::chrono::milliseconds kDefaultTimeout{30'000}; ///< of pyroctl

QString literal(const Value &value, Dialect dialect)
{
    PrintOptions options;
    options.dialect = dialect;
    return toPython(value, options);
}

/// The arguments as they were typed, one word each; as values where the text does not tell.
void addArguments(const CallRequest &request, QStringList &options, QStringList &words)
{
    // Whatever callback('x') stands for here, there it is a callback object of that name.
    LiteralContext context;
    context.callback = [](const QString &) -> Result<Value> { return Value(); };
    const auto typed = parseArguments(request.argumentText, request.target.dialect, {}, context);
    const auto source
        = [&](const LiteralNode &node) { return request.argumentText.mid(node.start, node.length); };
    if (typed && qsizetype(typed->positional.size()) == request.args.size()
        && qsizetype(typed->keywords.size()) == request.kwargs.size()) {
        for (const LiteralNode &node : typed->positional)
            words.append(source(node));
        for (const Arguments::Keyword &one : typed->keywords)
            options.append({QStringLiteral("--kw"), one.name + u'=' + source(one.value)});
        return;
    }
    for (const Value &value : request.args.items())
        words.append(literal(value, request.target.dialect));
    for (const auto &[name, value] : request.kwargs.pairs())
        options.append(
            {QStringLiteral("--kw"), name.toText() + u'=' + literal(value, request.target.dialect)});
}

} // namespace

QString shellWord(const QString &word)
{
    static const QRegularExpression plain(QStringLiteral("^[A-Za-z0-9_./:@%+=,-]+$"));
    if (plain.match(word).hasMatch())
        return word;
    QString quoted = word;
    return u'\'' + quoted.replace(u'\'', QStringLiteral("'\\''")) + u'\'';
}

QString commandLine(const CallRequest &request)
{
    QStringList options;
    if (request.target.generation > 0)
        options.append({QStringLiteral("--gen"), QString::number(request.target.generation)});
    if (!request.serializer.isEmpty())
        options.append({QStringLiteral("--serializer"), QString::fromLatin1(request.serializer)});
    if (request.timeout != kDefaultTimeout)
        options.append(
            {QStringLiteral("--timeout"), QString::number(double(request.timeout.count()) / 1'000)});
    QStringList words{
        request.target.uri.isEmpty() ? request.target.name : request.target.uri, request.member};
    QString verb;
    switch (request.action) {
    case CallRequest::Action::Call:
        verb = QStringLiteral("call");
        if (request.oneway)
            options.append(QStringLiteral("--oneway"));
        addArguments(request, options, words);
        break;
    case CallRequest::Action::GetAttribute:
        verb = QStringLiteral("get");
        break;
    case CallRequest::Action::SetAttribute:
        verb = QStringLiteral("set");
        words.append(literal(request.value, request.target.dialect));
        break;
    case CallRequest::Action::Batch:
        return {};
    }
    QStringList line{QStringLiteral("pyroctl")};
    line += options;
    line.append(verb);
    if (std::any_of(words.begin(), words.end(), [](const QString &word) { return word.startsWith(u'-'); }))
        line.append(QStringLiteral("--"));
    line += words;
    std::transform(line.begin(), line.end(), line.begin(), &shellWord);
    return line.join(u' ');
}

} // namespace pyrolens
