// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "tagedit.h"

#include <pyrolens/models/plaintext.h>
#include <pyrolens/theme/colors.h>
#include <pyrolens/theme/icons.h>
#include <pyrolens/theme/metrics.h>

#include <QCompleter>
#include <QKeyEvent>
#include <QLayout>
#include <QLineEdit>
#include <QPainter>
#include <QStringListModel>
#include <QStyle>
#include <QToolButton>

#include <algorithm>

namespace pyrolens {

namespace {

constexpr qsizetype kShown = 40; ///< characters of a tag on its chip; the tooltip has all
constexpr int kMaxTag = 256;     ///< what our name servers take

/// One after the other, in as many lines as they need; the last one gets the rest of its line.
class ChipLayout final : public QLayout
{
public:
    explicit ChipLayout(QWidget *parent) : QLayout(parent)
    {
        setContentsMargins(0, 0, 0, 0);
        setSpacing(metrics::kGapSmall);
    }
    ~ChipLayout() override
    {
        while (!m_items.isEmpty())
            delete m_items.takeLast();
    }
    void insert(int index, QWidget *widget)
    {
        addChildWidget(widget);
        m_items.insert(index, new QWidgetItem(widget));
        invalidate();
    }
    void addItem(QLayoutItem *item) override { m_items.append(item); }
    int count() const override { return int(m_items.size()); }
    QLayoutItem *itemAt(int index) const override { return m_items.value(index); }
    QLayoutItem *takeAt(int index) override
    {
        return index >= 0 && index < m_items.size() ? m_items.takeAt(index) : nullptr;
    }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override { return arrange(QRect(0, 0, width, 0), false); }
    QSize minimumSize() const override
    {
        QSize size;
        for (const QLayoutItem *item : m_items)
            size = size.expandedTo(item->minimumSize());
        return size;
    }
    QSize sizeHint() const override { return minimumSize(); }
    void setGeometry(const QRect &rect) override
    {
        QLayout::setGeometry(rect);
        arrange(rect, true);
    }

private:
    int arrange(const QRect &rect, bool apply) const
    {
        const bool mirrored = parentWidget() && parentWidget()->layoutDirection() == Qt::RightToLeft;
        int x = rect.left();
        int y = rect.top();
        int line = 0;
        for (QLayoutItem *item : m_items) {
            const bool last = item == m_items.back();
            const QSize hint = item->sizeHint().expandedTo({0, m_items.back()->sizeHint().height()});
            if (x > rect.left() && x + hint.width() > rect.right() + 1) {
                x = rect.left();
                y += line + spacing();
                line = 0;
            }
            const int width = last ? std::max(hint.width(), rect.right() + 1 - x) : hint.width();
            const QRect place(x, y, std::min(width, rect.width()), hint.height());
            if (apply)
                item->setGeometry(mirrored ? QStyle::visualRect(Qt::RightToLeft, rect, place) : place);
            x += width + spacing();
            line = std::max(line, hint.height());
        }
        return y + line - rect.top();
    }

    QList<QLayoutItem *> m_items;
};

/// A tag in a rounded box, with a cross behind it.
class TagChip final : public QToolButton
{
public:
    explicit TagChip(const QString &text, QWidget *parent) : QToolButton(parent) { setText(text); }
    QSize sizeHint() const override
    {
        const QFontMetrics metrics(font());
        return {metrics.horizontalAdvance(text()) + kCross + 5 * metrics::kGapSmall,
            metrics.height() + 2 * metrics::kGapSmall};
    }
    QSize minimumSizeHint() const override { return {kCross + 4 * metrics::kGapSmall, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const QPalette colours = palette();
        painter.setBrush(
            underMouse() || isDown() ? themeColor(ColorRole::Hover, colours) : colours.color(QPalette::Base));
        painter.setPen(QPen(
            themeColor(hasFocus() ? ColorRole::Accent : ColorRole::Hairline, colours), hasFocus() ? 1.5 : 1));
        painter.drawRoundedRect(
            QRectF(rect()).adjusted(0.75, 0.75, -0.75, -0.75), metrics::kRadius, metrics::kRadius);
        const QRect inner = rect().adjusted(2 * metrics::kGapSmall, 0, -metrics::kGapSmall, 0);
        const QRect cross(inner.right() - kCross, (height() - kCross) / 2, kCross, kCross);
        painter.setPen(colours.color(QPalette::WindowText));
        const int room = inner.width() - kCross - metrics::kGapSmall;
        painter.drawText(QRect(inner.left(), 0, room, height()), Qt::AlignLeft | Qt::AlignVCenter,
            painter.fontMetrics().elidedText(text(), Qt::ElideRight, room));
        painter.drawPixmap(cross.topLeft(),
            iconPixmap(QStringLiteral("window-close"), themeColor(ColorRole::Muted, colours), kCross,
                devicePixelRatioF()));
    }

private:
    static constexpr int kCross = 14;
};

} // namespace

TagEdit::TagEdit(QWidget *parent)
    : QWidget(parent), m_line(new QLineEdit(this)), m_suggestions(new QStringListModel(this))
{
    setObjectName(QStringLiteral("tagEdit"));
    m_line->setObjectName(QStringLiteral("tagLine"));
    m_line->setAccessibleName(tr("New tag"));
    m_line->setAccessibleDescription(tr("Enter or a comma ends a tag; Backspace removes the last one"));
    m_line->setPlaceholderText(tr("Add a tag"));
    m_line->setMaxLength(8 * kMaxTag); // several may be pasted at once
    m_line->setMinimumWidth(metrics::em(font(), 8));
    m_line->installEventFilter(this);
    auto *completer = new QCompleter(m_suggestions, m_line);
    completer->setCaseSensitivity(Qt::CaseInsensitive);
    m_line->setCompleter(completer);
    auto *layout = new ChipLayout(this);
    layout->insert(0, m_line);
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setFocusProxy(m_line);
    connect(m_line, &QLineEdit::textEdited, this, [this](const QString &text) {
        if (text.contains(u','))
            takeTyped();
        else
            Q_EMIT changed();
    });
    connect(completer, qOverload<const QString &>(&QCompleter::activated), this, &TagEdit::takeTyped,
        Qt::QueuedConnection);
}

TagEdit::~TagEdit() = default;

QStringList TagEdit::tags() const
{
    QStringList all = m_tags;
    if (const QString typed = m_line->text().trimmed(); !typed.isEmpty() && !all.contains(typed))
        all.append(typed);
    return all;
}

void TagEdit::setTags(const QStringList &tags)
{
    m_tags = tags;
    m_tags.removeDuplicates();
    m_line->clear();
    showChips();
}

void TagEdit::setSuggestions(const QStringList &tags)
{
    m_suggestions->setStringList(tags);
}

void TagEdit::takeTyped()
{
    const QString text = m_line->text();
    m_line->clear();
    for (const QString &one : text.split(u','))
        add(one.trimmed());
    Q_EMIT changed();
}

void TagEdit::add(const QString &tag)
{
    if (tag.isEmpty() || m_tags.contains(tag))
        return;
    m_tags.append(tag);
    showChips();
}

void TagEdit::remove(const QString &tag)
{
    m_tags.removeAll(tag);
    showChips();
    m_line->setFocus();
    Q_EMIT changed();
}

void TagEdit::showChips()
{
    auto *layout = static_cast<ChipLayout *>(this->layout());
    for (QToolButton *chip : std::exchange(m_chips, {})) {
        for (int i = 0; i < layout->count(); ++i) {
            if (layout->itemAt(i)->widget() == chip) {
                delete layout->takeAt(i);
                break;
            }
        }
        chip->hide();
        chip->deleteLater(); // it may be the one that was pressed
    }
    QWidget *before = nullptr;
    for (const QString &tag : std::as_const(m_tags)) {
        auto *chip = new TagChip(visibleText(tag, kShown), this);
        chip->setObjectName(QStringLiteral("tagChip"));
        chip->setAccessibleName(tr("Remove the tag %1").arg(visibleText(tag, kShown)));
        chip->setToolTip(chip->accessibleName().toHtmlEscaped());
        chip->setFocusPolicy(Qt::StrongFocus);
        chip->installEventFilter(this);
        connect(chip, &QToolButton::clicked, this, [this, tag] { remove(tag); });
        layout->insert(int(m_chips.size()), chip);
        chip->show();
        if (before)
            setTabOrder(before, chip);
        before = chip;
        m_chips.append(chip);
    }
    if (before)
        setTabOrder(before, m_line);
    updateGeometry();
}

bool TagEdit::eventFilter(QObject *object, QEvent *event)
{
    if (event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(object, event);
    const int key = static_cast<QKeyEvent *>(event)->key();
    if (object == m_line) {
        if (key == Qt::Key_Return || key == Qt::Key_Enter) {
            if (m_line->text().trimmed().isEmpty())
                Q_EMIT accepted();
            else
                takeTyped();
            return true;
        }
        if (key == Qt::Key_Backspace && m_line->text().isEmpty() && !m_tags.isEmpty()) {
            remove(m_tags.constLast());
            return true;
        }
    } else if (key == Qt::Key_Delete || key == Qt::Key_Backspace || key == Qt::Key_Return
        || key == Qt::Key_Enter) {
        static_cast<QToolButton *>(object)->click();
        return true;
    }
    return QWidget::eventFilter(object, event);
}

} // namespace pyrolens
