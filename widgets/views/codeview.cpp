// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "codeview.h"

#include "delegates.h"
#include "hexview.h"
#include "parts.h"
#include "textview.h"

#include <pyrolens/models/plaintext.h>
#include <pyrolens/theme/metrics.h>
#include <pyrolens/wire/mobilecode.h>

#include <QBoxLayout>
#include <QCheckBox>
#include <QFileDialog>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>

namespace pyrolens {

CodeView::CodeView(CodeModel *model, QWidget *parent)
    : QWidget(parent)
    , m_model(model)
    , m_table(new QTableView(this))
    , m_stack(new QStackedWidget(this))
    , m_banner(new Banner(this))
    , m_accept(new QCheckBox(tr("&Ask peers for unknown modules"), this))
    , m_folder(new QLineEdit(this))
    , m_code(new QStackedWidget(this))
    , m_text(new TextView(this))
    , m_bytes(new HexView(this))
    , m_title(new TextLabel(TextLabel::Type::Caption, this, ColorRole::Muted))
    , m_save(new QPushButton(tr("&Save\u2026"), this))
    , m_remove(new QPushButton(tr("&Delete"), this))
{
    setObjectName(QStringLiteral("codeView"));
    m_banner->setRetryVisible(false);
    m_banner->hide();
    m_accept->setObjectName(QStringLiteral("acceptCode"));
    m_accept->setToolTip(tr("What arrives is kept and shown, and never run."));
    m_folder->setObjectName(QStringLiteral("codeFolder"));
    m_folder->setAccessibleName(tr("Folder with modules to hand out"));
    m_folder->setPlaceholderText(tr("no modules are handed out"));
    m_folder->setReadOnly(true);
    m_save->setObjectName(QStringLiteral("saveCode"));
    m_remove->setObjectName(QStringLiteral("removeCode"));
    m_title->setElided(true);
    auto *choose = new QPushButton(tr("Choose &folder\u2026"), this);
    choose->setObjectName(QStringLiteral("chooseCodeFolder"));
    auto *none = iconButton(
        QStringLiteral("edit-clear"), tr("Hand out no modules"), QStringLiteral("clearCodeFolder"), this);
    m_text->setAccessibleName(tr("Source of the module"));
    m_bytes->setAccessibleName(tr("Bytes of the module"));

    m_table->setModel(m_model);
    setUpList(m_table, new RowDelegate(this), QStringLiteral("codeTable"), tr("Modules"));
    QHeaderView *header = m_table->horizontalHeader();
    header->setSectionResizeMode(CodeModel::ModuleColumn, QHeaderView::Stretch);
    const std::pair<int, double> widths[]
        = {{CodeModel::WayColumn, 6}, {CodeModel::KindColumn, 11}, {CodeModel::SizeColumn, 5},
            {CodeModel::PeerColumn, 10}, {CodeModel::TimeColumn, 11}, {CodeModel::HashColumn, 10}};
    for (const auto &[column, width] : widths)
        header->resizeSection(column, metrics::em(font(), width));

    auto *bar = new QHBoxLayout;
    bar->setContentsMargins(
        metrics::kPanelMargin, metrics::kGapSmall, metrics::kPanelMargin, metrics::kGapSmall);
    bar->setSpacing(metrics::kGap);
    auto *label = new QLabel(tr("Hand out"), this);
    label->setBuddy(choose);
    bar->addWidget(m_accept);
    bar->addStretch(1);
    bar->addWidget(label);
    bar->addWidget(m_folder, 2);
    bar->addWidget(none);
    bar->addWidget(choose);

    m_code->addWidget(m_text);
    m_code->addWidget(m_bytes);
    auto *below = new QWidget(this);
    auto *belowLayout = new QVBoxLayout(below);
    belowLayout->setContentsMargins(0, 0, 0, 0);
    belowLayout->setSpacing(0);
    auto *titleRow = new QHBoxLayout;
    titleRow->setContentsMargins(
        metrics::kPanelMargin, metrics::kGapSmall, metrics::kPanelMargin, metrics::kGapSmall);
    titleRow->addWidget(m_title, 1);
    titleRow->addWidget(m_save);
    titleRow->addWidget(m_remove);
    belowLayout->addLayout(titleRow);
    belowLayout->addWidget(m_code, 1);
    auto *split = new QSplitter(Qt::Vertical, this);
    split->setObjectName(QStringLiteral("codeSplit"));
    split->addWidget(m_table);
    split->addWidget(below);
    split->setStretchFactor(1, 1);
    auto *empty = new EmptyState(QStringLiteral("view-text"), tr("No code"),
        tr("Python modules that peers send, and those that you offer them, are listed here. They are never "
           "run."),
        this);
    m_stack->addWidget(split);
    m_stack->addWidget(empty);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_banner);
    layout->addLayout(bar);
    layout->addWidget(m_stack, 1);

    connect(
        m_accept, &QCheckBox::clicked, this, [this](bool on) { Q_EMIT choicesMade(on, m_folder->text()); });
    connect(choose, &QPushButton::clicked, this, &CodeView::chooseFolder);
    connect(none, &QToolButton::clicked, this, [this] { Q_EMIT choicesMade(m_accept->isChecked(), {}); });
    connect(m_save, &QPushButton::clicked, this, &CodeView::save);
    connect(m_remove, &QPushButton::clicked, this, [this] {
        if (const CodeModel::Row *row = m_model->row(m_table->currentIndex()); row && row->isReceived)
            Q_EMIT removeRequested(row->sha256);
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &CodeView::showCurrent);
    connect(m_model, &QAbstractItemModel::modelReset, this, &CodeView::showCurrent);
    showCurrent();
}

CodeView::~CodeView() = default;

void CodeView::setChoices(bool accept, const QString &folder)
{
    m_accept->setChecked(accept);
    m_folder->setText(folder);
}

void CodeView::showCurrent()
{
    m_stack->setCurrentIndex(m_model->rowCount() > 0 ? 0 : 1);
    const CodeModel::Row *row = m_model->row(m_table->currentIndex());
    m_save->setEnabled(row != nullptr);
    m_remove->setEnabled(row && row->isReceived);
    m_text->setText({});
    m_code->setCurrentWidget(m_text);
    m_title->setFullText(row ? visibleText(row->module, 200) : tr("Pick a module to see it."));
    if (row)
        Q_EMIT codeRequested(*row);
}

void CodeView::showCode(const QString &module, const QByteArray &code, const QString &problem)
{
    const CodeModel::Row *row = m_model->row(m_table->currentIndex());
    if (!row || row->module != module)
        return; // another one was picked meanwhile
    if (!problem.isEmpty()) {
        showProblem(problem);
        return;
    }
    if (codeKind(code) == CodeKind::ByteCode) {
        m_bytes->setBytes(code);
        m_code->setCurrentWidget(m_bytes);
    } else {
        m_text->setText(QString::fromUtf8(code));
        m_code->setCurrentWidget(m_text);
    }
}

void CodeView::showProblem(const QString &text)
{
    m_banner->showMessage(Banner::Level::Error, visibleText(text, 300));
}

void CodeView::chooseFolder()
{
    const QString folder
        = QFileDialog::getExistingDirectory(this, tr("Folder with modules to hand out"), m_folder->text());
    if (!folder.isEmpty())
        Q_EMIT choicesMade(m_accept->isChecked(), folder);
}

void CodeView::save()
{
    const CodeModel::Row *row = m_model->row(m_table->currentIndex());
    if (!row)
        return;
    const QString file
        = QFileDialog::getSaveFileName(this, tr("Save the module"), row->module + QLatin1String(".txt"));
    if (!file.isEmpty())
        Q_EMIT saveRequested(*row, file);
}

} // namespace pyrolens
