// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "objectpage.h"

#include "callview.h"
#include "objectview.h"
#include "parts.h"
#include "reconnectbanner.h"
#include "resultview.h"

#include <pyrolens/models/historymodel.h>
#include <pyrolens/theme/metrics.h>
#include <pyrolens/value/literal.h>

#include <QBoxLayout>
#include <QSplitter>
#include <QTabWidget>

namespace pyrolens {

namespace {

PrintOptions shortForm(Dialect dialect)
{
    PrintOptions options;
    options.dialect = dialect;
    options.maxNodes = 200;
    options.maxChars = 2'000;
    return options;
}

} // namespace

ObjectPage::ObjectPage(HistoryModel *history, QWidget *parent)
    : QWidget(parent)
    , m_history(history)
    , m_object(new ObjectView(this))
    , m_call(new CallView(this))
    , m_result(new ResultView(this))
    , m_reconnect(new ReconnectBanner(this))
    , m_split(new QSplitter(Qt::Horizontal, this))
{
    setObjectName(QStringLiteral("objectPage"));
    // The header spans the page; the lists stand beside the call.
    auto *right = new QWidget(this);
    auto *rightLayout = new QVBoxLayout(right);
    rightLayout->setContentsMargins(0, 0, 0, 0);
    rightLayout->setSpacing(0);
    rightLayout->addWidget(m_call);
    rightLayout->addWidget(hairline(Qt::Horizontal, right));
    rightLayout->addWidget(m_result, 1);
    m_call->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed); // the result gives way, not the call
    m_split->setObjectName(QStringLiteral("objectSplit"));
    m_split->setChildrenCollapsible(false);
    m_split->addWidget(m_object->pages());
    m_split->addWidget(right);
    m_split->setStretchFactor(0, 0);
    m_split->setStretchFactor(1, 1);
    m_split->setSizes({metrics::em(font(), 21), metrics::em(font(), 36)});
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_reconnect);
    layout->addWidget(m_object);
    layout->addWidget(m_split, 1);
    m_object->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);

    connect(m_object, &ObjectView::methodSelected, this, &ObjectPage::selectMethod);
    connect(m_object, &ObjectView::methodActivated, this, [this](const QString &name) {
        selectMethod(name);
        m_call->focusArguments();
    });
    connect(m_call, &CallView::methodEdited, this,
        [this](const QString &name) { m_call->setOlderLines(m_history->argumentLines(name)); });
    connect(m_reconnect, &ReconnectBanner::tryRequested, this, &ObjectPage::reconnectRequested);
    connect(m_call, &CallView::sendRequested, this, &ObjectPage::callRequested);
    connect(m_call, &CallView::cancelRequested, this, [this] {
        if (m_running != 0)
            Q_EMIT cancelRequested(m_running);
    });
}

ObjectPage::~ObjectPage() = default;

void ObjectPage::setTarget(const ObjectTarget &target)
{
    m_target = target;
    m_object->setTarget(target);
    m_call->setTarget(target);
    for (const QString &member : m_history->membersOf(target.label()))
        m_object->learn(member);
}

void ObjectPage::selectMethod(const QString &name)
{
    if (const QString former = m_call->method(); former != name) {
        // What was typed for one method is kept for it and does not end up in a call of another.
        if (!former.isEmpty())
            m_typed[former] = m_call->arguments()->text();
        m_call->setMethod(name, m_object->methods()->methodByName(name));
        m_call->arguments()->setText(m_typed.value(name));
    }
    m_call->setOlderLines(m_history->argumentLines(name));
}

void ObjectPage::prepare(const QString &method, const QString &arguments)
{
    m_object->selectMethod(method);
    m_call->setMethod(method, m_object->methods()->methodByName(method));
    m_call->setOlderLines(m_history->argumentLines(method));
    m_call->arguments()->setText(arguments);
    m_call->focusArguments();
}

void ObjectPage::described(const ObjectInterface &interface, const QString &resolvedUri)
{
    if (!resolvedUri.isEmpty())
        m_object->setResolvedUri(resolvedUri);
    if (interface.generation > 0 && interface.generation != m_target.generation) {
        m_target.generation = interface.generation;
        m_target.dialect = interface.dialect;
        m_object->setGeneration(interface.generation);
        m_call->setTarget(m_target);
    }
    m_object->setInterface(interface);
    for (const QString &member : m_history->membersOf(m_target.label()))
        m_object->learn(member);
    const QString method = m_call->method();
    if (method.isEmpty())
        return;
    // What was typed before the answer came stays; it gains its signature.
    const QString arguments = m_call->arguments()->text();
    m_object->selectMethod(method);
    m_call->setMethod(method, m_object->methods()->methodByName(method));
    m_call->arguments()->setText(arguments);
}

void ObjectPage::setMetadata(const std::vector<std::pair<QString, QString>> &rows)
{
    m_object->setMetadata(rows);
}

void ObjectPage::connectionLost()
{
    if (!m_reconnect->isRunning())
        m_reconnect->start();
}

void ObjectPage::pinged(Health health, const QString &text, const QString &resolvedUri)
{
    m_reconnect->tryEnded(health == Health::Ok || health == Health::Slow);
    const QString word = healthWord(health);
    m_object->setHealth(health, text.isEmpty() ? word : tr("%1, %2", "health, time").arg(word, text));
    if (!resolvedUri.isEmpty())
        m_object->setResolvedUri(resolvedUri);
}

void ObjectPage::nameChecked(const QString &name, bool isMethod)
{
    m_object->setCheckResult(name, isMethod);
}

void ObjectPage::showProblem(const QString &text, const QString &hint)
{
    m_object->banner()->setRetryVisible(false);
    m_object->banner()->showMessage(Banner::Level::Error, text, hint);
}

void ObjectPage::restore(std::shared_ptr<const CallRecord> record)
{
    m_object->selectMethod(record->request.member);
    m_call->restore(record->request);
    m_call->setOlderLines(m_history->argumentLines(record->request.member));
    m_last = record->request.id;
    m_result->showRecord(std::move(record));
}

void ObjectPage::callStarted(quint64 id)
{
    m_running = id;
    m_last = id;
    m_call->setRunning(true);
}

void ObjectPage::callFinished(std::shared_ptr<const CallRecord> record)
{
    if (record->request.id == m_running) {
        m_running = 0;
        m_call->setRunning(false);
        m_call->setOlderLines(m_history->argumentLines(record->request.member));
    }
    const bool good
        = record->outcome == CallRecord::Outcome::Ok || record->outcome == CallRecord::Outcome::Sent;
    const CallRequest &request = record->request;
    if (request.action == CallRequest::Action::Batch) {
        for (const BatchItem &one : request.batch)
            m_object->learn(one.method);
    } else if (request.action != CallRequest::Action::Call) {
        if (good && request.action == CallRequest::Action::GetAttribute)
            m_object->setAttributeValue(
                request.member, toPython(record->result, shortForm(request.target.dialect)));
        else if (good)
            m_object->setAttributeValue(request.member, request.argumentText);
        else
            m_object->setAttributeError(
                request.member, ResultView::wordsFor(*record->error, record->endpoint, request.timeout).text);
    } else if (good) {
        m_object->learn(record->request.member);
        m_object->methods()->noteCall(record->request.member, record->trace.total.count());
    }
    m_result->showRecord(std::move(record));
}

} // namespace pyrolens
