// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <QWidget>

class QPushButton;
class QGridLayout;
class QVBoxLayout;

namespace pyrolens {

class TextLabel;

/// A place that was connected to. Plain data.
struct RecentPlace
{
    QString place;      ///< as typed
    int generation = 0; ///< that was found there; 0: not known
};

/// What a first start shows: start the demo, discover, connect; recent places; cards of the demo objects.
class WelcomePage final : public QWidget
{
    Q_OBJECT

public:
    explicit WelcomePage(QWidget *parent = nullptr);
    ~WelcomePage() override;
    void setDemoRunning(bool running);
    void setRecent(const QList<RecentPlace> &places);

Q_SIGNALS:
    void demoRequested();
    void discoverRequested();
    void connectRequested();
    void cardChosen(const QString &name); ///< "demo.echo"
    void recentChosen(const QString &place);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void arrangeCards();

    QGridLayout *m_grid = nullptr;
    QList<QWidget *> m_cards;
    int m_columns = 0;
    QVBoxLayout *m_recent;
    TextLabel *m_demoHint;
    QPushButton *m_demo;
};

} // namespace pyrolens
