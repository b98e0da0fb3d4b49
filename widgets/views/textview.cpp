// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "textview.h"

#include "parts.h"

#include <pyrolens/models/plaintext.h>
#include <pyrolens/theme/metrics.h>

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>
#include <cmath>

namespace pyrolens {

namespace {

constexpr int kBreak = 4'000; ///< columns after which a line is broken even without wrapping
constexpr int kMargin = 8;

struct Token
{
    qsizetype length = 1;
    std::optional<ColorRole> role;
};

bool isNumberStart(QStringView rest)
{
    return rest[0].isDigit() || (rest.size() > 1 && rest[0] == u'-' && rest[1].isDigit());
}

/// One token of Python source; printed literals never hold a line break inside a string.
Token nextToken(QStringView rest)
{
    const QChar first = rest[0];
    qsizetype prefix = 0;
    while (prefix < 2 && prefix < rest.size() && QStringView(u"bBuUrR").contains(rest[prefix]))
        ++prefix;
    if (prefix < rest.size() && (rest[prefix] == u'\'' || rest[prefix] == u'"')) {
        qsizetype end = prefix + 1;
        while (end < rest.size() && rest[end] != rest[prefix])
            end += rest[end] == u'\\' ? 2 : 1;
        const bool bytes = rest.left(prefix).contains(u'b', Qt::CaseInsensitive);
        return {std::min(end + 1, rest.size()), bytes ? ColorRole::BytesText : ColorRole::StringText};
    }
    if (isNumberStart(rest)) {
        qsizetype end = 1;
        while (end < rest.size() && (rest[end].isLetterOrNumber() || rest[end] == u'.' || rest[end] == u'_'))
            ++end;
        return {end, ColorRole::NumberText};
    }
    if (first.isLetter() || first == u'_') {
        qsizetype end = 1;
        while (end < rest.size() && (rest[end].isLetterOrNumber() || rest[end] == u'_'))
            ++end;
        return {end, ColorRole::NameText};
    }
    return {};
}

} // namespace

TextView::TextView(QWidget *parent) : QAbstractScrollArea(parent)
{
    setFont(metrics::dataFont(font()));
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setLayoutDirection(Qt::LeftToRight);
    viewport()->setCursor(Qt::IBeamCursor);
    viewport()->setAutoFillBackground(true);
    viewport()->setBackgroundRole(QPalette::Base);
    installAccessibleText();
    setAccessibleName(tr("Text"));
    index();
}

TextView::~TextView() = default;

int TextView::lineHeight() const
{
    return QFontMetrics(font()).lineSpacing() + 2;
}

double TextView::charWidth() const
{
    return QFontMetricsF(font()).horizontalAdvance(u'0');
}

int TextView::columnLimit() const
{
    if (!m_wrap)
        return kBreak;
    const int columns = int((viewport()->width() - 2 * kMargin) / std::max(charWidth(), 1.0));
    return std::clamp(columns, 20, kBreak);
}

void TextView::setText(const QString &text)
{
    setSafeText(visibleLines(text), false);
}

void TextView::setSafeText(const QString &text, bool colour)
{
    m_text = text;
    m_colour = colour;
    m_anchor = m_caret = 0;
    index();
    verticalScrollBar()->setValue(0);
    horizontalScrollBar()->setValue(0);
}

void TextView::setWrap(bool wrap)
{
    m_wrap = wrap;
    index();
}

void TextView::index()
{
    m_lines.clear();
    m_longest = 0;
    const qsizetype limit = columnLimit();
    qsizetype start = 0;
    while (start <= m_text.size()) {
        qsizetype end = m_text.indexOf(u'\n', start);
        if (end < 0)
            end = m_text.size();
        do {
            const qsizetype length = std::min(limit, end - start);
            m_lines.push_back({start, length});
            m_longest = std::max(m_longest, length);
            start += length;
        } while (start < end);
        start = end + 1;
    }
    updateBars();
    viewport()->update();
}

void TextView::updateBars()
{
    const int rows = std::max(1, (viewport()->height() - kMargin) / lineHeight());
    verticalScrollBar()->setPageStep(rows);
    verticalScrollBar()->setRange(0, std::max(0, int(m_lines.size()) - rows));
    const int width = int(double(m_longest) * charWidth()) + 2 * kMargin;
    horizontalScrollBar()->setPageStep(viewport()->width());
    horizontalScrollBar()->setSingleStep(int(charWidth() * 4));
    horizontalScrollBar()->setRange(0, m_wrap ? 0 : std::max(0, width - viewport()->width()));
}

int TextView::lineOf(qsizetype position) const
{
    const auto after = std::upper_bound(m_lines.begin(), m_lines.end(), position,
        [](qsizetype wanted, const Line &line) { return wanted < line.start; });
    return std::max(0, int(after - m_lines.begin()) - 1);
}

qsizetype TextView::positionAt(const QPoint &point) const
{
    const int row = std::clamp(
        verticalScrollBar()->value() + (point.y() - kMargin / 2) / lineHeight(), 0, int(m_lines.size()) - 1);
    const Line &line = m_lines[size_t(row)];
    const double x = point.x() - kMargin + horizontalScrollBar()->value();
    const auto column = qsizetype(std::lround(x / charWidth()));
    return line.start + std::clamp<qsizetype>(column, 0, line.length);
}

void TextView::paintLine(QPainter &painter, const Line &line, int y) const
{
    const double width = charWidth();
    const double left = kMargin - horizontalScrollBar()->value();
    // Only the columns that can be seen are laid out.
    const auto firstColumn = std::max<qsizetype>(0, qsizetype(-left / width) - 1);
    const auto lastColumn
        = std::min<qsizetype>(line.length, qsizetype((viewport()->width() - left) / width) + 2);
    const QFontMetrics metrics(font());
    const int base = y + metrics.ascent() + 1;

    const qsizetype from = std::min(m_anchor, m_caret);
    const qsizetype to = std::max(m_anchor, m_caret);
    if (from < to && from <= line.start + line.length && to > line.start) {
        const qsizetype a = std::max<qsizetype>(0, from - line.start);
        const qsizetype b = std::min(line.length, to - line.start);
        painter.fillRect(
            QRectF(left + double(a) * width, y, std::max(double(b - a), 0.5) * width, lineHeight()),
            palette().highlight());
    }
    const QStringView text = QStringView(m_text).sliced(line.start, line.length);
    const QColor plain = palette().color(QPalette::Text);
    for (qsizetype at = m_colour ? 0 : firstColumn; at < lastColumn;) {
        Token token{lastColumn - at, std::nullopt};
        if (m_colour)
            token = nextToken(text.sliced(at));
        if (at + token.length > firstColumn) {
            painter.setPen(token.role ? themeColor(*token.role, palette()) : plain);
            const qsizetype length = std::min(token.length, lastColumn - at);
            painter.drawText(QPointF(left + double(at) * width, base), text.sliced(at, length).toString());
        }
        at += token.length;
    }
}

void TextView::paintEvent(QPaintEvent *)
{
    QPainter painter(viewport());
    painter.setFont(font());
    const int height = lineHeight();
    int y = kMargin / 2;
    for (size_t row = size_t(verticalScrollBar()->value()); row < m_lines.size() && y < viewport()->height();
         ++row, y += height)
        paintLine(painter, m_lines[row], y);
    if (hasFocus()) {
        const int row = lineOf(m_caret);
        const double x = kMargin - horizontalScrollBar()->value()
            + double(m_caret - m_lines[size_t(row)].start) * charWidth();
        painter.fillRect(QRectF(x, kMargin / 2 + (row - verticalScrollBar()->value()) * height, 1, height),
            palette().color(QPalette::Text));
    }
}

void TextView::resizeEvent(QResizeEvent *event)
{
    QAbstractScrollArea::resizeEvent(event);
    if (m_wrap && event->size().width() != event->oldSize().width())
        index();
    else
        updateBars();
}

void TextView::changeEvent(QEvent *event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::ApplicationFontChange && parentWidget()) {
        setFont(metrics::dataFont(parentWidget()->font()));
        index();
    }
}

void TextView::moveCaret(qsizetype position, bool keepAnchor)
{
    m_caret = std::clamp<qsizetype>(position, 0, m_text.size());
    if (!keepAnchor)
        m_anchor = m_caret;
    viewport()->update();
}

void TextView::ensureVisible(qsizetype position)
{
    const int row = lineOf(position);
    const int rows = verticalScrollBar()->pageStep();
    if (row < verticalScrollBar()->value())
        verticalScrollBar()->setValue(row);
    else if (row >= verticalScrollBar()->value() + rows)
        verticalScrollBar()->setValue(row - rows + 1);
    const int x = int(double(position - m_lines[size_t(row)].start) * charWidth());
    if (x < horizontalScrollBar()->value()
        || x > horizontalScrollBar()->value() + viewport()->width() - 4 * kMargin)
        horizontalScrollBar()->setValue(std::max(0, x - viewport()->width() / 3));
}

void TextView::mousePressEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton)
        moveCaret(positionAt(event->pos()), event->modifiers().testFlag(Qt::ShiftModifier));
}

void TextView::mouseMoveEvent(QMouseEvent *event)
{
    if (!event->buttons().testFlag(Qt::LeftButton))
        return;
    moveCaret(positionAt(event->pos()), true);
    ensureVisible(m_caret);
}

void TextView::mouseDoubleClickEvent(QMouseEvent *event)
{
    const qsizetype at = positionAt(event->pos());
    const auto isWord = [this](qsizetype i) {
        return i >= 0 && i < m_text.size() && (m_text[i].isLetterOrNumber() || m_text[i] == u'_');
    };
    qsizetype from = at;
    qsizetype to = at;
    while (isWord(from - 1))
        --from;
    while (isWord(to))
        ++to;
    m_anchor = from;
    moveCaret(to, true);
}

void TextView::keyPressEvent(QKeyEvent *event)
{
    const bool keep = event->modifiers().testFlag(Qt::ShiftModifier);
    const bool control = event->modifiers().testFlag(Qt::ControlModifier);
    const int row = lineOf(m_caret);
    const auto vertical = [&](int rows) {
        const Line &from = m_lines[size_t(row)];
        const Line &to = m_lines[size_t(std::clamp(row + rows, 0, int(m_lines.size()) - 1))];
        return to.start + std::min(m_caret - from.start, to.length);
    };
    qsizetype target = m_caret;
    if (event->matches(QKeySequence::Copy)) {
        copy();
        return;
    }
    if (event->matches(QKeySequence::SelectAll)) {
        selectAll();
        return;
    }
    switch (event->key()) {
    case Qt::Key_Left:
        target = m_caret - 1;
        break;
    case Qt::Key_Right:
        target = m_caret + 1;
        break;
    case Qt::Key_Up:
        target = vertical(-1);
        break;
    case Qt::Key_Down:
        target = vertical(1);
        break;
    case Qt::Key_PageUp:
        target = vertical(-verticalScrollBar()->pageStep());
        break;
    case Qt::Key_PageDown:
        target = vertical(verticalScrollBar()->pageStep());
        break;
    case Qt::Key_Home:
        target = control ? 0 : m_lines[size_t(row)].start;
        break;
    case Qt::Key_End:
        target = control ? m_text.size() : m_lines[size_t(row)].start + m_lines[size_t(row)].length;
        break;
    default:
        QAbstractScrollArea::keyPressEvent(event);
        return;
    }
    moveCaret(target, keep);
    ensureVisible(m_caret);
}

void TextView::contextMenuEvent(QContextMenuEvent *event)
{
    QMenu menu(this);
    QAction *copyAction = menu.addAction(tr("Copy"), this, &TextView::copy);
    copyAction->setEnabled(m_anchor != m_caret);
    menu.addAction(tr("Select all"), this, &TextView::selectAll);
    menu.addSeparator();
    QAction *wrapAction = menu.addAction(tr("Wrap long lines"));
    wrapAction->setCheckable(true);
    wrapAction->setChecked(m_wrap);
    connect(wrapAction, &QAction::toggled, this, &TextView::setWrap);
    menu.exec(event->globalPos());
}

void TextView::focusInEvent(QFocusEvent *event)
{
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

void TextView::focusOutEvent(QFocusEvent *event)
{
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

std::pair<qsizetype, qsizetype> TextView::readableSelection() const
{
    return {std::min(m_anchor, m_caret), std::max(m_anchor, m_caret)};
}

QString TextView::selectedText() const
{
    return m_text.mid(std::min(m_anchor, m_caret), std::abs(m_caret - m_anchor));
}

void TextView::selectAll()
{
    m_anchor = 0;
    moveCaret(m_text.size(), true);
}

void TextView::copy() const
{
    if (m_anchor != m_caret)
        copyText(selectedText());
}

bool TextView::find(const QString &needle, bool backward)
{
    if (needle.isEmpty())
        return false;
    const qsizetype from = std::min(m_anchor, m_caret);
    qsizetype at = backward
        ? (from > 0 ? m_text.lastIndexOf(needle, from - 1, Qt::CaseInsensitive) : -1)
        : m_text.indexOf(needle, m_anchor == m_caret ? from : from + 1, Qt::CaseInsensitive);
    if (at < 0)
        at = backward ? m_text.lastIndexOf(needle, -1, Qt::CaseInsensitive)
                      : m_text.indexOf(needle, 0, Qt::CaseInsensitive);
    if (at < 0)
        return false;
    m_anchor = at;
    moveCaret(at + needle.size(), true);
    ensureVisible(at);
    return true;
}

} // namespace pyrolens
