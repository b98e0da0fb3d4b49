// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "hexview.h"

#include "parts.h"

#include <pyrolens/theme/metrics.h>

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>

namespace pyrolens {

namespace {

constexpr int kMargin = 8;
constexpr int kOffsetDigits = 6;
constexpr int kLine
    = kOffsetDigits + 2 + HexView::kPerRow * 3 + 1 + HexView::kPerRow + 1; ///< of readable text

} // namespace

HexView::HexView(QWidget *parent) : QAbstractScrollArea(parent)
{
    setFont(metrics::dataFont(font()));
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setLayoutDirection(Qt::LeftToRight);
    viewport()->setAutoFillBackground(true);
    viewport()->setBackgroundRole(QPalette::Base);
    installAccessibleText();
    setAccessibleName(tr("Bytes"));
}

HexView::~HexView() = default;

int HexView::lineHeight() const
{
    return QFontMetrics(font()).lineSpacing() + 4;
}

int HexView::charWidth() const
{
    return QFontMetrics(font()).horizontalAdvance(u'0');
}

int HexView::hexLeft() const
{
    return kMargin + (kOffsetDigits + 2) * charWidth();
}

int HexView::hexX(int column) const
{
    // One more space in the middle of the row.
    return hexLeft() + (column * 3 + (column >= kPerRow / 2 ? 1 : 0)) * charWidth();
}

int HexView::textLeft() const
{
    return hexX(kPerRow) + charWidth();
}

QSize HexView::sizeHint() const
{
    return {textLeft() + kPerRow * charWidth() + 2 * kMargin + 12, lineHeight() * 8};
}

void HexView::setBytes(const QByteArray &bytes)
{
    m_bytes = bytes;
    m_current = -1;
    m_markSize = 0;
    m_error = -1;
    updateBars();
    verticalScrollBar()->setValue(0);
    viewport()->update();
    setAccessibleDescription(tr("%n byte(s)", nullptr, int(std::min<qsizetype>(bytes.size(), INT_MAX))));
}

void HexView::setMark(qsizetype offset, qsizetype size)
{
    m_markOffset = offset;
    m_markSize = size;
    if (size > 0)
        ensureVisible(offset);
    viewport()->update();
}

void HexView::setErrorOffset(qsizetype offset)
{
    m_error = offset;
    if (offset >= 0)
        ensureVisible(offset);
    viewport()->update();
}

void HexView::updateBars()
{
    const int rows = int((m_bytes.size() + kPerRow - 1) / kPerRow);
    const int page = std::max(1, (viewport()->height() - kMargin) / lineHeight());
    verticalScrollBar()->setPageStep(page);
    verticalScrollBar()->setRange(0, std::max(0, rows - page));
    const int width = textLeft() + kPerRow * charWidth() + kMargin;
    horizontalScrollBar()->setPageStep(viewport()->width());
    horizontalScrollBar()->setRange(0, std::max(0, width - viewport()->width()));
}

void HexView::ensureVisible(qsizetype offset)
{
    const int row = int(offset / kPerRow);
    const int first = verticalScrollBar()->value();
    if (row < first)
        verticalScrollBar()->setValue(row);
    else if (row >= first + verticalScrollBar()->pageStep())
        verticalScrollBar()->setValue(row - verticalScrollBar()->pageStep() + 1);
}

void HexView::paintEvent(QPaintEvent *)
{
    QPainter painter(viewport());
    painter.setFont(font());
    painter.translate(-horizontalScrollBar()->value(), 0);
    const QFontMetrics metrics(font());
    const int width = charWidth();
    const int height = lineHeight();
    const QColor muted = themeColor(ColorRole::Muted, palette());
    const QColor text = palette().color(QPalette::Text);
    const QColor mark
        = blend(palette().color(QPalette::Base), themeColor(ColorRole::Accent, palette()), 0.24);
    int y = kMargin / 2;
    for (qsizetype start = qsizetype(verticalScrollBar()->value()) * kPerRow;
         start < m_bytes.size() && y < viewport()->height(); start += kPerRow, y += height) {
        const int base = y + metrics.ascent() + 2;
        painter.setPen(muted);
        painter.drawText(kMargin, base, QStringLiteral("%1").arg(start, kOffsetDigits, 16, QChar(u'0')));
        const int count = int(std::min<qsizetype>(kPerRow, m_bytes.size() - start));
        for (int column = 0; column < count; ++column) {
            const qsizetype offset = start + column;
            const auto byte = static_cast<unsigned char>(m_bytes[offset]);
            const bool marked = offset >= m_markOffset && offset < m_markOffset + m_markSize;
            const int x = hexX(column);
            const int textX = textLeft() + column * width;
            if (marked) {
                // The gap to the next byte belongs to the mark unless it ends here.
                const bool last = offset + 1 == m_markOffset + m_markSize || column + 1 == kPerRow;
                const int to = last ? x + 2 * width : hexX(column + 1);
                painter.fillRect(QRect(x - 1, y, to - x + 2, height), mark);
                painter.fillRect(QRect(textX, y, width, height), mark);
            }
            if (offset == m_current || offset == m_error) {
                painter.setPen(
                    themeColor(offset == m_error ? ColorRole::Error : ColorRole::Accent, palette()));
                painter.drawRect(QRect(x - 2, y, 2 * width + 3, height - 1));
                painter.drawRect(QRect(textX - 1, y, width + 1, height - 1));
            }
            painter.setPen(byte == 0 ? muted : text);
            painter.drawText(x, base, QStringLiteral("%1").arg(uint(byte), 2, 16, QChar(u'0')));
            const bool printable = byte >= 0x20 && byte < 0x7f;
            painter.setPen(printable ? text : muted);
            painter.drawText(
                textX, base, printable ? QString(QChar(char16_t(byte))) : QStringLiteral("\u00b7"));
        }
    }
}

void HexView::resizeEvent(QResizeEvent *event)
{
    QAbstractScrollArea::resizeEvent(event);
    updateBars();
}

void HexView::changeEvent(QEvent *event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::ApplicationFontChange && parentWidget()) {
        setFont(metrics::dataFont(parentWidget()->font()));
        updateBars();
    }
}

qsizetype HexView::byteAt(const QPoint &point) const
{
    const int x = point.x() + horizontalScrollBar()->value();
    const qsizetype row = verticalScrollBar()->value() + (point.y() - kMargin / 2) / lineHeight();
    int column = -1;
    if (x >= textLeft()) {
        column = (x - textLeft()) / charWidth();
    } else {
        for (int i = 0; i < kPerRow; ++i) {
            if (x >= hexX(i) - charWidth() / 2)
                column = i;
        }
    }
    if (column < 0 || column >= kPerRow)
        return -1;
    const qsizetype offset = row * kPerRow + column;
    return offset < m_bytes.size() ? offset : -1;
}

void HexView::select(qsizetype offset)
{
    if (offset < 0 || offset >= m_bytes.size())
        return;
    m_current = offset;
    ensureVisible(offset);
    viewport()->update();
    Q_EMIT byteSelected(offset);
}

void HexView::mousePressEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton)
        select(byteAt(event->pos()));
}

void HexView::keyPressEvent(QKeyEvent *event)
{
    const qsizetype at = std::max<qsizetype>(m_current, 0);
    const qsizetype page = qsizetype(verticalScrollBar()->pageStep()) * kPerRow;
    const auto clamped = [this](qsizetype wanted) {
        return std::clamp<qsizetype>(wanted, 0, std::max<qsizetype>(0, m_bytes.size() - 1));
    };
    if (event->matches(QKeySequence::Copy)) {
        const QByteArray part = m_markSize > 0 ? m_bytes.mid(m_markOffset, m_markSize) : m_bytes;
        copyText(QString::fromLatin1(part.toHex(' ')));
        return;
    }
    switch (event->key()) {
    case Qt::Key_Left:
        select(clamped(at - 1));
        return;
    case Qt::Key_Right:
        select(clamped(m_current < 0 ? 0 : at + 1));
        return;
    case Qt::Key_Up:
        select(at >= kPerRow ? at - kPerRow : at);
        return;
    case Qt::Key_Down:
        select(at + kPerRow < m_bytes.size() ? at + kPerRow : at);
        return;
    case Qt::Key_PageUp:
        select(clamped(at - page));
        return;
    case Qt::Key_PageDown:
        select(clamped(at + page));
        return;
    case Qt::Key_Home:
        select(clamped(event->modifiers().testFlag(Qt::ControlModifier) ? 0 : at / kPerRow * kPerRow));
        return;
    case Qt::Key_End:
        select(
            clamped(event->modifiers().testFlag(Qt::ControlModifier) ? m_bytes.size() - 1
                                                                     : at / kPerRow * kPerRow + kPerRow - 1));
        return;
    default:
        QAbstractScrollArea::keyPressEvent(event);
    }
}

QString HexView::lineText(qsizetype row) const
{
    const QByteArray part = m_bytes.mid(row * kPerRow, kPerRow);
    QString text = QStringLiteral("%1  ").arg(row * kPerRow, kOffsetDigits, 16, QChar(u'0'));
    text += QString::fromLatin1(part.toHex(' ')).leftJustified(kPerRow * 3 + 1);
    for (const char byte : part)
        text += byte >= 0x20 && byte < 0x7f ? QChar(char16_t(byte)) : QChar(u'.');
    return text.leftJustified(kLine - 1) + u'\n';
}

qsizetype HexView::readableLength() const
{
    return (m_bytes.size() + kPerRow - 1) / kPerRow * kLine;
}

QString HexView::readablePart(qsizetype from, qsizetype to) const
{
    QString text;
    for (qsizetype row = from / kLine; row * kLine < to; ++row)
        text += lineText(row);
    return text.mid(from % kLine, to - from);
}

qsizetype HexView::readableCaret() const
{
    const qsizetype at = std::max<qsizetype>(m_current, 0);
    return at / kPerRow * kLine + kOffsetDigits + 2 + at % kPerRow * 3;
}

std::pair<qsizetype, qsizetype> HexView::readableSelection() const
{
    return {readableCaret(), readableCaret() + (m_current < 0 ? 0 : 2)};
}

} // namespace pyrolens
