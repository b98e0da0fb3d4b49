// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// Sizes and hints of the style; what it paints is in flatstyle.cpp.
#include "flatstyle.h"

#include "icons.h"
#include "metrics.h"

#include <QStyleOption>

#include <algorithm>

namespace pyrolens {

QRect FlatStyle::subControlRect(
    ComplexControl control, const QStyleOptionComplex *option, SubControl part, const QWidget *widget) const
{
    if (control == CC_ScrollBar) {
        if (const auto *bar = qstyleoption_cast<const QStyleOptionSlider *>(option)) {
            // No arrow buttons: the groove is the whole bar.
            const bool vertical = bar->orientation == Qt::Vertical;
            const int length = vertical ? bar->rect.height() : bar->rect.width();
            const double range = double(bar->maximum) - bar->minimum;
            int slider = length;
            if (range > 0)
                slider = std::max(24, int(length * (bar->pageStep / (range + bar->pageStep))));
            slider = std::min(slider, length);
            const int start = sliderPositionFromValue(
                bar->minimum, bar->maximum, bar->sliderPosition, length - slider, bar->upsideDown);
            const auto place = [&](int from, int size) {
                return vertical ? QRect(bar->rect.left(), bar->rect.top() + from, bar->rect.width(), size)
                                : QRect(bar->rect.left() + from, bar->rect.top(), size, bar->rect.height());
            };
            switch (part) {
            case SC_ScrollBarGroove:
                return bar->rect;
            case SC_ScrollBarSlider:
                return place(start, slider);
            case SC_ScrollBarSubPage:
                return place(0, start);
            case SC_ScrollBarAddPage:
                return place(start + slider, length - start - slider);
            case SC_ScrollBarSubLine:
            case SC_ScrollBarAddLine:
                return {};
            default:
                break;
            }
        }
    }
    return QProxyStyle::subControlRect(control, option, part, widget);
}

QRect FlatStyle::subElementRect(SubElement element, const QStyleOption *option, const QWidget *widget) const
{
    const QRect rect = QProxyStyle::subElementRect(element, option, widget);
    return element == SE_LineEditContents ? rect.adjusted(kFieldPadding, 0, -kFieldPadding, 0) : rect;
}

QSize FlatStyle::sizeFromContents(
    ContentsType type, const QStyleOption *option, const QSize &size, const QWidget *widget) const
{
    QSize result = QProxyStyle::sizeFromContents(type, option, size, widget);
    const int row
        = option ? std::max(metrics::kHitTarget, option->fontMetrics.height() + 10) : metrics::kHitTarget;
    switch (type) {
    case CT_PushButton:
        result.setHeight(std::max(28, row));
        if (const auto *button = qstyleoption_cast<const QStyleOptionButton *>(option))
            result.setWidth(
                std::max(64, button->fontMetrics.size(Qt::TextShowMnemonic, button->text).width() + 28));
        break;
    case CT_ComboBox:
    case CT_LineEdit:
        result.setHeight(std::max(28, row));
        break;
    case CT_ToolButton:
        result = result.expandedTo({metrics::kHitTarget, metrics::kHitTarget});
        break;
    case CT_TabBarTab:
        result.setHeight(std::max(30, row + 2));
        break;
    case CT_HeaderSection:
        result.setHeight(row);
        break;
    default:
        break;
    }
    return result;
}

int FlatStyle::pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const
{
    switch (metric) {
    case PM_ScrollBarExtent:
        return 12;
    case PM_ScrollBarSliderMin:
        return 24;
    case PM_SplitterWidth:
        return 5;
    case PM_DockWidgetSeparatorExtent:
        return 5;
    case PM_DockWidgetTitleMargin:
        return 6;
    case PM_DockWidgetTitleBarButtonMargin:
        return 4;
    case PM_LayoutHorizontalSpacing:
    case PM_LayoutVerticalSpacing:
        return metrics::kGap;
    case PM_LayoutLeftMargin:
    case PM_LayoutTopMargin:
    case PM_LayoutRightMargin:
    case PM_LayoutBottomMargin:
        return metrics::kPanelMargin;
    case PM_ToolBarItemSpacing:
        return metrics::kGapSmall;
    case PM_ToolBarItemMargin:
        return metrics::kGapSmall;
    case PM_ToolBarFrameWidth:
        return 0;
    case PM_ToolBarIconSize:
    case PM_SmallIconSize:
    case PM_ButtonIconSize:
    case PM_TabBarIconSize:
        return metrics::kIcon;
    case PM_IndicatorWidth:
    case PM_IndicatorHeight:
        return 16;
    case PM_TreeViewIndentation:
        return 16;
    case PM_TabBarTabHSpace:
        return 24;
    case PM_ButtonShiftHorizontal:
    case PM_ButtonShiftVertical:
    case PM_TabBarTabShiftVertical:
    case PM_TabBarTabShiftHorizontal:
    case PM_TabBarTabOverlap:
        return 0;
    case PM_HeaderMargin:
        return 6;
    default:
        return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

QIcon FlatStyle::standardIcon(StandardPixmap icon, const QStyleOption *option, const QWidget *widget) const
{
    switch (icon) {
    case SP_TitleBarCloseButton:
    case SP_DockWidgetCloseButton:
        return themeIcon(QStringLiteral("window-close"), ColorRole::Muted);
    case SP_TitleBarNormalButton:
        return themeIcon(QStringLiteral("edit-copy"), ColorRole::Muted);
    case SP_LineEditClearButton:
        return themeIcon(QStringLiteral("edit-clear"), ColorRole::Muted);
    default:
        return QProxyStyle::standardIcon(icon, option, widget);
    }
}

int FlatStyle::styleHint(
    StyleHint hint, const QStyleOption *option, const QWidget *widget, QStyleHintReturn *data) const
{
    switch (hint) {
    case SH_EtchDisabledText:
    case SH_DitherDisabledText:
    case SH_ScrollBar_Transient:
    case SH_Widget_Animate:
    case SH_Widget_Animation_Duration:
    case SH_ItemView_ActivateItemOnSingleClick:
        return 0;
    case SH_ItemView_ShowDecorationSelected:
    case SH_ItemView_PaintAlternatingRowColorsForEmptyArea:
        return hint == SH_ItemView_ShowDecorationSelected;
    case SH_TabBar_ElideMode:
        return Qt::ElideRight;
    case SH_ScrollBar_LeftClickAbsolutePosition:
        return 0;
    default:
        return QProxyStyle::styleHint(hint, option, widget, data);
    }
}

} // namespace pyrolens
