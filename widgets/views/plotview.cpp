// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "plotview.h"

#include <pyrolens/theme/colors.h>
#include <pyrolens/theme/metrics.h>

#include <QDateTime>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

#include <array>
#include <cmath>

namespace pyrolens {

namespace {

constexpr int kRedraw = 100; ///< ms
constexpr double kShortestSpan = 1;
constexpr double kLongestSpan = 30 * 24 * 3'600.0;
constexpr qsizetype kDense = 2;    ///< more points per pixel than this are drawn as columns
constexpr qsizetype kMarkers = 80; ///< up to so many points get a mark each

double now()
{
    return double(QDateTime::currentMSecsSinceEpoch()) / 1'000.0;
}

/// A round step that cuts `range` into about `count` pieces.
double niceStep(double range, int count)
{
    const double raw = range / std::max(count, 1);
    const double power = std::pow(10.0, std::floor(std::log10(raw)));
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (raw <= factor * power)
            return factor * power;
    }
    return 10 * power;
}

double niceSeconds(double range, int count)
{
    static constexpr std::array steps{1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0,
        1'800.0, 3'600.0, 7'200.0, 14'400.0, 43'200.0, 86'400.0};
    for (const double step : steps) {
        if (range / step <= count)
            return step;
    }
    return niceStep(range, count);
}

} // namespace

PlotView::PlotView(const WatchModel *model, QWidget *parent) : QWidget(parent), m_model(model)
{
    setObjectName(QStringLiteral("plotView"));
    setAccessibleName(tr("Plot of the watched values"));
    setMouseTracking(true);
    m_redraw.setInterval(kRedraw);
    // Time goes on without new points, so it redraws while there is something to see.
    connect(&m_redraw, &QTimer::timeout, this, [this] {
        if (!isVisible())
            m_redraw.stop();
        else if (!m_paused)
            update();
    });
    connect(m_model, &WatchModel::plotChanged, this, [this] { setAccessibleDescription(summary()); });
}

PlotView::~PlotView() = default;

QSize PlotView::sizeHint() const
{
    return {metrics::em(font(), 22), metrics::em(font(), 12)};
}

QSize PlotView::minimumSizeHint() const
{
    return {metrics::em(font(), 10), metrics::em(font(), 6)};
}

void PlotView::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    m_redraw.start();
}

void PlotView::setPaused(bool paused)
{
    m_paused = paused;
    m_pausedAt = now();
    update();
}

void PlotView::setSpan(double seconds)
{
    m_span = seconds <= 0 ? 0 : std::clamp(seconds, kShortestSpan, kLongestSpan);
    update();
    Q_EMIT spanChanged(m_span);
}

PlotView::Area PlotView::area(const std::vector<WatchModel::Plotted> &rows) const
{
    Area area;
    area.to = m_paused ? m_pausedAt : now();
    area.from = area.to - (m_span > 0 ? m_span : kShortestSpan);
    for (const auto &row : rows) {
        if (m_span <= 0 && !row.series->isEmpty())
            area.from = std::min(area.from, row.series->timeAt(0));
    }
    std::optional<std::pair<double, double>> range;
    for (const auto &row : rows) {
        const auto own = row.series->range(area.from, area.to);
        if (!own)
            continue;
        if (!range)
            range = own;
        range->first = std::min(range->first, own->first);
        range->second = std::max(range->second, own->second);
    }
    if (range) {
        const double height = range->second - range->first;
        const double margin = height > 0 ? height * 0.08 : std::max(std::abs(range->first) * 0.05, 0.5);
        area.low = range->first - margin;
        area.high = range->second + margin;
    }
    const QFontMetricsF text(metrics::captionFont(font()));
    const double step = niceStep(area.high - area.low, 5);
    double left = 0;
    for (double value = std::ceil(area.low / step) * step; value <= area.high; value += step)
        left = std::max(
            left, text.horizontalAdvance(QLocale().toString(std::abs(value) < step / 2 ? 0 : value, 'g', 6)));
    area.plot = QRectF(rect()).adjusted(left + metrics::kPanelMargin + metrics::kGapSmall,
        metrics::kPanelMargin, -metrics::kPanelMargin, -text.height() - metrics::kPanelMargin);
    return area;
}

void PlotView::paintAxes(QPainter &painter, const Area &area) const
{
    const QColor line = themeColor(ColorRole::Hairline, palette());
    const QColor muted = themeColor(ColorRole::Muted, palette());
    painter.setFont(metrics::captionFont(font()));
    const QFontMetricsF text(painter.font());
    const double step
        = niceStep(area.high - area.low, std::max(2, int(area.plot.height() / (text.height() * 2))));
    for (double value = std::ceil(area.low / step) * step; value <= area.high; value += step) {
        const double y = std::round(area.y(value)) + 0.5;
        painter.setPen(line);
        painter.drawLine(QPointF(area.plot.left(), y), QPointF(area.plot.right(), y));
        painter.setPen(muted);
        painter.drawText(
            QRectF(0, y - text.height() / 2, area.plot.left() - metrics::kGapSmall, text.height()),
            Qt::AlignRight | Qt::AlignVCenter,
            QLocale().toString(std::abs(value) < step / 2 ? 0.0 : value, 'g', 6));
    }
    const double width = text.horizontalAdvance(QStringLiteral("00:00:00")) * 1.6;
    const double seconds = niceSeconds(area.to - area.from, std::max(1, int(area.plot.width() / width)));
    for (double time = std::ceil(area.from / seconds) * seconds; time <= area.to; time += seconds) {
        const double x = std::round(area.x(time)) + 0.5;
        painter.setPen(line);
        painter.drawLine(QPointF(x, area.plot.top()), QPointF(x, area.plot.bottom()));
        const QRectF place(x - width / 2, area.plot.bottom() + 2, width, text.height() + 2);
        if (place.left() < 0 || place.right() > this->width())
            continue;
        painter.setPen(muted);
        painter.drawText(place, Qt::AlignHCenter | Qt::AlignTop,
            QDateTime::fromMSecsSinceEpoch(qint64(time * 1'000)).toString(QStringLiteral("HH:mm:ss")));
    }
}

QPen PlotView::penOf(int number) const
{
    static constexpr std::array roles{ColorRole::Sent, ColorRole::Accent, ColorRole::Ok, ColorRole::Received};
    static constexpr std::array dashes{Qt::SolidLine, Qt::DashLine, Qt::DotLine, Qt::DashDotLine};
    const int count = int(roles.size());
    // Neighbours differ in both; the sixteen together are all different.
    const Qt::PenStyle dash = dashes[size_t((number % count + number / count) % count)];
    return {themeColor(roles[size_t(number % count)], palette()), 1.5, dash};
}

void PlotView::paintSeries(QPainter &painter, const Area &area, const Series &series, int number) const
{
    const qsizetype first = std::max<qsizetype>(0, series.firstAtOrAfter(area.from) - 1);
    const qsizetype end = std::min(series.size(), series.firstAtOrAfter(area.to) + 1);
    QPen pen = penOf(number);
    const int width = int(area.plot.width());
    if (end - first > kDense * width) {
        pen.setStyle(Qt::SolidLine); // a column has no dashes
        pen.setWidthF(1);
        painter.setPen(pen);
        QList<QLineF> lines;
        lines.reserve(width * 2);
        const auto columns = series.columns(area.from, area.to, width);
        std::optional<QPointF> last;
        for (int x = 0; x < width; ++x) {
            const Series::Column &column = columns[size_t(x)];
            if (column.count == 0)
                continue;
            const double at = area.plot.left() + x + 0.5;
            if (last)
                lines.append(QLineF(*last, QPointF(at, area.y(column.first))));
            lines.append(QLineF(at, area.y(column.min), at, area.y(column.max) + 0.01));
            last = QPointF(at, area.y(column.last));
        }
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.drawLines(lines);
        return;
    }
    QPolygonF line;
    for (qsizetype i = first; i < end; ++i)
        line.append(QPointF(area.x(series.timeAt(i)), area.y(series.valueAt(i))));
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    painter.drawPolyline(line);
    if (end - first > kMarkers)
        return;
    painter.setPen(Qt::NoPen);
    painter.setBrush(pen.color());
    for (const QPointF &point : line) {
        if (number % 2 == 0)
            painter.drawEllipse(point, 2.5, 2.5);
        else
            painter.drawRect(QRectF(point.x() - 2, point.y() - 2, 4, 4));
    }
}

void PlotView::paintLegend(
    QPainter &painter, const Area &area, const std::vector<WatchModel::Plotted> &rows) const
{
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setFont(metrics::captionFont(font()));
    const QFontMetricsF text(painter.font());
    const double time = m_pointer
        ? area.from + (*m_pointer - area.plot.left()) / area.plot.width() * (area.to - area.from)
        : area.to;
    QStringList labels;
    double widest = 0;
    for (const auto &row : rows) {
        const auto value = row.series->valueAtTime(time);
        QString label = value ? QLocale().toString(*value, 'g', 6) : QStringLiteral("\u2013");
        if (!row.unit.isEmpty())
            label += u' ' + row.unit;
        const double room = area.plot.width() - 60 - text.horizontalAdvance(label);
        label = text.elidedText(row.label, Qt::ElideMiddle, std::max(room, 20.0)) + QStringLiteral("  ")
            + label;
        widest = std::max(widest, text.horizontalAdvance(label));
        labels.append(label);
    }
    const double line = std::ceil(text.height());
    const QRectF box(area.plot.left() + 4, area.plot.top() + 4, widest + 36, line * double(rows.size()) + 6);
    QColor under = palette().color(QPalette::Base);
    under.setAlpha(215);
    painter.setPen(Qt::NoPen);
    painter.setBrush(under);
    painter.drawRoundedRect(box, metrics::kRadius, metrics::kRadius);
    for (size_t i = 0; i < rows.size(); ++i) {
        const double y = box.top() + 3 + line * double(i);
        painter.setPen(penOf(int(i)));
        painter.drawLine(QPointF(box.left() + 4, y + line / 2), QPointF(box.left() + 26, y + line / 2));
        painter.setPen(palette().color(QPalette::Text));
        painter.drawText(QRectF(box.left() + 31, y, widest + 4, line), Qt::AlignLeft | Qt::AlignVCenter,
            labels[qsizetype(i)]);
    }
}

void PlotView::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), palette().color(QPalette::Base));
    const auto rows = m_model->plotted();
    const Area place = area(rows);
    if (place.plot.width() < 20 || place.plot.height() < 20)
        return;
    paintAxes(painter, place);
    painter.save();
    painter.setClipRect(place.plot.adjusted(-3, -3, 3, 3));
    for (size_t i = 0; i < rows.size(); ++i)
        paintSeries(painter, place, *rows[i].series, int(i));
    painter.restore();
    if (m_pointer && place.plot.left() <= *m_pointer && *m_pointer <= place.plot.right()) {
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.setPen(themeColor(ColorRole::Muted, palette()));
        painter.drawLine(QPointF(*m_pointer, place.plot.top()), QPointF(*m_pointer, place.plot.bottom()));
    }
    if (!rows.empty())
        paintLegend(painter, place, rows);
}

QString PlotView::summary() const
{
    QStringList parts;
    for (const auto &row : m_model->plotted()) {
        const auto value = row.series->valueAtTime(now());
        parts.append(
            tr("%1: %2 %3, %n point(s)", "label, value, unit", int(row.series->size()))
                .arg(row.label, value ? QLocale().toString(*value, 'g', 6) : tr("no value"), row.unit));
    }
    return parts.join(QStringLiteral("; "));
}

void PlotView::mouseMoveEvent(QMouseEvent *event)
{
    m_pointer = event->position().x();
    update();
}

void PlotView::leaveEvent(QEvent *event)
{
    QWidget::leaveEvent(event);
    m_pointer.reset();
    update();
}

void PlotView::wheelEvent(QWheelEvent *event)
{
    const double steps = event->angleDelta().y() / 120.0;
    double span = m_span;
    if (span <= 0) {
        const Area shown = area(m_model->plotted());
        span = shown.to - shown.from;
    }
    setSpan(span * std::pow(0.8, steps));
    event->accept();
}

} // namespace pyrolens
