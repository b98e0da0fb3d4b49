// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "daemonview.h"

#include "delegates.h"
#include "parts.h"

#include <pyrolens/models/plaintext.h>
#include <pyrolens/theme/metrics.h>

#include <QBoxLayout>
#include <QHeaderView>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableView>

namespace pyrolens {

DaemonView::DaemonView(const QString &place, QWidget *parent)
    : QWidget(parent)
    , m_table(new QTableView(this))
    , m_stack(new QStackedWidget(this))
    , m_banner(new Banner(this))
    , m_title(new TextLabel(TextLabel::Type::Title, this))
    , m_count(new TextLabel(TextLabel::Type::Caption, this, ColorRole::Muted))
    , m_open(new QPushButton(tr("&Open"), this))
    , m_refresh(new QPushButton(tr("&Refresh"), this))
{
    setObjectName(QStringLiteral("daemonView"));
    m_title->setFullText(tr("Objects of %1").arg(visibleText(place, 100)));
    m_title->setElided(true);
    m_open->setObjectName(QStringLiteral("openHosted"));
    m_refresh->setObjectName(QStringLiteral("refreshHosted"));
    m_count->setObjectName(QStringLiteral("hostedCount"));
    m_banner->hide();
    m_table->setModel(&m_model);
    setUpList(m_table, new RowDelegate(this), QStringLiteral("hostedTable"), tr("Objects of the daemon"));
    QHeaderView *header = m_table->horizontalHeader();
    header->setSectionResizeMode(DaemonModel::UriColumn, QHeaderView::Stretch);
    header->resizeSection(DaemonModel::NameColumn, metrics::em(font(), 14));
    header->resizeSection(DaemonModel::IdColumn, metrics::em(font(), 18));
    auto *empty = new EmptyState(QStringLiteral("object"), tr("This daemon hosts nothing"),
        tr("It answered, but it has no objects beside its own."), this);
    m_stack->addWidget(m_table);
    m_stack->addWidget(empty);

    auto *bar = new QHBoxLayout;
    bar->setContentsMargins(
        metrics::kPageMargin, metrics::kPanelMargin, metrics::kPageMargin, metrics::kPanelMargin);
    bar->setSpacing(metrics::kGap);
    bar->addWidget(m_title, 1);
    bar->addWidget(m_count);
    bar->addWidget(m_refresh);
    bar->addWidget(m_open);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_banner);
    layout->addLayout(bar);
    layout->addWidget(m_stack, 1);

    connect(m_open, &QPushButton::clicked, this, &DaemonView::open);
    connect(m_table, &QTableView::activated, this, &DaemonView::open);
    connect(m_refresh, &QPushButton::clicked, this, &DaemonView::refreshRequested);
    connect(m_banner, &Banner::retryRequested, this, &DaemonView::refreshRequested);
    setBusy();
}

DaemonView::~DaemonView() = default;

void DaemonView::open()
{
    if (const RegisteredObject *object = m_model.object(m_table->currentIndex()))
        Q_EMIT openRequested(object->uri);
}

void DaemonView::setBusy()
{
    m_count->setText(tr("asking\u2026"));
    m_refresh->setEnabled(false);
}

void DaemonView::setObjects(std::vector<RegisteredObject> objects)
{
    m_banner->hide();
    m_refresh->setEnabled(true);
    m_count->setText(tr("%n object(s)", nullptr, int(objects.size())));
    m_model.setObjects(std::move(objects));
    m_stack->setCurrentIndex(m_model.rowCount() > 0 ? 0 : 1);
    m_open->setEnabled(m_model.rowCount() > 0);
    if (m_model.rowCount() > 0)
        m_table->setCurrentIndex(m_model.index(0, 0));
}

void DaemonView::setProblem(const QString &text, const QString &hint, const QString &detail)
{
    m_refresh->setEnabled(true);
    m_count->clear();
    m_open->setEnabled(m_model.rowCount() > 0);
    m_banner->showMessage(Banner::Level::Error, text, hint, detail);
}

} // namespace pyrolens
