// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "generation.h"

namespace pyrolens {

/// The first bytes as hexadecimal pairs, "..." behind when there are more.
QString shownHex(QByteArrayView bytes);

/// Cuts bytes into fields one behind the other, for Generation::dissect(). A field that the bytes no longer
/// hold is cut or left out.
class FieldCutter
{
public:
    explicit FieldCutter(QByteArrayView bytes) : m_bytes(bytes) { }

    void add(const QString &name, qsizetype size, const QString &value, std::vector<Field> &into);
    qsizetype at() const { return m_offset; }
    qsizetype left() const { return m_bytes.size() - m_offset; }
    QByteArrayView rest() const { return m_bytes.sliced(m_offset); }

private:
    QByteArrayView m_bytes;
    qsizetype m_offset = 0;
};

/// What the first six bytes of a connection look like when they are no Pyro: "HTTP", "SSH", "TLS"; empty when
/// nothing comes to mind.
QString foreignProtocol(QByteArrayView sixBytes);

} // namespace pyrolens
