// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <QProxyStyle>

class QAbstractButton;

namespace pyrolens {

/// Fusion with our own hand: flat surfaces, hairlines, rounded 4 px controls, an accent only for focus and
/// for the one primary button of a view. Works with any palette.
class FlatStyle final : public QProxyStyle
{
    Q_OBJECT

public:
    FlatStyle();
    ~FlatStyle() override;

    /// Marks the button of a view's primary action: drawn in the accent colour while enabled.
    static void setPrimary(QAbstractButton *button);

    void polish(QWidget *widget) override;
    using QProxyStyle::polish;
    void drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
        const QWidget *widget = nullptr) const override;
    void drawControl(ControlElement element, const QStyleOption *option, QPainter *painter,
        const QWidget *widget = nullptr) const override;
    void drawComplexControl(ComplexControl control, const QStyleOptionComplex *option, QPainter *painter,
        const QWidget *widget = nullptr) const override;
    QRect subControlRect(ComplexControl control, const QStyleOptionComplex *option, SubControl part,
        const QWidget *widget = nullptr) const override;
    QRect subElementRect(
        SubElement element, const QStyleOption *option, const QWidget *widget = nullptr) const override;
    QSize sizeFromContents(ContentsType type, const QStyleOption *option, const QSize &size,
        const QWidget *widget = nullptr) const override;
    int pixelMetric(PixelMetric metric, const QStyleOption *option = nullptr,
        const QWidget *widget = nullptr) const override;
    QIcon standardIcon(StandardPixmap icon, const QStyleOption *option = nullptr,
        const QWidget *widget = nullptr) const override;
    int styleHint(StyleHint hint, const QStyleOption *option = nullptr, const QWidget *widget = nullptr,
        QStyleHintReturn *data = nullptr) const override;

private:
    static constexpr int kFieldPadding = 3; ///< between the edge of a field and its text
    static constexpr int kToolPadding = 6;  ///< around and between icon and text of a flat button
};

} // namespace pyrolens
