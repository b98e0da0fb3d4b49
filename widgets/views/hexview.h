// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "accessibletext.h"

#include <QAbstractScrollArea>
#include <QByteArray>

namespace pyrolens {

/// Offset, hexadecimal bytes and text of a block of bytes, painted as far as visible. One range can be marked
/// (the field selected beside it); a click or the arrow keys pick a byte.
class HexView final : public QAbstractScrollArea, public ReadableText
{
    Q_OBJECT

public:
    explicit HexView(QWidget *parent = nullptr);
    ~HexView() override;

    void setBytes(const QByteArray &bytes);
    const QByteArray &bytes() const { return m_bytes; }
    void setMark(qsizetype offset, qsizetype size);
    void setErrorOffset(qsizetype offset); ///< -1 = none
    qsizetype current() const { return m_current; }
    qsizetype markOffset() const { return m_markOffset; }
    qsizetype markSize() const { return m_markSize; }
    static constexpr int kPerRow = 16;
    // As text: one line per row, all of the same length.
    qsizetype readableLength() const override;
    QString readablePart(qsizetype from, qsizetype to) const override;
    qsizetype readableCaret() const override;
    std::pair<qsizetype, qsizetype> readableSelection() const override;

    QSize sizeHint() const override;

Q_SIGNALS:
    void byteSelected(qsizetype offset);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    QString lineText(qsizetype row) const;
    void updateBars();
    int lineHeight() const;
    int charWidth() const;
    int hexLeft() const;
    int textLeft() const;
    int hexX(int column) const;
    qsizetype byteAt(const QPoint &point) const;
    void select(qsizetype offset);
    void ensureVisible(qsizetype offset);

    QByteArray m_bytes;
    qsizetype m_current = -1;
    qsizetype m_markOffset = 0;
    qsizetype m_markSize = 0;
    qsizetype m_error = -1;
};

} // namespace pyrolens
