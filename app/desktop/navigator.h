// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/models/callrecord.h>

#include <QObject>

#include <vector>

namespace pyrolens {

/// The objects visited, for Back and Forward.
class Navigator final : public QObject
{
    Q_OBJECT

public:
    explicit Navigator(QObject *parent = nullptr);
    ~Navigator() override;
    void visit(const ObjectTarget &target); ///< drops what lies ahead
    bool canGoBack() const { return m_at > 0; }
    bool canGoForward() const { return m_at + 1 < int(m_places.size()); }
    void back();
    void forward();

Q_SIGNALS:
    void changed();
    void goTo(const pyrolens::ObjectTarget &target);

private:
    void go(int at);

    std::vector<ObjectTarget> m_places;
    int m_at = -1;
    bool m_moving = false;
};

} // namespace pyrolens
