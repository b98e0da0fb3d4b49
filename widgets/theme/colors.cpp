// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "colors.h"

#include <cmath>

namespace pyrolens {

namespace {

struct Row
{
    QRgb light;
    QRgb dark;
};

// In the order of ColorRole.
constexpr Row kTable[] = {
    {0xffc2410c, 0xfffb923c}, // Accent
    {0xffffffff, 0xff1c1205}, // OnAccent
    {0xff15803d, 0xff4ade80}, // Ok
    {0xffa16207, 0xfffacc15}, // Warning
    {0xffb91c1c, 0xfff87171}, // Error
    {0xff1d4ed8, 0xff93c5fd}, // Sent
    {0xff6d28d9, 0xffc4b5fd}, // Received
    {0xfffef3c7, 0xff3a2f0b}, // Changed
    {0xffdad9d6, 0xff34363b}, // Hairline
    {0xff5f6166, 0xffa3a6ad}, // Muted
    {0xffecebe8, 0xff282a2e}, // Hover
    {0xff1d4ed8, 0xff93c5fd}, // NumberText
    {0xff166534, 0xff86efac}, // StringText
    {0xff9a3412, 0xfffdba74}, // BytesText
    {0xff6d28d9, 0xffc4b5fd}, // NameText
};

double channel(int value)
{
    const double part = value / 255.0;
    return part <= 0.03928 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
}

double luminance(const QColor &color)
{
    return 0.2126 * channel(color.red()) + 0.7152 * channel(color.green()) + 0.0722 * channel(color.blue());
}

} // namespace

Scheme schemeOf(const QPalette &palette)
{
    return luminance(palette.color(QPalette::Active, QPalette::Base)) < 0.2 ? Scheme::Dark : Scheme::Light;
}

QColor themeColor(ColorRole role, Scheme scheme)
{
    const Row &row = kTable[static_cast<size_t>(role)];
    return QColor::fromRgba(scheme == Scheme::Dark ? row.dark : row.light);
}

QColor themeColor(ColorRole role, const QPalette &palette)
{
    return themeColor(role, schemeOf(palette));
}

QPalette builtInPalette(Scheme scheme)
{
    const bool dark = scheme == Scheme::Dark;
    const QColor window(dark ? 0xff1e1f22 : 0xfff6f6f5);
    const QColor base(dark ? 0xff17181a : 0xffffffff);
    const QColor alternate(dark ? 0xff1b1c1f : 0xfffafaf9);
    const QColor text(dark ? 0xffe6e6e6 : 0xff1c1c1c);
    const QColor muted = themeColor(ColorRole::Muted, scheme);
    const QColor hairline = themeColor(ColorRole::Hairline, scheme);
    const QColor selection(dark ? 0xff373a41 : 0xffe3e1dc);
    const QColor disabled = blend(window, text, 0.42);

    QPalette palette;
    palette.setColor(QPalette::Window, window);
    palette.setColor(QPalette::WindowText, text);
    palette.setColor(QPalette::Base, base);
    palette.setColor(QPalette::AlternateBase, alternate);
    palette.setColor(QPalette::Text, text);
    palette.setColor(QPalette::PlaceholderText, blend(base, muted, 0.85));
    palette.setColor(QPalette::Button, dark ? QColor(0xff26282c) : QColor(0xffffffff));
    palette.setColor(QPalette::ButtonText, text);
    palette.setColor(QPalette::BrightText, themeColor(ColorRole::Error, scheme));
    palette.setColor(QPalette::ToolTipBase, dark ? QColor(0xff2b2d31) : QColor(0xff2b2c2e));
    palette.setColor(QPalette::ToolTipText, QColor(0xfff2f2f1));
    palette.setColor(QPalette::Highlight, selection);
    palette.setColor(QPalette::HighlightedText, text);
    palette.setColor(QPalette::Link, themeColor(ColorRole::Sent, scheme));
    palette.setColor(QPalette::LinkVisited, themeColor(ColorRole::Received, scheme));
    palette.setColor(QPalette::Light, dark ? QColor(0xff3f4248) : QColor(0xffffffff));
    palette.setColor(QPalette::Midlight, blend(window, hairline, 0.5));
    palette.setColor(QPalette::Mid, hairline);
    palette.setColor(QPalette::Dark, blend(hairline, text, 0.3));
    palette.setColor(QPalette::Shadow, dark ? QColor(0xff000000) : QColor(0xff8d8c89));
    for (const auto role :
        {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::HighlightedText})
        palette.setColor(QPalette::Disabled, role, disabled);
    palette.setColor(QPalette::Disabled, QPalette::Highlight, blend(window, selection, 0.6));
    return palette;
}

double contrastRatio(const QColor &a, const QColor &b)
{
    const double first = luminance(a);
    const double second = luminance(b);
    return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

QColor blend(const QColor &under, const QColor &over, double opacity)
{
    const auto mix = [opacity](int low, int high) { return int(std::lround(low + (high - low) * opacity)); };
    return {mix(under.red(), over.red()), mix(under.green(), over.green()), mix(under.blue(), over.blue())};
}

} // namespace pyrolens
