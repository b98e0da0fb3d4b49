// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "accessibletext.h"

#include <QAccessibleWidget>
#include <QWidget>

#include <algorithm>

namespace pyrolens {

namespace {

class Interface final : public QAccessibleWidget, public QAccessibleTextInterface
{
public:
    Interface(QWidget *widget, ReadableText *text)
        : QAccessibleWidget(widget, QAccessible::EditableText), m_text(text)
    { }

    void *interface_cast(QAccessible::InterfaceType type) override
    {
        if (type == QAccessible::TextInterface)
            return static_cast<QAccessibleTextInterface *>(this);
        return QAccessibleWidget::interface_cast(type);
    }
    QAccessible::State state() const override
    {
        QAccessible::State result = QAccessibleWidget::state();
        result.readOnly = true;
        result.multiLine = true;
        result.selectableText = true;
        return result;
    }
    QString text(QAccessible::Text part) const override
    {
        constexpr qsizetype kValue = 2'000; // whole texts are read through the text interface
        return part == QAccessible::Value
            ? m_text->readablePart(0, std::min(kValue, m_text->readableLength()))
            : QAccessibleWidget::text(part);
    }

    void selection(int index, int *start, int *end) const override
    {
        const auto [from, to]
            = index == 0 ? m_text->readableSelection() : std::pair<qsizetype, qsizetype>(0, 0);
        *start = int(from);
        *end = int(to);
    }
    int selectionCount() const override
    {
        const auto [from, to] = m_text->readableSelection();
        return to > from ? 1 : 0;
    }
    void addSelection(int, int) override { }
    void removeSelection(int) override { }
    void setSelection(int, int, int) override { }
    int cursorPosition() const override { return int(m_text->readableCaret()); }
    void setCursorPosition(int) override { }
    QString text(int start, int end) const override
    {
        const qsizetype length = m_text->readableLength();
        const qsizetype from = std::clamp<qsizetype>(start, 0, length);
        return m_text->readablePart(from, std::clamp<qsizetype>(end < 0 ? length : end, from, length));
    }
    int characterCount() const override
    {
        return int(std::min<qsizetype>(m_text->readableLength(), INT_MAX));
    }
    QRect characterRect(int) const override { return rect(); }
    int offsetAtPoint(const QPoint &) const override { return int(m_text->readableCaret()); }
    void scrollToSubstring(int, int) override { }
    QString attributes(int, int *start, int *end) const override
    {
        *start = 0;
        *end = characterCount();
        return {};
    }

private:
    ReadableText *m_text;
};

QAccessibleInterface *make(const QString &, QObject *object)
{
    auto *widget = qobject_cast<QWidget *>(object);
    auto *text = dynamic_cast<ReadableText *>(object);
    return widget && text ? new Interface(widget, text) : nullptr;
}

} // namespace

void installAccessibleText()
{
    static const bool installed = [] {
        QAccessible::installFactory(make);
        return true;
    }();
    Q_UNUSED(installed)
}

} // namespace pyrolens
