// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "hostform.h"

#include "parts.h"

#include <pyrolens/events/eventserver.h>
#include <pyrolens/hosting/staticservant.h>
#include <pyrolens/theme/flatstyle.h>
#include <pyrolens/theme/icons.h>
#include <pyrolens/theme/metrics.h>
#include <pyrolens/transport/hostlookup.h>

#include <QBoxLayout>
#include <QCheckBox>
#include <QComboBox>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QSpinBox>

namespace pyrolens {

namespace {

constexpr qint64 kMaxSource = 1'000'000; ///< bytes of a script file

} // namespace

HostForm::HostForm(bool scripts, QWidget *parent)
    : QWidget(parent)
    , m_templates(hostTemplates(scripts))
    , m_list(named(new QListWidget(this), "hostTemplates", tr("What to host")))
    , m_target(named(new QLineEdit(this), "hostTarget", tr("Object behind the gateway")))
    , m_name(named(new QLineEdit(this), "hostName", tr("Name of the object")))
    , m_host(named(new QLineEdit(this), "hostAddress", tr("Address to listen on")))
    , m_port(named(new QSpinBox(this), "hostPort", tr("Port to listen on")))
    , m_generations(named(new QComboBox(this), "hostGenerations", tr("Which Pyro it serves")))
    , m_mode(named(new QComboBox(this), "hostMode", tr("How calls are run")))
    , m_register(named(new QCheckBox(tr("&Register in"), this), "hostRegister", tr("Register the name")))
    , m_server(named(new QComboBox(this), "hostServer", tr("Name server to register with")))
    , m_persistent(named(new QCheckBox(tr("Keep the object &id over restarts"), this), "hostPersistent",
          tr("Keep the object id over restarts")))
    , m_methods(named(new QLineEdit(this), "hostMethodNames", tr("Methods of objects of Pyro 3")))
    , m_source(named(new QPlainTextEdit(this), "hostSource", tr("Source of the object")))
    , m_file(named(new QPushButton(tr("&Open file\u2026"), this), "hostFile", tr("Open a script file")))
    , m_start(named(new QPushButton(tr("&Start"), this), "hostStart", tr("Start")))
    , m_title(new TextLabel(TextLabel::Type::Title, this))
    , m_problem(new TextLabel(TextLabel::Type::Body, this, ColorRole::Error))
    , m_settings(new QWidget(this))
{
    setObjectName(QStringLiteral("hostForm"));
    for (const HostTemplate &one : std::as_const(m_templates)) {
        auto *item = new QListWidgetItem(themeIcon(one.icon), one.title, m_list);
        item->setToolTip(one.text);
        item->setData(Qt::UserRole, one.key);
        item->setData(Qt::AccessibleDescriptionRole, one.text);
        item->setSizeHint({0, metrics::rowHeight(font(), metrics::Density::Normal) + metrics::kGapSmall});
    }
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setFixedWidth(metrics::em(font(), 12));
    m_port->setRange(0, 65'535);
    m_port->setSpecialValueText(tr("any free one", "port"));
    m_port->setMinimumWidth(metrics::em(font(), 9));
    const std::pair<QString, std::vector<int>> served[] = {{tr("Pyro 3, 4 and 5 on one port"), {3, 4, 5}},
        {tr("Pyro 4 and 5"), {4, 5}}, {tr("Pyro 3"), {3}}, {tr("Pyro 4"), {4}}, {tr("Pyro 5"), {5}}};
    for (const auto &[text, generations] : served)
        m_generations->addItem(text, QVariant::fromValue(generations));
    m_target->setPlaceholderText(QStringLiteral("PYRO:camera@lab7:4040, PYRONAME:lab.*@lab7"));
    m_target->setToolTip(
        tr("A URI, or a name; with * or ? in a name all objects of its name server that match"));
    m_methods->setPlaceholderText(QStringLiteral("snap, status"));
    m_methods->setToolTip(tr(
        "Pyro 3 does not tell which methods an object has, and clients of Pyro 4 and 5 call only what they "
        "were told of."));
    m_mode->addItem(tr("A thread per connection"));
    m_mode->addItem(tr("One call at a time"));
    m_source->setFont(metrics::dataFont(font()));
    m_source->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_source->setTabStopDistance(4 * QFontMetricsF(m_source->font()).horizontalAdvance(u' '));
    m_source->setLayoutDirection(Qt::LeftToRight);
    m_problem->setWordWrap(true);
    m_problem->setObjectName(QStringLiteral("hostProblem"));
    FlatStyle::setPrimary(m_start);

    auto *fields = new QFormLayout(m_settings);
    fields->setContentsMargins(0, 0, 0, 0);
    fields->setSpacing(metrics::kGap);
    fields->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    auto *address = new QHBoxLayout;
    address->addWidget(m_host, 1);
    auto *colon = new QLabel(tr("port"), this);
    address->addWidget(colon);
    address->addWidget(m_port);
    auto *serving = new QWidget(this);
    auto *modes = new QHBoxLayout(serving);
    modes->setContentsMargins(0, 0, 0, 0);
    modes->addWidget(m_generations);
    modes->addWidget(m_mode);
    modes->addStretch(1);
    auto *server = new QWidget(this);
    auto *registering = new QHBoxLayout(server);
    registering->setContentsMargins(0, 0, 0, 0);
    registering->addWidget(m_register);
    registering->addWidget(m_server, 1);
    fields->addRow(tr("Object"), m_target);
    fields->addRow(tr("Name"), m_name);
    fields->addRow(tr("Address"), address);
    fields->addRow(tr("Serves"), serving);
    fields->addRow(QString(), server);
    fields->addRow(QString(), m_persistent);
    fields->addRow(tr("Methods"), m_methods);

    auto *cancel = named(new QPushButton(tr("Cancel"), this), "hostCancel", tr("Cancel"));
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_start);
    buttons->addWidget(cancel);
    buttons->addStretch(1);
    buttons->addWidget(m_file);
    auto *right = new QVBoxLayout;
    right->setContentsMargins(
        metrics::kPageMargin, metrics::kPageMargin, metrics::kPageMargin, metrics::kPageMargin);
    right->setSpacing(metrics::kGap);
    right->addWidget(m_title);
    right->addWidget(m_settings);
    right->addWidget(m_source, 1);
    right->addWidget(m_problem);
    right->addLayout(buttons);
    right->addStretch(0);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_list);
    layout->addWidget(hairline(Qt::Vertical, this));
    layout->addLayout(right, 1);

    connect(m_list, &QListWidget::currentRowChanged, this, &HostForm::choose);
    connect(m_register, &QCheckBox::toggled, this, &HostForm::updateFields);
    connect(m_file, &QPushButton::clicked, this, &HostForm::openFile);
    connect(m_start, &QPushButton::clicked, this, &HostForm::submit);
    connect(cancel, &QPushButton::clicked, this, &HostForm::cancelled);
    begin();
}

HostForm::~HostForm() = default;

const HostTemplate &HostForm::chosen() const
{
    return m_templates.at(std::max(0, m_list->currentRow()));
}

void HostForm::setNameServers(const QList<NameServerChoice> &choices)
{
    m_servers = choices;
    m_server->clear();
    for (const NameServerChoice &one : choices)
        m_server->addItem(one.label);
    m_server->addItem(tr("a new name server here"));
}

void HostForm::begin()
{
    m_editing = false;
    m_list->show();
    m_settings->show();
    m_host->setText(QStringLiteral("127.0.0.1"));
    m_port->setValue(0);
    m_generations->setCurrentIndex(0);
    m_target->clear();
    m_methods->clear();
    m_mode->setCurrentIndex(0);
    m_register->setChecked(false);
    m_persistent->setChecked(false);
    m_start->setText(tr("&Start"));
    m_list->setCurrentRow(1);
    choose(1);
    m_list->setFocus();
}

void HostForm::edit(const ObjectPlan &plan)
{
    for (int row = 0; row < m_templates.size(); ++row) {
        if (m_templates.at(row).host == HostKind::Daemon && m_templates.at(row).kind == plan.kind)
            m_list->setCurrentRow(row);
    }
    m_editing = true;
    m_list->hide();
    m_settings->hide();
    m_name->setText(plan.name);
    m_sourceName = plan.sourceName;
    m_source->setPlainText(plan.source);
    m_persistent->setChecked(plan.persistent);
    m_title->setFullText(plan.name);
    m_start->setText(tr("&Run", "a changed script"));
    m_problem->clear();
    m_problem->hide();
    m_source->setFocus();
}

void HostForm::retry(const HostPlan &plan)
{
    begin();
    const bool isDaemon = plan.kind == HostKind::Daemon;
    for (int row = int(m_templates.size()) - 1; row >= 0; --row) {
        const HostTemplate &one = m_templates.at(row);
        if (one.host == plan.kind && (!isDaemon || one.kind == plan.objects.front().kind))
            m_list->setCurrentRow(row);
    }
    m_host->setText(plan.host);
    m_port->setValue(plan.port);
    setGenerations(plan.generations);
    m_mode->setCurrentIndex(plan.multithreaded ? 0 : 1);
    m_register->setChecked(plan.registers());
    if (plan.kind == HostKind::Gateway) {
        m_target->setText(plan.gateway.target);
        m_name->setText(plan.gateway.as);
        m_methods->setText(plan.gateway.methods.join(QStringLiteral(", ")));
    }
    if (isDaemon) {
        m_name->setText(plan.objects.front().name);
        m_sourceName = plan.objects.front().sourceName;
        m_source->setPlainText(plan.objects.front().source);
        m_persistent->setChecked(plan.objects.front().persistent);
    }
}

void HostForm::choose(int row)
{
    if (row < 0 || m_editing)
        return;
    const HostTemplate &one = m_templates.at(row);
    m_title->setFullText(one.title);
    m_name->setText(one.name);
    m_sourceName = one.sourceName;
    m_source->setPlainText(one.source);
    m_problem->clear();
    m_problem->hide();
    updateFields();
}

void HostForm::updateFields()
{
    const HostTemplate &one = chosen();
    const bool hasSource = one.kind != ObjectPlan::Kind::BuiltIn;
    const bool isDaemon = one.host == HostKind::Daemon;
    const bool isGateway = one.host == HostKind::Gateway;
    auto *fields = static_cast<QFormLayout *>(m_settings->layout());
    fields->setRowVisible(m_target, isGateway);
    fields->setRowVisible(m_name, hasSource || isGateway);
    fields->setRowVisible(m_generations->parentWidget(), one.host != HostKind::EventServer);
    m_mode->setVisible(isDaemon);
    fields->setRowVisible(m_server->parentWidget(), one.host != HostKind::NameServer);
    fields->setRowVisible(m_persistent, isDaemon);
    fields->setRowVisible(m_methods, isGateway);
    // A gateway's objects have names only to be registered.
    m_name->setEnabled(!isGateway || m_register->isChecked());
    m_name->setPlaceholderText(isGateway ? tr("old.pump; of many objects old.*") : QString());
    m_source->setVisible(hasSource);
    m_file->setVisible(one.kind == ObjectPlan::Kind::Scripted);
    m_server->setEnabled(m_register->isChecked());
    m_persistent->setEnabled(m_register->isChecked());
}

void HostForm::setGenerations(const std::vector<int> &generations)
{
    for (int row = 0; row < m_generations->count(); ++row) {
        if (m_generations->itemData(row).value<std::vector<int>>() == generations)
            m_generations->setCurrentIndex(row);
    }
}

HostPlan HostForm::plan() const
{
    const HostTemplate &one = chosen();
    HostPlan plan;
    plan.kind = one.host;
    plan.host = m_host->text().trimmed();
    plan.port = m_port->value();
    plan.multithreaded = m_mode->currentIndex() == 0;
    plan.generations = one.host == HostKind::EventServer
        ? EventServerOptions().generations
        : m_generations->currentData().value<std::vector<int>>();
    plan.label = one.host == HostKind::Gateway  ? m_target->text().trimmed()
        : one.kind == ObjectPlan::Kind::BuiltIn ? one.title
                                                : m_name->text().trimmed();
    const int server = m_server->currentIndex();
    if (one.host != HostKind::NameServer && m_register->isChecked() && server >= 0
        && server < m_servers.size()) {
        plan.ownServer = m_servers.at(server).own;
        plan.serverHost = m_servers.at(server).host;
        plan.serverPort = m_servers.at(server).port;
    }
    if (one.host == HostKind::Gateway) {
        static const QRegularExpression s_gaps(QStringLiteral("[\\s,;]+"));
        plan.gateway.target = m_target->text().trimmed();
        plan.gateway.as = m_register->isChecked() ? m_name->text().trimmed() : QString();
        plan.gateway.methods = m_methods->text().split(s_gaps, Qt::SkipEmptyParts);
    }
    if (one.host != HostKind::Daemon)
        return plan;
    ObjectPlan object;
    object.kind = one.kind;
    object.name = m_name->text().trimmed();
    object.source = m_source->toPlainText();
    object.sourceName = m_sourceName;
    object.persistent = m_register->isChecked() && m_persistent->isChecked();
    plan.objects.push_back(std::move(object));
    return plan;
}

void HostForm::showProblem(const QString &text)
{
    m_problem->setText(text);
    m_problem->setVisible(!text.isEmpty());
}

void HostForm::openFile()
{
    const QString path = QFileDialog::getOpenFileName(
        this, tr("Open a script"), QString(), tr("Scripts (*.js);;All files (*)"));
    if (path.isEmpty())
        return;
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly) || file.size() > kMaxSource) {
        showProblem(file.isOpen() ? tr("The file is too large for a script.") : file.errorString());
        return;
    }
    m_source->setPlainText(QString::fromUtf8(file.readAll()));
    m_sourceName = QFileInfo(path).fileName();
    if (!m_editing) {
        m_name->setText(QStringLiteral(":mock.") + QFileInfo(path).completeBaseName());
        m_title->setFullText(QFileInfo(path).fileName());
    }
}

void HostForm::submit()
{
    const HostPlan wanted = plan();
    if (wanted.kind == HostKind::Daemon && wanted.objects.front().kind == ObjectPlan::Kind::Static) {
        const auto made = makeStaticServant(wanted.objects.front().name, wanted.objects.front().source);
        if (!made) {
            showProblem(made.error().what);
            return;
        }
    }
    if (m_editing) {
        Q_EMIT applyRequested(wanted.objects.front());
        return;
    }
    if (wanted.kind == HostKind::Daemon && wanted.objects.front().name.isEmpty()
        && wanted.objects.front().kind != ObjectPlan::Kind::BuiltIn) {
        showProblem(tr("The object needs a name."));
        return;
    }
    if (wanted.kind == HostKind::Gateway && wanted.gateway.target.isEmpty()) {
        showProblem(tr("Which object? Give its URI, or a name of a name server."));
        return;
    }
    if (wanted.kind == HostKind::Gateway && m_register->isChecked() && wanted.gateway.as.isEmpty()) {
        showProblem(tr("Under which name is it to be registered? Of many objects a * is the name of each."));
        return;
    }
    if (!isLoopbackHost(wanted.host) && !m_openAgreed) {
        const auto answer = QMessageBox::warning(this, tr("Reachable for others"),
            tr("Anyone who can reach this computer may call these objects."),
            QMessageBox::Ok | QMessageBox::Cancel, QMessageBox::Cancel);
        if (answer != QMessageBox::Ok)
            return;
        m_openAgreed = true;
    }
    Q_EMIT startRequested(
        wanted, m_register->isChecked() && wanted.kind != HostKind::NameServer && !wanted.registers());
}

} // namespace pyrolens
