// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "fieldcutter.h"

#include <algorithm>

namespace pyrolens {

namespace {

constexpr qsizetype kShownBytes = 32;

} // namespace

QString shownHex(QByteArrayView bytes)
{
    const QString hex
        = QString::fromLatin1(bytes.first(std::min(bytes.size(), kShownBytes)).toByteArray().toHex(' '));
    return bytes.size() > kShownBytes ? QString(hex + QStringLiteral(" ...")) : hex;
}

void FieldCutter::add(const QString &name, qsizetype size, const QString &value, std::vector<Field> &into)
{
    const qsizetype have = std::min(size, left());
    if (have <= 0)
        return;
    Field field;
    field.name = name;
    field.offset = m_offset;
    field.size = have;
    field.value
        = have == size ? value : shownHex(m_bytes.sliced(m_offset, have)) + QStringLiteral(" (cut off)");
    m_offset += have;
    into.push_back(std::move(field));
}

QString foreignProtocol(QByteArrayView sixBytes)
{
    for (const QByteArrayView word :
        {"GET ", "POST", "HEAD", "PUT ", "OPTION", "DELETE", "CONNEC", "HTTP/"}) {
        if (sixBytes.startsWith(word))
            return QStringLiteral("HTTP");
    }
    if (sixBytes.startsWith("SSH-"))
        return QStringLiteral("SSH");
    if (sixBytes.startsWith("\x16\x03"))
        return QStringLiteral("TLS");
    return {};
}

} // namespace pyrolens
