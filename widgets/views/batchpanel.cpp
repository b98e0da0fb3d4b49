// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "batchpanel.h"

#include "delegates.h"
#include "parts.h"

#include <pyrolens/models/plaintext.h>
#include <pyrolens/theme/metrics.h>

#include <QBoxLayout>
#include <QKeyEvent>
#include <QListWidget>
#include <QPushButton>
#include <QShortcut>

namespace pyrolens {

namespace {

constexpr int kRows = 4; ///< of the list that are seen at once

} // namespace

BatchPanel::BatchPanel(QWidget *parent)
    : QWidget(parent)
    , m_title(new TextLabel(TextLabel::Type::Body, this, ColorRole::Muted))
    , m_list(new QListWidget(this))
    , m_send(pushButton(tr("Send &batch"), "sendBatch", this))
{
    setObjectName(QStringLiteral("batchPanel"));
    setUpList(m_list, new RowDelegate(this), QStringLiteral("batchList"), tr("Calls of the batch"));
    m_list->setFont(metrics::dataFont(font()));
    m_list->setSelectionMode(QAbstractItemView::SingleSelection);
    m_send->setToolTip(tr("Send all calls in one message; the oneway box counts for the whole batch"));
    auto *up
        = iconButton(QStringLiteral("go-up"), tr("Earlier in the batch"), QStringLiteral("batchUp"), this);
    auto *down
        = iconButton(QStringLiteral("go-down"), tr("Later in the batch"), QStringLiteral("batchDown"), this);
    auto *edit = pushButton(tr("&Edit"), "batchEdit", this);
    edit->setToolTip(tr("Back into the line, out of the batch"));
    auto *remove = pushButton(tr("Re&move"), "batchRemove", this);
    auto *clear = pushButton(tr("C&lear"), "batchClear", this);
    m_ofCurrent = {up, down, edit, remove};
    auto *bar = new QHBoxLayout;
    bar->setSpacing(metrics::kGapSmall);
    bar->addWidget(m_title, 1);
    for (QWidget *one : std::initializer_list<QWidget *>{up, down, edit, remove, clear, m_send})
        bar->addWidget(one);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(metrics::kGapSmall);
    layout->addLayout(bar);
    layout->addWidget(m_list);

    connect(m_send, &QPushButton::clicked, this, &BatchPanel::sendRequested);
    connect(up, &QToolButton::clicked, this, [this] { move(-1); });
    connect(down, &QToolButton::clicked, this, [this] { move(1); });
    connect(remove, &QPushButton::clicked, this, &BatchPanel::removeCurrent);
    connect(clear, &QPushButton::clicked, this, [this] { setCalls({}); });
    connect(edit, &QPushButton::clicked, this, [this] {
        const int row = m_list->currentRow();
        if (row < 0)
            return;
        const BatchItem call = m_calls[size_t(row)];
        removeCurrent();
        Q_EMIT editRequested(call);
    });
    connect(m_list, &QListWidget::itemActivated, edit, &QPushButton::click);
    auto *key = new QShortcut(QKeySequence(Qt::Key_Delete), m_list, nullptr, nullptr, Qt::WidgetShortcut);
    connect(key, &QShortcut::activated, this, &BatchPanel::removeCurrent);
    show(-1);
}

BatchPanel::~BatchPanel() = default;

void BatchPanel::setCalls(std::vector<BatchItem> calls)
{
    m_calls = std::move(calls);
    show(m_calls.empty() ? -1 : 0);
}

void BatchPanel::add(BatchItem call)
{
    if (m_calls.size() >= kMaxCalls)
        return;
    m_calls.push_back(std::move(call));
    show(int(m_calls.size()) - 1);
}

void BatchPanel::setSendable(bool sendable)
{
    m_send->setEnabled(sendable);
}

void BatchPanel::move(int by)
{
    const int row = m_list->currentRow();
    const int to = row + by;
    if (row < 0 || to < 0 || to >= int(m_calls.size()))
        return;
    std::swap(m_calls[size_t(row)], m_calls[size_t(to)]);
    show(to);
}

void BatchPanel::removeCurrent()
{
    const int row = m_list->currentRow();
    if (row < 0)
        return;
    m_calls.erase(m_calls.begin() + row);
    show(std::min(row, int(m_calls.size()) - 1));
}

void BatchPanel::show(int current)
{
    m_list->clear();
    for (const BatchItem &one : m_calls)
        m_list->addItem(visibleText(one.method, 100) + u'(' + visibleText(one.argumentText, 300) + u')');
    m_list->setCurrentRow(current);
    const int rows = std::clamp(int(m_calls.size()), 1, kRows);
    m_list->setFixedHeight(rows * metrics::rowHeight(m_list->font()) + 2 * m_list->frameWidth() + 2);
    m_title->setText(tr("Batch of %n call(s), in one message", nullptr, int(m_calls.size())));
    for (QWidget *one : std::as_const(m_ofCurrent))
        one->setEnabled(current >= 0);
    setVisible(!m_calls.empty());
}

} // namespace pyrolens
