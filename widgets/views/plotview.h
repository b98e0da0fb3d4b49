// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/models/watchmodel.h>

#include <QTimer>
#include <QWidget>

#include <optional>

namespace pyrolens {

/// The plotted rows of a WatchModel over time: one vertical line per pixel column from the smallest to the
/// largest value, or a line through the points where they are far apart. Series differ by dash as well as by
/// colour. Redraws at most ten times a second. The wheel changes the time span; the pointer reads values.
class PlotView final : public QWidget
{
    Q_OBJECT

public:
    explicit PlotView(const WatchModel *model, QWidget *parent = nullptr);
    ~PlotView() override;

    void setPaused(bool paused); ///< the time axis stands still
    bool isPaused() const { return m_paused; }
    void setSpan(double seconds); ///< how much time is shown; 0 = all there is
    double span() const { return m_span; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    /// Values at the pointer, or the latest, as one line of text.
    QString summary() const;

Q_SIGNALS:
    void spanChanged(double seconds);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    struct Area
    {
        QRectF plot;
        double from = 0; ///< seconds
        double to = 1;
        double low = 0; ///< value
        double high = 1;
        double x(double time) const { return plot.left() + (time - from) / (to - from) * plot.width(); }
        double y(double value) const { return plot.bottom() - (value - low) / (high - low) * plot.height(); }
    };
    Area area(const std::vector<WatchModel::Plotted> &rows) const;
    void paintAxes(QPainter &painter, const Area &area) const;
    void paintSeries(QPainter &painter, const Area &area, const Series &series, int number) const;
    void paintLegend(QPainter &painter, const Area &area, const std::vector<WatchModel::Plotted> &rows) const;
    QPen penOf(int number) const;

    const WatchModel *m_model;
    QTimer m_redraw;
    bool m_paused = false;
    double m_pausedAt = 0;
    double m_span = 60;
    std::optional<double> m_pointer; ///< x
};

} // namespace pyrolens
