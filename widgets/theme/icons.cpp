// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "icons.h"

#include <QFile>
#include <QGuiApplication>
#include <QHash>
#include <QIconEngine>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

#include <cmath>

namespace pyrolens {

namespace {

/// The set is drawn on a 16 px grid; the width of the strokes is rewritten so that they stay 1.5 px at other
/// sizes.
QByteArray svgFor(const QString &name, int size)
{
    QFile file(QStringLiteral(":/pyrolens/icons/%1.svg").arg(name));
    const bool found = file.open(QIODevice::ReadOnly);
    Q_ASSERT_X(found, "themeIcon", qPrintable(name));
    if (!found)
        return {};
    QByteArray svg = file.readAll();
    const QByteArray width = QByteArray::number(1.5 * 16.0 / std::max(size, 1), 'f', 3);
    svg.replace("stroke-width=\"1.5\"", QByteArray("stroke-width=\"" + width + "\""));
    return svg;
}

class Engine final : public QIconEngine
{
public:
    Engine(QString name, std::optional<ColorRole> role) : m_name(std::move(name)), m_role(role) { }

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State) override
    {
        const int size = std::min(rect.width(), rect.height());
        const QPixmap pixmap = iconPixmap(m_name, color(mode), size, painter->device()->devicePixelRatioF());
        painter->drawPixmap(
            rect.x() + (rect.width() - size) / 2, rect.y() + (rect.height() - size) / 2, pixmap);
    }
    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State) override
    {
        return iconPixmap(m_name, color(mode), std::min(size.width(), size.height()), 1.0);
    }
    QPixmap scaledPixmap(const QSize &size, QIcon::Mode mode, QIcon::State, qreal scale) override
    {
        // Qt asks in device pixels here.
        const int edge = int(std::min(size.width(), size.height()) / scale);
        return iconPixmap(m_name, color(mode), edge, scale);
    }
    QIconEngine *clone() const override { return new Engine(m_name, m_role); }
    QString key() const override { return QStringLiteral("pyrolens"); }
    bool isNull() override { return false; }

private:
    QColor color(QIcon::Mode mode) const
    {
        const QPalette palette = QGuiApplication::palette();
        if (mode == QIcon::Disabled)
            return palette.color(QPalette::Disabled, QPalette::ButtonText);
        if (m_role)
            return themeColor(*m_role, palette);
        return blend(palette.color(QPalette::Window), palette.color(QPalette::ButtonText), 0.82);
    }

    QString m_name;
    std::optional<ColorRole> m_role;
};

} // namespace

QIcon themeIcon(const QString &name, std::optional<ColorRole> role)
{
    return QIcon(new Engine(name, role));
}

QPixmap iconPixmap(const QString &name, const QColor &color, int size, qreal devicePixelRatio)
{
    const QString key = QStringLiteral("pyrolens-%1-%2-%3-%4")
                            .arg(name, color.name(QColor::HexArgb))
                            .arg(size)
                            .arg(devicePixelRatio);
    QPixmap pixmap;
    if (QPixmapCache::find(key, &pixmap))
        return pixmap;
    const int edge = std::max(1, int(std::lround(size * devicePixelRatio)));
    QImage image(edge, edge, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    QSvgRenderer renderer(svgFor(name, size));
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    renderer.render(&painter);
    painter.setCompositionMode(QPainter::CompositionMode_SourceIn);
    painter.fillRect(image.rect(), color);
    painter.end();
    image.setDevicePixelRatio(devicePixelRatio);
    pixmap = QPixmap::fromImage(image);
    QPixmapCache::insert(key, pixmap);
    return pixmap;
}

} // namespace pyrolens
