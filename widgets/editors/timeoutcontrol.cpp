// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "timeoutcontrol.h"

#include <QAbstractItemView>
#include <QLineEdit>
#include <QLocale>

#include <cmath>

namespace pyrolens {

using std::chrono::milliseconds;

namespace {

constexpr milliseconds kPresets[]{
    milliseconds(1'000), milliseconds(5'000), milliseconds(30'000), milliseconds(120'000), milliseconds(0)};
constexpr double kLongest = 7 * 24 * 3'600.0; ///< seconds; beyond it "none" is meant

} // namespace

TimeoutControl::TimeoutControl(QWidget *parent) : QComboBox(parent)
{
    setObjectName(QStringLiteral("timeout"));
    setAccessibleName(tr("Timeout"));
    setToolTip(tr("How long the whole call may take, connecting included. Type a number of seconds for "
                  "another value."));
    view()->setAccessibleName(tr("Timeout"));
    setEditable(true);
    setInsertPolicy(QComboBox::NoInsert);
    for (const milliseconds preset : kPresets)
        addItem(text(preset), QVariant::fromValue(qint64(preset.count())));
    setTimeout(m_timeout);
    setMinimumContentsLength(6);
    setSizeAdjustPolicy(QComboBox::AdjustToContents);
    connect(this, &QComboBox::activated, this, [this](int row) {
        setTimeout(milliseconds(itemData(row).toLongLong()));
        Q_EMIT timeoutChanged(m_timeout);
    });
    connect(lineEdit(), &QLineEdit::editingFinished, this, &TimeoutControl::accept);
}

TimeoutControl::~TimeoutControl() = default;

QString TimeoutControl::text(milliseconds timeout)
{
    if (timeout.count() == 0)
        return tr("none", "no timeout");
    if (timeout.count() % 1'000 != 0 && timeout.count() < 1'000)
        return tr("%1 ms").arg(timeout.count());
    return tr("%1 s", "seconds").arg(QLocale().toString(double(timeout.count()) / 1e3, 'g', 6));
}

milliseconds TimeoutControl::parse(const QString &text)
{
    QString number = text.trimmed().toLower();
    if (number == TimeoutControl::text(milliseconds(0)).toLower() || number == QLatin1String("none"))
        return milliseconds(0);
    double factor = 1'000;
    const auto cut = [&](QLatin1String unit, double value) {
        if (!number.endsWith(unit))
            return false;
        number.chop(unit.size());
        factor = value;
        return true;
    };
    if (!cut(QLatin1String("ms"), 1) && !cut(QLatin1String("min"), 60'000))
        cut(QLatin1String("s"), 1'000);
    number = number.trimmed();
    bool ok = false;
    double value = QLocale().toDouble(number, &ok);
    if (!ok)
        value = QLocale::c().toDouble(number, &ok);
    if (!ok || !std::isfinite(value) || value <= 0 || value * factor > kLongest * 1'000)
        return milliseconds(-1);
    return milliseconds(std::max<qint64>(1, std::llround(value * factor)));
}

void TimeoutControl::setTimeout(milliseconds timeout)
{
    m_timeout = timeout;
    const int row = findData(QVariant::fromValue(qint64(timeout.count())));
    if (row >= 0)
        setCurrentIndex(row);
    setEditText(text(timeout));
}

void TimeoutControl::accept()
{
    const milliseconds typed = parse(currentText());
    if (typed.count() < 0 || typed == m_timeout) {
        setEditText(text(m_timeout)); // what is no duration is put back
        return;
    }
    setTimeout(typed);
    Q_EMIT timeoutChanged(m_timeout);
}

} // namespace pyrolens
