// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "flatstyle.h"

#include "colors.h"
#include "icons.h"
#include "metrics.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QApplication>
#include <QPainter>
#include <QPlainTextEdit>
#include <QStyleOption>

namespace pyrolens {

namespace {

constexpr char kPrimary[] = "pyrolensPrimary";

QColor hairline(const QStyleOption *option)
{
    return themeColor(ColorRole::Hairline, option->palette);
}

QColor accent(const QStyleOption *option)
{
    return themeColor(ColorRole::Accent, option->palette);
}

bool isOn(const QStyleOption *option, QStyle::StateFlag flag)
{
    return option->state.testFlag(flag);
}

bool isPrimary(const QWidget *widget)
{
    return widget && widget->property(kPrimary).toBool();
}

/// A rounded surface with a one pixel edge that lies on the pixel grid.
void surface(QPainter *painter, const QRect &rect, const QColor &fill, const QColor &edge, double width = 1)
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setBrush(fill.isValid() ? QBrush(fill) : QBrush(Qt::NoBrush));
    painter->setPen(edge.isValid() ? QPen(edge, width) : QPen(Qt::NoPen));
    const double inset = edge.isValid() ? width / 2 : 0;
    painter->drawRoundedRect(
        QRectF(rect).adjusted(inset, inset, -inset, -inset), metrics::kRadius, metrics::kRadius);
    painter->restore();
}

void drawIcon(QPainter *painter, const QString &name, const QRect &rect, const QColor &color, int size)
{
    const QPixmap pixmap = iconPixmap(name, color, size, painter->device()->devicePixelRatioF());
    painter->drawPixmap(rect.x() + (rect.width() - size) / 2, rect.y() + (rect.height() - size) / 2, pixmap);
}

void drawButton(const QStyleOption *option, QPainter *painter, bool primary)
{
    const bool enabled = isOn(option, QStyle::State_Enabled);
    const bool down = isOn(option, QStyle::State_Sunken) || isOn(option, QStyle::State_On);
    const bool hover = enabled && isOn(option, QStyle::State_MouseOver);
    const bool focus = enabled && isOn(option, QStyle::State_HasFocus);
    const QColor window = option->palette.color(QPalette::Window);
    const QColor text = option->palette.color(QPalette::ButtonText);
    if (primary && enabled) {
        QColor fill = accent(option);
        if (down || hover)
            fill = blend(fill, text, down ? 0.22 : 0.1);
        surface(painter, option->rect, fill, focus ? text : QColor(), 1.5);
        return;
    }
    QColor fill = enabled ? option->palette.color(QPalette::Button) : window;
    if (down)
        fill = blend(fill, text, 0.12);
    else if (hover)
        fill = blend(fill, text, 0.05);
    const QColor edge = focus ? accent(option) : blend(hairline(option), text, enabled ? 0.12 : 0.0);
    surface(painter, option->rect, fill, edge, focus ? 1.5 : 1);
}

void drawField(const QStyleOption *option, QPainter *painter)
{
    const bool enabled = isOn(option, QStyle::State_Enabled);
    const bool focus = enabled && isOn(option, QStyle::State_HasFocus);
    const QColor text = option->palette.color(QPalette::Text);
    const QColor edge = focus ? accent(option) : blend(hairline(option), text, enabled ? 0.12 : 0.0);
    surface(painter, option->rect, option->palette.color(enabled ? QPalette::Base : QPalette::Window), edge,
        focus ? 1.5 : 1);
}

void drawTab(const QStyleOptionTab *tab, QPainter *painter)
{
    const bool selected = isOn(tab, QStyle::State_Selected);
    const QRect rect = tab->rect;
    const bool below = tab->shape == QTabBar::RoundedSouth || tab->shape == QTabBar::TriangularSouth;
    if (!selected && isOn(tab, QStyle::State_MouseOver))
        painter->fillRect(rect, themeColor(ColorRole::Hover, tab->palette));
    if (selected) {
        const QColor mark = isOn(tab, QStyle::State_HasFocus)
            ? accent(tab)
            : blend(tab->palette.color(QPalette::Window), tab->palette.color(QPalette::WindowText), 0.7);
        painter->fillRect(
            QRect(rect.left() + 4, below ? rect.top() : rect.bottom() - 1, rect.width() - 8, 2), mark);
    }
}

} // namespace

FlatStyle::FlatStyle() : QProxyStyle(QStringLiteral("Fusion")) { }

FlatStyle::~FlatStyle() = default;

void FlatStyle::setPrimary(QAbstractButton *button)
{
    button->setProperty(kPrimary, true);
}

void FlatStyle::polish(QWidget *widget)
{
    QProxyStyle::polish(widget);
    if (qobject_cast<QAbstractButton *>(widget) || widget->inherits("QTabBar")
        || widget->inherits("QComboBox"))
        widget->setAttribute(Qt::WA_Hover);
}

void FlatStyle::drawPrimitive(
    PrimitiveElement element, const QStyleOption *option, QPainter *painter, const QWidget *widget) const
{
    switch (element) {
    case PE_PanelButtonCommand:
        drawButton(option, painter, isPrimary(widget));
        return;
    case PE_PanelButtonTool: {
        const bool down = isOn(option, State_Sunken) || isOn(option, State_On);
        if (isOn(option, State_Enabled) && (down || isOn(option, State_MouseOver)))
            surface(painter, option->rect,
                blend(option->palette.color(QPalette::Window), option->palette.color(QPalette::WindowText),
                    down ? 0.14 : 0.07),
                QColor());
        if (isOn(option, State_HasFocus))
            surface(painter, option->rect, QColor(), accent(option), 1.5);
        return;
    }
    case PE_FrameFocusRect:
        // Buttons and fields show focus on their own edge; what is left gets a thin one.
        if (!qobject_cast<const QAbstractItemView *>(widget))
            surface(painter, option->rect, QColor(), accent(option), 1);
        return;
    case PE_PanelLineEdit:
        if (const auto *frame = qstyleoption_cast<const QStyleOptionFrame *>(option);
            frame && frame->lineWidth > 0)
            drawField(option, painter);
        else
            painter->fillRect(option->rect, option->palette.base());
        return;
    case PE_FrameLineEdit:
        drawField(option, painter);
        return;
    case PE_Frame:
        if (qobject_cast<const QPlainTextEdit *>(widget)) {
            drawField(option, painter);
            return;
        }
        painter->save();
        painter->setPen(hairline(option));
        painter->drawRect(option->rect.adjusted(0, 0, -1, -1));
        painter->restore();
        return;
    case PE_FrameTabBarBase:
    case PE_FrameTabWidget: {
        if (element == PE_FrameTabWidget) {
            painter->fillRect(
                QRect(option->rect.left(), option->rect.top(), option->rect.width(), 1), hairline(option));
        }
        return;
    }
    case PE_FrameStatusBarItem:
    case PE_IndicatorToolBarSeparator:
        if (element == PE_IndicatorToolBarSeparator) {
            const QRect rect = option->rect;
            painter->fillRect(
                QRect(rect.center().x(), rect.top() + 6, 1, rect.height() - 12), hairline(option));
        }
        return;
    case PE_FrameDockWidget:
        return;
    case PE_IndicatorDockWidgetResizeHandle: {
        const QRect rect = option->rect;
        if (rect.width() > rect.height())
            painter->fillRect(QRect(rect.left(), rect.center().y(), rect.width(), 1), hairline(option));
        else
            painter->fillRect(QRect(rect.center().x(), rect.top(), 1, rect.height()), hairline(option));
        return;
    }
    case PE_IndicatorBranch:
        if (isOn(option, State_Children))
            drawIcon(painter,
                isOn(option, State_Open) ? QStringLiteral("pan-down") : QStringLiteral("pan-end"),
                option->rect, themeColor(ColorRole::Muted, option->palette), 16);
        return;
    case PE_PanelItemViewRow:
        // The part left of the first column; the rest is the delegate's.
        if (isOn(option, State_Selected))
            painter->fillRect(option->rect, option->palette.color(QPalette::Highlight));
        return;
    case PE_IndicatorTabClose:
        if (isOn(option, State_Enabled) && isOn(option, State_MouseOver))
            surface(painter, option->rect,
                blend(option->palette.color(QPalette::Window), option->palette.color(QPalette::WindowText),
                    0.12),
                QColor());
        drawIcon(painter, QStringLiteral("window-close"), option->rect,
            themeColor(ColorRole::Muted, option->palette), 12);
        return;
    case PE_IndicatorCheckBox: {
        const bool checked = isOn(option, State_On);
        const bool enabled = isOn(option, State_Enabled);
        const QColor text
            = option->palette.color(enabled ? QPalette::Active : QPalette::Disabled, QPalette::Text);
        const QColor edge = isOn(option, State_HasFocus)
            ? accent(option)
            : blend(option->palette.color(QPalette::Base), text, 0.5);
        surface(painter, option->rect, checked ? text : option->palette.color(QPalette::Base), edge, 1);
        if (checked)
            drawIcon(painter, QStringLiteral("emblem-ok"), option->rect,
                option->palette.color(QPalette::Base), 12);
        return;
    }
    case PE_PanelMenuBar:
        return;
    case PE_PanelStatusBar:
        painter->fillRect(
            QRect(option->rect.left(), option->rect.top(), option->rect.width(), 1), hairline(option));
        return;
    default:
        QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

void FlatStyle::drawControl(
    ControlElement element, const QStyleOption *option, QPainter *painter, const QWidget *widget) const
{
    switch (element) {
    case CE_PushButtonLabel:
        if (const auto *button = qstyleoption_cast<const QStyleOptionButton *>(option)) {
            if (isPrimary(widget) && isOn(option, State_Enabled)) {
                QStyleOptionButton copy(*button);
                const QColor text = themeColor(ColorRole::OnAccent, option->palette);
                copy.palette.setColor(QPalette::ButtonText, text);
                copy.icon = QIcon();
                QProxyStyle::drawControl(element, &copy, painter, widget);
                return;
            }
        }
        break;
    case CE_TabBarTabShape:
        if (const auto *tab = qstyleoption_cast<const QStyleOptionTab *>(option))
            drawTab(tab, painter);
        return;
    case CE_TabBarTabLabel:
        if (const auto *tab = qstyleoption_cast<const QStyleOptionTab *>(option)) {
            QStyleOptionTab copy(*tab);
            if (!isOn(option, State_Selected))
                copy.palette.setColor(QPalette::WindowText, themeColor(ColorRole::Muted, option->palette));
            copy.state &= ~State_HasFocus; // the mark under the tab shows it
            QProxyStyle::drawControl(element, &copy, painter, widget);
        }
        return;
    case CE_HeaderSection:
    case CE_HeaderEmptyArea: {
        const QRect rect = option->rect;
        painter->fillRect(rect, option->palette.window());
        painter->fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), hairline(option));
        if (element == CE_HeaderSection && isOn(option, State_Horizontal))
            painter->fillRect(QRect(rect.right(), rect.top() + 6, 1, rect.height() - 12), hairline(option));
        return;
    }
    case CE_HeaderLabel:
        if (const auto *header = qstyleoption_cast<const QStyleOptionHeader *>(option)) {
            auto copy = QStyleOptionHeader(*header);
            copy.palette.setColor(QPalette::ButtonText, themeColor(ColorRole::Muted, option->palette));
            copy.state &= ~State_On; // a selected cell does not make its title bold
            copy.rect.adjust(2, 0, 0, 0);
            painter->save();
            painter->setFont(metrics::captionFont(painter->font()));
            QProxyStyle::drawControl(element, &copy, painter, widget);
            painter->restore();
        }
        return;
    case CE_ToolBar:
        painter->fillRect(option->rect, option->palette.window());
        painter->fillRect(
            QRect(option->rect.left(), option->rect.bottom(), option->rect.width(), 1), hairline(option));
        return;
    case CE_ToolButtonLabel:
        if (const auto *button = qstyleoption_cast<const QStyleOptionToolButton *>(option);
            button && button->toolButtonStyle == Qt::ToolButtonTextBesideIcon && !button->icon.isNull()) {
            const int size = metrics::kIcon;
            const bool enabled = isOn(option, State_Enabled);
            QRect area = option->rect.adjusted(kToolPadding, 0, -kToolPadding, 0);
            button->icon.paint(painter,
                QRect(area.left(), area.top() + (area.height() - size) / 2, size, size), Qt::AlignCenter,
                enabled ? QIcon::Normal : QIcon::Disabled);
            area.setLeft(area.left() + size + kToolPadding);
            drawItemText(painter, area, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextShowMnemonic,
                option->palette, enabled, button->text, QPalette::ButtonText);
            return;
        }
        break;
    case CE_MenuBarItem:
        if (const auto *item = qstyleoption_cast<const QStyleOptionMenuItem *>(option)) {
            painter->fillRect(item->rect, option->palette.window());
            if (isOn(option, State_Selected) && isOn(option, State_Enabled))
                surface(painter, item->rect.adjusted(1, 2, -1, -2),
                    blend(option->palette.color(QPalette::Window),
                        option->palette.color(QPalette::WindowText), 0.1),
                    QColor());
            drawItemText(painter, item->rect,
                Qt::AlignCenter | Qt::TextShowMnemonic | Qt::TextDontClip | Qt::TextSingleLine,
                option->palette, isOn(option, State_Enabled), item->text, QPalette::WindowText);
        }
        return;
    case CE_MenuBarEmptyArea:
        painter->fillRect(option->rect, option->palette.window());
        return;
    case CE_Splitter: {
        const QRect rect = option->rect;
        if (isOn(option, State_Horizontal))
            painter->fillRect(QRect(rect.center().x(), rect.top(), 1, rect.height()), hairline(option));
        else
            painter->fillRect(QRect(rect.left(), rect.center().y(), rect.width(), 1), hairline(option));
        return;
    }
    case CE_DockWidgetTitle:
        if (const auto *dock = qstyleoption_cast<const QStyleOptionDockWidget *>(option)) {
            painter->save();
            QFont font = metrics::captionFont(painter->font());
            font.setWeight(QFont::DemiBold);
            painter->setFont(font);
            painter->setPen(themeColor(ColorRole::Muted, option->palette));
            const QRect text = dock->rect.adjusted(metrics::kPanelMargin, 0, -48, 0);
            painter->drawText(text, Qt::AlignVCenter | Qt::AlignLeft,
                painter->fontMetrics().elidedText(dock->title, Qt::ElideRight, text.width()));
            painter->restore();
        }
        return;
    default:
        break;
    }
    QProxyStyle::drawControl(element, option, painter, widget);
}

void FlatStyle::drawComplexControl(
    ComplexControl control, const QStyleOptionComplex *option, QPainter *painter, const QWidget *widget) const
{
    if (control == CC_ComboBox) {
        if (const auto *combo = qstyleoption_cast<const QStyleOptionComboBox *>(option)) {
            if (combo->editable)
                drawField(option, painter);
            else
                drawButton(option, painter, false);
            drawIcon(painter, QStringLiteral("pan-down"),
                proxy()->subControlRect(CC_ComboBox, option, SC_ComboBoxArrow, widget),
                themeColor(ColorRole::Muted, option->palette), 12);
            return;
        }
    }
    if (control == CC_ScrollBar) {
        if (const auto *bar = qstyleoption_cast<const QStyleOptionSlider *>(option)) {
            painter->fillRect(bar->rect, option->palette.base());
            QRect handle = proxy()->subControlRect(CC_ScrollBar, option, SC_ScrollBarSlider, widget);
            if (bar->minimum == bar->maximum)
                return;
            handle = bar->orientation == Qt::Vertical ? handle.adjusted(3, 2, -3, -2)
                                                      : handle.adjusted(2, 3, -2, -3);
            const bool active
                = isOn(option, State_MouseOver) || option->activeSubControls.testFlag(SC_ScrollBarSlider);
            surface(painter, handle,
                blend(option->palette.color(QPalette::Base), option->palette.color(QPalette::Text),
                    active ? 0.4 : 0.2),
                QColor());
            return;
        }
    }
    QProxyStyle::drawComplexControl(control, option, painter, widget);
}

} // namespace pyrolens
