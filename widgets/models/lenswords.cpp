// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "lenswords.h"

#include "plaintext.h"

#include <pyrolens/value/codecwriter.h>

#include <QCoreApplication>
#include <QHash>

namespace pyrolens {

namespace {

constexpr qsizetype kShown = 120; ///< characters of a value as received

class LensText
{
    Q_DECLARE_TR_FUNCTIONS(pyrolens::LensText)
};

/// %1 is the type, %2 the serializer.
QString sentence(const QString &id)
{
    static const QHash<QString, const char *> texts{
        {QStringLiteral("instance"),
            QT_TRANSLATE_NOOP("pyrolens::LensText", "%1 cannot be sent with %2; pickle could")},
        {QStringLiteral("no-type"),
            QT_TRANSLATE_NOOP("pyrolens::LensText", "%1 cannot be sent: %2 has no such type")},
        {QStringLiteral("zone"),
            QT_TRANSLATE_NOOP("pyrolens::LensText", "a datetime with a time zone cannot be sent with %2")},
        {QStringLiteral("surrogates"),
            QT_TRANSLATE_NOOP("pyrolens::LensText", "text with lone surrogates cannot be sent with %2")},
        {QStringLiteral("digits"),
            QT_TRANSLATE_NOOP("pyrolens::LensText", "an integer of more than 4,300 digits cannot be sent")},
        {QStringLiteral("complex-nan"),
            QT_TRANSLATE_NOOP("pyrolens::LensText", "a complex number with nan cannot be sent with %2")},
        {QStringLiteral("complex-zero"),
            QT_TRANSLATE_NOOP("pyrolens::LensText", "a negative zero loses its sign with %2")},
        {QStringLiteral("depth"), QT_TRANSLATE_NOOP("pyrolens::LensText", "too many brackets for %2")},
        {QStringLiteral("key-type"),
            QT_TRANSLATE_NOOP("pyrolens::LensText", "%1 as a key or in a set cannot be sent with %2")},
        {QStringLiteral("key-unreadable"),
            QT_TRANSLATE_NOOP(
                "pyrolens::LensText", "the server cannot read %1 as a key or in a set with %2")},
        {QStringLiteral("key-as-text"),
            QT_TRANSLATE_NOOP("pyrolens::LensText", "the key, %1, arrives as text with %2")},
        {QStringLiteral("bytes-as-dict"),
            QT_TRANSLATE_NOOP(
                "pyrolens::LensText", "%1 arrives as a dict with %2; serpent.tobytes() reads it")},
        {QStringLiteral("bytearray-as-bytes"),
            QT_TRANSLATE_NOOP("pyrolens::LensText", "%1 arrives as bytes with %2")},
        {QStringLiteral("empty-set"),
            QT_TRANSLATE_NOOP("pyrolens::LensText", "an empty set arrives as an empty tuple with %2")},
        {QStringLiteral("frozenset-as-set"),
            QT_TRANSLATE_NOOP("pyrolens::LensText", "%1 arrives as a set with %2")},
        {QStringLiteral("set-as-list"),
            QT_TRANSLATE_NOOP("pyrolens::LensText", "%1 arrives as a list with %2")},
        {QStringLiteral("tuple-as-list"),
            QT_TRANSLATE_NOOP("pyrolens::LensText", "%1 arrives as a list with %2")},
        {QStringLiteral("array-as-list"),
            QT_TRANSLATE_NOOP("pyrolens::LensText", "%1 arrives as what is in it with %2")},
        {QStringLiteral("as-text"), QT_TRANSLATE_NOOP("pyrolens::LensText", "%1 arrives as text with %2")},
        {QStringLiteral("seconds"),
            QT_TRANSLATE_NOOP("pyrolens::LensText", "%1 arrives as a number of seconds with %2")},
    };
    return LensText::tr(texts.value(id, QT_TRANSLATE_NOOP("pyrolens::LensText", "%1 is altered by %2")));
}

} // namespace

QString lensWords(const LensFinding &finding, const QByteArray &serializer)
{
    return sentence(QLatin1String(finding.rule->id))
        .replace(QLatin1String("%1"), visibleText(kindText(finding.sent), 60))
        .replace(QLatin1String("%2"), QString::fromLatin1(serializer));
}

QString lensSentence(const LensFinding &finding, const QByteArray &serializer)
{
    const QString where = finding.keyword.isEmpty() ? LensText::tr("Argument %1").arg(finding.argument + 1)
                                                    : visibleText(finding.keyword, 60);
    const QString words
        = LensText::tr("%1: %2", "argument, what happens to it").arg(where, lensWords(finding, serializer));
    if (finding.rule->effect != LensEffect::Changed)
        return words;
    PrintOptions options;
    options.maxNodes = 60;
    options.maxChars = kShown;
    return LensText::tr("%1; as received: %2", "what happens, value")
        .arg(words, visibleText(toPython(finding.received, options), kShown));
}

} // namespace pyrolens
