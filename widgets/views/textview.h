// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "accessibletext.h"

#include <QAbstractScrollArea>

#include <vector>

namespace pyrolens {

/// Read-only text of any size, painted line by line as far as it is visible. Lines longer than a limit are
/// broken by column, so one line of 50 MB scrolls like any other text. Plain text only; what is invisible is
/// shown as marked symbols. With colouring on, Python literals are tinted.
class TextView final : public QAbstractScrollArea, public ReadableText
{
    Q_OBJECT

public:
    explicit TextView(QWidget *parent = nullptr);
    ~TextView() override;

    void setText(const QString &text); ///< anybody's text; made visible here
    /// Text that visibleLines() or toPython() has made, which saves a pass over millions of characters.
    void setSafeText(const QString &text, bool colour);
    const QString &text() const { return m_text; }
    void setWrap(bool wrap); ///< break at the right edge, by column
    bool wrap() const { return m_wrap; }
    QString selectedText() const;
    void selectAll();
    void copy() const;
    /// Selects the next place of `needle` after the caret, from the start again at the end; false when there
    /// is none.
    bool find(const QString &needle, bool backward = false);
    int lineCount() const { return int(m_lines.size()); }
    qsizetype caret() const { return m_caret; }
    qsizetype readableLength() const override { return m_text.size(); }
    QString readablePart(qsizetype from, qsizetype to) const override { return m_text.mid(from, to - from); }
    qsizetype readableCaret() const override { return m_caret; }
    std::pair<qsizetype, qsizetype> readableSelection() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    struct Line
    {
        qsizetype start = 0;
        qsizetype length = 0;
    };

    void index();
    void updateBars();
    int lineHeight() const;
    double charWidth() const;
    int columnLimit() const;
    int lineOf(qsizetype position) const;
    qsizetype positionAt(const QPoint &point) const;
    void moveCaret(qsizetype position, bool keepAnchor);
    void ensureVisible(qsizetype position);
    void paintLine(class QPainter &painter, const Line &line, int y) const;

    QString m_text;
    std::vector<Line> m_lines;
    qsizetype m_longest = 0;
    qsizetype m_anchor = 0;
    qsizetype m_caret = 0;
    bool m_wrap = true;
    bool m_colour = false;
};

} // namespace pyrolens
