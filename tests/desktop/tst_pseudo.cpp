// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// Runs the window in a language that does not exist: every text of ours in brackets, with accents, and 40 %
// longer. What stands without brackets was never given to translators; what does not fit would be cut off in
// some real language.

#include "inspector.h"
#include "mainwindow.h"
#include "settings.h"

#include <pyrolens/generations.h>
#include <pyrolens/theme/theme.h>
#include <pyrolens/views/callview.h>
#include <pyrolens/views/objectpage.h>
#include <pyrolens/views/objectview.h>
#include <pyrolens/views/parts.h>

#include <QAction>
#include <QApplication>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QPushButton>
#include <QRegularExpression>
#include <QTabBar>
#include <QTableView>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QToolButton>
#include <QTranslator>
#include <QtTest>

using namespace pyrolens;

namespace {

/// "Send" becomes "[Šéñð ··]": place markers and accelerators stay.
class PseudoTranslator final : public QTranslator
{
public:
    bool isEmpty() const override { return false; }
    QString translate(const char *, const char *source, const char *, int n) const override
    {
        static const QMap<char16_t, char16_t> accents{{u'a', u'\u00e1'}, {u'e', u'\u00e9'}, {u'i', u'\u00ef'},
            {u'o', u'\u00f5'}, {u'u', u'\u00fc'}, {u'n', u'\u00f1'}, {u'S', u'\u0160'}, {u'C', u'\u00c7'}};
        const QString text = QString::fromUtf8(source);
        QString made(u'[');
        for (qsizetype i = 0; i < text.size(); ++i) {
            if (text[i] == u'%' && i + 1 < text.size()) {
                const QChar next = text[++i];
                made += next == u'n' ? QString::number(n) : QString(QStringLiteral("%") + next);
                continue;
            }
            made += QChar(accents.value(text[i].unicode(), text[i].unicode()));
        }
        // Long texts grow less than short ones, as translations do.
        made += QString(text.size() < 40 ? (text.size() * 2 + 4) / 5 : text.size() / 5, u'\u00b7');
        return made + u']';
    }
};

/// Words of Pyro and of Python are the same in every language; so are data.
bool isTranslated(const QString &text)
{
    static const QRegularExpression data(QStringLiteral(R"(^[\d\s.,:%+-]*$)"));
    static const QStringList words{QStringLiteral("oneway"), QStringLiteral("Pyrolens")};
    return text.isEmpty() || text.contains(u'[') || words.contains(text) || data.match(text).hasMatch();
}

/// Shows what came from the network or from the person; no text of ours.
bool isData(const QWidget *widget)
{
    static const QStringList names{QStringLiteral("objectName"), QStringLiteral("objectUri"),
        QStringLiteral("errorClass"), QStringLiteral("errorMessage"), QStringLiteral("signature"),
        QStringLiteral("metadata"), QStringLiteral("callObject"), QStringLiteral("errorHint")};
    return names.contains(widget->objectName()) || widget->objectName().startsWith(QLatin1String("card-"));
}

} // namespace

class tst_Pseudo : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void welcomePage();
    void objectPageWithAResult();
    void errorsInEveryView();
    void menus();

private:
    void check(const char *where);
    void fits(const QWidget *widget, const QString &text, const char *where);

    PseudoTranslator m_translator;
    QStringList m_untranslated;
    QStringList m_clipped;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<Inspector> m_inspector;
    std::unique_ptr<MainWindow> m_window;
};

void tst_Pseudo::init()
{
    QCoreApplication::installTranslator(&m_translator);
    m_folder = std::make_unique<QTemporaryDir>();
    m_settings = std::make_unique<Settings>(m_folder->path());
    m_theme = std::make_unique<Theme>(qobject_cast<QApplication *>(QCoreApplication::instance()));
    m_inspector = std::make_unique<Inspector>(builtinCatalogue());
    m_window = std::make_unique<MainWindow>(m_inspector.get(), m_settings.get(), m_theme.get());
    m_window->show();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    m_untranslated.clear();
    m_clipped.clear();
}

void tst_Pseudo::cleanup()
{
    // Where somebody wants to look: PYROLENS_PSEUDO_SHOTS=FOLDER.
    const QString folder = qEnvironmentVariable("PYROLENS_PSEUDO_SHOTS");
    if (!folder.isEmpty())
        m_window->grab().save(folder + QLatin1String("/pseudo-") + QLatin1String(QTest::currentTestFunction())
            + QLatin1String(".png"));
    m_window.reset();
    m_inspector.reset();
    m_theme.reset();
    m_settings.reset();
    QCoreApplication::removeTranslator(&m_translator);
}

void tst_Pseudo::fits(const QWidget *widget, const QString &text, const char *where)
{
    const auto *label = qobject_cast<const QLabel *>(widget);
    const auto *elided = qobject_cast<const TextLabel *>(widget);
    if (elided && !elided->fullText().isEmpty())
        return; // made to be cut, with the whole in the tooltip
    if (widget->objectName().startsWith(QLatin1String("card-")))
        return; // breaks its lines itself
    QString problem;
    if (label && label->wordWrap()) {
        if (label->heightForWidth(label->width()) > label->height() + 1)
            problem = QStringLiteral("%1 of %2 px high")
                          .arg(label->height())
                          .arg(label->heightForWidth(label->width()));
    } else if (widget->width() < widget->sizeHint().width()
        || widget->height() < widget->sizeHint().height()) {
        problem = QStringLiteral("%1x%2 for %3x%4")
                      .arg(widget->width())
                      .arg(widget->height())
                      .arg(widget->sizeHint().width())
                      .arg(widget->sizeHint().height());
    }
    if (!problem.isEmpty())
        m_clipped.append(
            QStringLiteral("%1: %2 '%3' %4").arg(QLatin1String(where), widget->objectName(), text, problem));
}

void tst_Pseudo::check(const char *where)
{
    // A text that has just changed gets its room with the next layout.
    QCoreApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest);
    const auto wants = [&](const QWidget *widget, const QString &text) {
        if (!isTranslated(text) && !isData(widget))
            m_untranslated.append(QStringLiteral("%1: %2 '%3'")
                                      .arg(QLatin1String(where),
                                          widget->objectName().isEmpty()
                                              ? QString::fromLatin1(widget->metaObject()->className())
                                              : widget->objectName(),
                                          text));
    };
    for (QWidget *widget : m_window->findChildren<QWidget *>()) {
        if (!widget->isVisible() || widget->visibleRegion().isEmpty()) // behind another tab
            continue;
        wants(widget, widget->toolTip().section(u'(', 0, 0).trimmed());
        if (const auto *label = qobject_cast<QLabel *>(widget)) {
            wants(widget, label->text());
            if (!label->text().isEmpty())
                fits(widget, label->text(), where);
        } else if (const auto *button = qobject_cast<QAbstractButton *>(widget)) {
            const auto *tool = qobject_cast<QToolButton *>(widget);
            if (tool && tool->toolButtonStyle() == Qt::ToolButtonIconOnly)
                continue;
            wants(widget, button->text());
            if (!button->text().isEmpty())
                fits(widget, button->text(), where);
        } else if (const auto *edit = qobject_cast<QLineEdit *>(widget)) {
            wants(widget, edit->placeholderText());
        } else if (const auto *bar = qobject_cast<QTabBar *>(widget)) {
            const bool objects = bar->parentWidget() == m_window->tabs();
            for (int i = objects ? 1 : 0; i < bar->count(); ++i)
                wants(
                    widget, bar->tabText(i).startsWith(QLatin1String("demo.")) ? QString() : bar->tabText(i));
        } else if (const auto *header = qobject_cast<QHeaderView *>(widget)) {
            for (int i = 0; header->orientation() == Qt::Horizontal && i < header->count(); ++i) {
                if (!header->isSectionHidden(i))
                    wants(widget, header->model()->headerData(i, Qt::Horizontal).toString());
            }
        }
    }
    QVERIFY2(m_untranslated.isEmpty(), qPrintable(m_untranslated.join(u'\n')));
    QVERIFY2(m_clipped.isEmpty(), qPrintable(m_clipped.join(u'\n')));
}

void tst_Pseudo::welcomePage()
{
    check("welcome");
}

void tst_Pseudo::objectPageWithAResult()
{
    m_window->openDemo(QStringLiteral("demo.echo"));
    QTRY_VERIFY_WITH_TIMEOUT(m_window->currentPage(), 10'000);
    ObjectPage *page = m_window->currentPage();
    QTRY_VERIFY(page->object()->methods()->rowCount() > 0);
    check("object");
    page->call()->send();
    QTRY_COMPARE(page->runningCall(), quint64(0));
    check("result");
    page->object()->pages()->setCurrentIndex(1);
    QTest::qWait(0);
    check("attributes");
    page->object()->pages()->setCurrentIndex(2);
    QTest::qWait(0);
    check("metadata");
    m_window->findChild<QAction *>(QStringLiteral("action-traffic"))->trigger();
    QTest::qWait(0);
    check("traffic");
}

void tst_Pseudo::errorsInEveryView()
{
    m_window->openText(QStringLiteral("127.0.0.1:1"));
    QTRY_COMPARE(ProfileInfo::State(m_inspector->names()->index(0, 0).data(NameTreeModel::StateRole).toInt()),
        ProfileInfo::State::Failed);
    m_window->openText(QStringLiteral("PYRO://127.0.0.1:1/7f000001"));
    ObjectPage *page = m_window->currentPage();
    QVERIFY(page);
    page->prepare(QStringLiteral("status"), {});
    page->call()->send();
    QTRY_COMPARE(page->runningCall(), quint64(0));
    m_window->openText(QStringLiteral("no such place"));
    m_window->findChild<QLineEdit *>(QStringLiteral("nameFilter"))
        ->setText(QStringLiteral("nothing like this"));
    QTest::qWait(0);
    QTabWidget *tabs = m_window->tabs();
    tabs->setTabText(tabs->currentIndex(), QString()); // its URI
    check("errors");
}

void tst_Pseudo::menus()
{
    QList<QMenu *> menus = m_window->menuBar()->findChildren<QMenu *>();
    QVERIFY(menus.size() >= 7);
    for (const QMenu *menu : std::as_const(menus)) {
        QVERIFY2(isTranslated(menu->title()), qPrintable(menu->title()));
        for (const QAction *action : menu->actions())
            QVERIFY2(action->isSeparator() || isTranslated(action->text()), qPrintable(action->text()));
    }
}

QTEST_MAIN(tst_Pseudo)
#include "tst_pseudo.moc"
