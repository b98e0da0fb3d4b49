// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <QComboBox>

#include <chrono>

namespace pyrolens {

/// How long a call may take: 1, 5, 30 and 120 s, none, or any number of seconds typed in.
class TimeoutControl final : public QComboBox
{
    Q_OBJECT

public:
    explicit TimeoutControl(QWidget *parent = nullptr);
    ~TimeoutControl() override;

    std::chrono::milliseconds timeout() const { return m_timeout; } ///< 0 = none
    void setTimeout(std::chrono::milliseconds timeout);
    static QString text(std::chrono::milliseconds timeout);
    /// "30", "0.5 s", "200 ms", "2 min", "none"; negative for what is no duration.
    static std::chrono::milliseconds parse(const QString &text);

Q_SIGNALS:
    void timeoutChanged(std::chrono::milliseconds timeout);

private:
    void accept();

    std::chrono::milliseconds m_timeout{30'000};
};

} // namespace pyrolens
