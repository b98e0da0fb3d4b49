// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// The tabs of a network's settings and of mobile code in the main window.
#include "mainwindow.h"

#include <pyrolens/theme/icons.h>
#include <pyrolens/views/callview.h>
#include <pyrolens/views/codeview.h>
#include <pyrolens/views/daemonview.h>
#include <pyrolens/views/objectpage.h>
#include <pyrolens/views/profileview.h>

#include <QTabWidget>

namespace pyrolens {

void MainWindow::showProfile(const QString &profile)
{
    const ConnectionProfile *known = m_inspector->profile(profile);
    auto *view = new ProfileView(m_tabs);
    QList<std::pair<int, QString>> generations;
    QStringList serializers;
    for (const auto &generation : m_inspector->catalogue().all()) {
        const GenerationInfo &info = generation->info();
        generations.append({info.id, info.label});
        if (info.codecs.size() < 2)
            continue; // nothing to choose
        for (const QByteArray &codec : info.codecs)
            serializers.append(QString::fromLatin1(codec));
    }
    serializers.removeDuplicates();
    view->setChoices(generations, serializers);
    if (known)
        view->setProfile(*known);
    view->setSecretNote(m_inspector->secretNote());
    const auto close = [this, view] {
        const int at = m_tabs->indexOf(view);
        if (at >= 0)
            closeTab(at);
    };
    connect(view, &ProfileView::cancelled, this, close);
    connect(view, &ProfileView::accepted, this, [this, close](const ConnectionProfile &accepted) {
        m_inspector->setProfile(accepted);
        close();
    });
    m_tabs->addTab(view, themeIcon(QStringLiteral("preferences-system")),
        known ? tr("Settings: %1").arg(tabLabel(known->label())) : tr("New connection"));
    m_tabs->setCurrentWidget(view);
}

void MainWindow::applyProfile(ObjectPage *page)
{
    if (const ConnectionProfile *profile = m_inspector->profile(page->target().profile))
        page->call()->setDefaults(profile->callTimeout, profile->onewayMethods(page->target().name));
    page->call()->setChoices(m_inspector->choices(page->target()));
}

void MainWindow::showCode()
{
    CodeExchange *code = m_inspector->codeExchange();
    if (!m_code) {
        m_code = new CodeView(code->model(), this);
        connect(m_code, &CodeView::choicesMade, code, &CodeExchange::choose);
        connect(m_code, &CodeView::codeRequested, code, &CodeExchange::read);
        connect(m_code, &CodeView::saveRequested, code, &CodeExchange::save);
        connect(m_code, &CodeView::removeRequested, code, &CodeExchange::remove);
        connect(code, &CodeExchange::codeRead, m_code, &CodeView::showCode);
        connect(code, &CodeExchange::problem, m_code, [this, code](const QString &text) {
            m_code->showProblem(text);
            m_code->setChoices(code->accepts(), code->folder());
        });
        connect(code, &CodeExchange::changed, m_code,
            [this, code] { m_code->setChoices(code->accepts(), code->folder()); });
        m_code->setChoices(code->accepts(), code->folder());
    }
    if (m_tabs->indexOf(m_code) < 0)
        m_tabs->addTab(m_code, themeIcon(QStringLiteral("view-text")), tr("Mobile code"));
    m_tabs->setCurrentWidget(m_code);
}

void MainWindow::showDaemon(const ObjectTarget &object)
{
    const quint64 id = m_nextPage++;
    auto *view = new DaemonView(object.label(), m_tabs);
    const auto ask = [this, view, id, object] {
        view->setBusy();
        m_inspector->listHosted(id, object);
    };
    connect(view, &DaemonView::refreshRequested, this, ask);
    connect(view, &DaemonView::openRequested, this, [this, object](const QString &uri) {
        ObjectTarget found = object; // of the same network
        found.name.clear();
        found.uri = uri;
        openObject(found);
    });
    connect(m_inspector, &Inspector::hostedListed, view,
        [view, id](quint64 page, const std::vector<RegisteredObject> &objects) {
            if (page == id)
                view->setObjects(objects);
        });
    connect(m_inspector, &Inspector::hostedFailed, view,
        [view, id](quint64 page, const QString &text, const QString &hint, const QString &detail) {
            if (page == id)
                view->setProblem(text, hint, detail);
        });
    m_tabs->addTab(
        view, themeIcon(QStringLiteral("network-server")), tr("Daemon of %1").arg(tabLabel(object.label())));
    m_tabs->setCurrentWidget(view);
    ask();
}

} // namespace pyrolens
