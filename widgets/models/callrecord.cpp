// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "callrecord.h"

#include "plaintext.h"

#include <QCoreApplication>

namespace pyrolens {

namespace {

QString word(const char *text)
{
    return QCoreApplication::translate("CallRecord", text);
}

/// "a(1), b(2)"
QString batchText(const std::vector<BatchItem> &batch)
{
    constexpr int kShown = 20;
    QStringList calls;
    for (const BatchItem &one : batch) {
        calls.append(visibleText(one.method, 100) + u'(' + visibleText(one.argumentText, 200) + u')');
        if (calls.size() == kShown)
            break;
    }
    return calls.join(QLatin1String(", "));
}

} // namespace

QString CallRecord::callText(qsizetype maxChars) const
{
    const QString member = visibleText(request.member, 100);
    QString text = visibleText(request.target.label(), 120) + u'.' + member;
    if (request.action == CallRequest::Action::Call)
        text += u'(' + visibleText(request.argumentText, maxChars) + u')';
    else if (request.action == CallRequest::Action::Batch)
        text = visibleText(request.target.label(), 120) + QLatin1String(": ") + batchText(request.batch);
    else if (request.action == CallRequest::Action::SetAttribute)
        text += QLatin1String(" = ") + visibleText(request.argumentText, maxChars);
    if (text.size() > maxChars)
        text = text.left(maxChars - 1) + QChar(u'\u2026');
    return text;
}

QString CallRecord::outcomeWord(Outcome outcome)
{
    switch (outcome) {
    case Outcome::Running:
        return word(QT_TRANSLATE_NOOP("CallRecord", "Running"));
    case Outcome::Ok:
        return word(QT_TRANSLATE_NOOP("CallRecord", "OK"));
    case Outcome::Sent:
        return word(QT_TRANSLATE_NOOP("CallRecord", "Sent"));
    case Outcome::RemoteError:
        return word(QT_TRANSLATE_NOOP("CallRecord", "Remote error"));
    case Outcome::LocalError:
        return word(QT_TRANSLATE_NOOP("CallRecord", "Local error"));
    case Outcome::Timeout:
        return word(QT_TRANSLATE_NOOP("CallRecord", "Timeout"));
    case Outcome::Cancelled:
        return word(QT_TRANSLATE_NOOP("CallRecord", "Cancelled"));
    }
    return {};
}

CallRecord::Outcome CallRecord::outcomeOf(const Error &error)
{
    switch (error.kind) {
    case Error::Kind::Remote:
        return Outcome::RemoteError;
    case Error::Kind::Timeout:
        return Outcome::Timeout;
    case Error::Kind::Cancelled:
        return Outcome::Cancelled;
    default:
        return Outcome::LocalError;
    }
}

qint64 CallRecord::cost() const
{
    return 1'000 + request.argumentText.size() * 2 + trace.bytesSent * 2 + trace.bytesReceived * 4;
}

} // namespace pyrolens
