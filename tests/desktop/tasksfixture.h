// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "inspector.h"
#include "mainwindow.h"
#include "settings.h"

#include <pyrolens/generations.h>
#include <pyrolens/models/callrecord.h>
#include <pyrolens/models/namelist.h>
#include <pyrolens/theme/theme.h>
#include <pyrolens/views/callview.h>
#include <pyrolens/views/objectpage.h>
#include <pyrolens/views/objectview.h>
#include <pyrolens/views/resultview.h>

#include <QAbstractItemView>
#include <QApplication>
#include <QKeyEvent>
#include <QTemporaryDir>
#include <QtTest>
#include <QWindow>

/// What tests that do a person's tasks share: a window of their own for each, and a count of the steps.
namespace pyrolens::test {

/// Counts what a person did: mouse presses, Enter, and keys with Ctrl or Alt or beyond the letters.
class StepCounter : public QObject
{
public:
    StepCounter() { qApp->installEventFilter(this); }
    int steps = 0;

    bool eventFilter(QObject *watched, QEvent *event) override
    {
        if (event->type() == QEvent::Shortcut)
            ++steps; // a shortcut that meets its action is no key press any more
        if (qobject_cast<QWindow *>(watched) == nullptr)
            return false;
        if (event->type() == QEvent::MouseButtonPress)
            ++steps;
        if (event->type() == QEvent::KeyPress && isStep(*static_cast<QKeyEvent *>(event)))
            ++steps;
        return false;
    }

private:
    static bool isStep(const QKeyEvent &key)
    {
        switch (key.key()) {
        case Qt::Key_Control:
        case Qt::Key_Shift:
        case Qt::Key_Alt:
            return false; // part of a shortcut
        default:
            return key.text().isEmpty() || !key.text().front().isPrint()
                || (key.modifiers() & (Qt::ControlModifier | Qt::AltModifier));
        }
    }
};

class TaskFixture : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

protected:
    void click(const QString &objectName);
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = {});
    void type(const QString &text);
    bool openEcho();
    /// Makes a method the current one, as a start state.
    bool selectMethod(const QString &name);
    bool callEnds();
    ObjectPage *page() const { return m_window->currentPage(); }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<Inspector> m_inspector;
    std::unique_ptr<MainWindow> m_window;
    std::unique_ptr<StepCounter> m_counter;
};

inline void TaskFixture::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_settings = std::make_unique<Settings>(m_folder->path());
    m_theme = std::make_unique<Theme>(qobject_cast<QApplication *>(QCoreApplication::instance()));
    m_inspector = std::make_unique<Inspector>(builtinCatalogue());
    m_window = std::make_unique<MainWindow>(m_inspector.get(), m_settings.get(), m_theme.get());
    m_window->show();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    m_counter = std::make_unique<StepCounter>();
}

inline void TaskFixture::cleanup()
{
    m_counter.reset();
    m_window.reset();
    m_inspector.reset();
    m_theme.reset();
    m_settings.reset();
}

inline void TaskFixture::click(const QString &objectName)
{
    auto *widget = m_window->findChild<QWidget *>(objectName);
    QVERIFY2(widget && widget->isVisible() && widget->isEnabled(), qPrintable(objectName));
    QTest::mouseClick(
        m_window->windowHandle(), Qt::LeftButton, {}, widget->mapTo(m_window.get(), widget->rect().center()));
}

inline void TaskFixture::press(Qt::Key key, Qt::KeyboardModifiers modifiers)
{
    QTest::keyClick(m_window->windowHandle(), key, modifiers);
}

inline void TaskFixture::type(const QString &text)
{
    for (const QChar character : text)
        QTest::sendKeyEvent(
            QTest::Click, m_window->windowHandle(), Qt::Key(character.toUpper().unicode()), character, {});
}

inline bool TaskFixture::openEcho()
{
    m_window->openDemo(QStringLiteral("demo.echo"));
    return QTest::qWaitFor([this] { return page() && page()->object()->methods()->rowCount() > 0; }, 10'000);
}

inline bool TaskFixture::selectMethod(const QString &name)
{
    auto *list = m_window->findChild<QAbstractItemView *>(QStringLiteral("methodTable"));
    if (!list)
        return false;
    for (int row = 0; row < list->model()->rowCount(); ++row) {
        const QModelIndex index = list->model()->index(row, 0);
        if (index.data().toString() == name) {
            list->setCurrentIndex(index);
            list->setFocus();
            return true;
        }
    }
    return false;
}

inline bool TaskFixture::callEnds()
{
    return QTest::qWaitFor(
        [this] { return page() && page()->result()->record() && page()->runningCall() == 0; }, 10'000);
}

} // namespace pyrolens::test
