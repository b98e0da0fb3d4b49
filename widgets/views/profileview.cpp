// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "profileview.h"

#include "parts.h"

#include <pyrolens/editors/timeoutcontrol.h>
#include <pyrolens/models/plaintext.h>
#include <pyrolens/theme/flatstyle.h>
#include <pyrolens/theme/icons.h>
#include <pyrolens/theme/metrics.h>
#include <pyrolens/transport/stream.h>
#include <pyrolens/wire/generation.h>

#include <QBoxLayout>
#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QScrollArea>
#include <QSpinBox>

namespace pyrolens {

namespace {

constexpr int kMaxText = 1'000; ///< characters of a line

QLineEdit *line(const char *objectName, const QString &accessible, QWidget *parent)
{
    auto *edit = lineEdit(objectName, accessible, parent);
    edit->setMaxLength(kMaxText);
    return edit;
}

QPlainTextEdit *lines(
    const char *objectName, const QString &accessible, const QString &example, QWidget *parent)
{
    auto *edit = named(new QPlainTextEdit(parent), objectName, accessible);
    edit->setPlaceholderText(example);
    edit->setTabChangesFocus(true);
    edit->setFont(metrics::dataFont(parent->font()));
    edit->setFixedHeight(3 * metrics::rowHeight(parent->font(), metrics::Density::Normal));
    return edit;
}

} // namespace

ProfileView::ProfileView(QWidget *parent)
    : QWidget(parent)
    , m_search(line("profileSearch", tr("Search the settings"), this))
    , m_name(line("profileName", tr("Name"), this))
    , m_note(line("profileNote", tr("Note"), this))
    , m_host(line("profileHost", tr("Host of the name server"), this))
    , m_port(named(new QSpinBox(this), "profilePort", tr("Port of the name server")))
    , m_generation(named(new QComboBox(this), "profileGeneration", tr("Generation of the name server")))
    , m_addresses(lines("profileAddresses", tr("Address rules"),
          QStringLiteral("10.0.0.7=127.0.0.1\n10.0.0.8:7766=gate:9000"), this))
    , m_tryAddress(line("profileTryAddress", tr("Address to try"), this))
    , m_tried(new TextLabel(TextLabel::Type::Data, this, ColorRole::Muted))
    , m_connectTimeout(
          named(new TimeoutControl(this), "profileConnectTimeout", tr("Time limit for connecting")))
    , m_callTimeout(named(new TimeoutControl(this), "profileCallTimeout", tr("Time limit of a call")))
    , m_reconnect(named(new QCheckBox(tr("Connect again after a loss"), this), "profileReconnect",
          tr("Connect again after a loss")))
    , m_checksum(named(new QCheckBox(tr("Send checksums"), this), "profileChecksum", tr("Send checksums")))
    , m_compress(named(
          new QCheckBox(tr("Compress what is sent"), this), "profileCompress", tr("Compress what is sent")))
    , m_serializer(named(new QComboBox(this), "profileSerializer", tr("Serializer")))
    , m_oneway(lines("profileOneway", tr("Oneway methods"),
          QStringLiteral(":lab.*: log note\n:Default.camera: shutter"), this))
    , m_scheme(named(new QComboBox(this), "profileScheme", tr("Kind of identification")))
    , m_user(line("profileUser", tr("User"), this))
    , m_ident(line("profileIdent", tr("Identification"), this))
    , m_secretNote(new TextLabel(TextLabel::Type::Caption, this, ColorRole::Muted))
    , m_serverTls(named(new QCheckBox(tr("The name server speaks TLS"), this), "profileServerTls",
          tr("The name server speaks TLS")))
    , m_ca(line("profileCa", tr("CA file"), this))
    , m_certificate(line("profileCertificate", tr("Certificate file"), this))
    , m_key(line("profileKey", tr("Key file"), this))
    , m_passphrase(line("profilePassphrase", tr("Passphrase of the key"), this))
    , m_checkHost(named(new QCheckBox(tr("The certificate must be for the host"), this), "profileCheckHost",
          tr("The certificate must be for the host")))
    , m_trusted(lines("profileTrusted", tr("Certificates to trust as they are"),
          tr("SHA-256 fingerprints, one a line"), this))
    , m_save(named(new QCheckBox(tr("Keep this network in the list"), this), "profileSave",
          tr("Keep this network in the list")))
    , m_problem(new TextLabel(TextLabel::Type::Body, this, ColorRole::Error))
    , m_accept(named(new QPushButton(tr("&Connect"), this), "profileAccept", tr("Connect")))
{
    setObjectName(QStringLiteral("profileView"));
    auto *page = new QWidget(this);
    m_content = new QVBoxLayout(page);
    m_content->setContentsMargins(
        metrics::kPageMargin, metrics::kPageMargin, metrics::kPageMargin, metrics::kPageMargin);
    m_content->setSpacing(metrics::kGap);

    m_search->setPlaceholderText(tr("Search the settings"));
    m_search->setClearButtonEnabled(true);
    m_search->addAction(themeIcon(QStringLiteral("edit-find"), ColorRole::Muted), QLineEdit::LeadingPosition);
    m_port->setRange(0, 65'535);
    m_port->setSpecialValueText(tr("9090, the usual one", "port"));
    m_port->setMinimumWidth(metrics::em(font(), 12));
    for (QLineEdit *secret : {m_ident, m_passphrase})
        secret->setEchoMode(QLineEdit::Password);
    setChoices({}, {});
    m_scheme->addItem(tr("Identification text"));
    m_scheme->addItem(tr("User and password"));
    m_tryAddress->setPlaceholderText(QStringLiteral("10.0.0.7:7766"));
    m_secretNote->setWordWrap(true);
    m_problem->setObjectName(QStringLiteral("profileProblem"));
    m_problem->setWordWrap(true);
    FlatStyle::setPrimary(m_accept);

    group(tr("Identity"));
    row(tr("Name"), m_name);
    row(tr("Note"), m_note);
    row(QString(), m_save, tr("save keep remember"));
    group(tr("Where"));
    row(tr("Name server"), m_host, tr("host address"));
    row(tr("Port"), m_port);
    row(tr("Generation"), m_generation, tr("pyro 3 4 5 tree flat"));
    group(tr("Address mapping"));
    row(tr("Rules"), m_addresses, tr("NAT port forward container"));
    auto *trial = new QWidget(this);
    auto *trialLayout = new QHBoxLayout(trial);
    trialLayout->setContentsMargins(0, 0, 0, 0);
    trialLayout->addWidget(m_tryAddress, 1);
    trialLayout->addWidget(m_tried, 1);
    row(tr("Try"), trial, tr("test"));
    group(tr("Timing"));
    row(tr("Connecting"), m_connectTimeout, tr("timeout"));
    row(tr("A call"), m_callTimeout, tr("timeout"));
    row(QString(), m_reconnect, tr("rebind reconnect"));
    group(tr("Calls"));
    row(tr("Serializer"), m_serializer, tr("serpent json marshal msgpack pickle codec"));
    row(tr("Oneway methods"), m_oneway);
    row(QString(), m_checksum);
    row(QString(), m_compress, tr("compression"));
    group(tr("Secrets"));
    row(tr("Kind"), m_scheme, tr("identification password"));
    row(tr("User"), m_user);
    row(tr("Identification"), m_ident, tr("ident password key"));
    row(tr("Key passphrase"), m_passphrase, tr("TLS"));
    row(QString(), m_secretNote, tr("keychain"));
    group(tr("TLS"));
    row(QString(), m_serverTls, tr("PYRONAMESSL encrypted"));
    row(tr("CA file"), fileField(m_ca, tr("CA file")), tr("certificate authority"));
    row(tr("Certificate"), fileField(m_certificate, tr("Certificate file")));
    row(tr("Key"), fileField(m_key, tr("Key file")));
    row(QString(), m_checkHost);
    row(tr("Trusted"), m_trusted, tr("fingerprint"));
    m_content->addStretch(1);
    alignLabels();

    auto *area = new QScrollArea(this);
    area->setFrameShape(QFrame::NoFrame);
    area->setWidgetResizable(true);
    area->setWidget(page);
    area->setAccessibleName(tr("Settings of the network"));
    auto *cancel = named(new QPushButton(tr("Cancel"), this), "profileCancel", tr("Cancel"));
    auto *buttons = new QHBoxLayout;
    buttons->setContentsMargins(
        metrics::kPageMargin, metrics::kPanelMargin, metrics::kPageMargin, metrics::kPanelMargin);
    buttons->setSpacing(metrics::kGap);
    buttons->addWidget(m_accept);
    buttons->addWidget(cancel);
    buttons->addWidget(m_problem, 1);
    auto *searchRow = new QHBoxLayout;
    searchRow->setContentsMargins(metrics::kPageMargin, metrics::kPanelMargin, metrics::kPageMargin, 0);
    searchRow->addWidget(m_search);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(searchRow);
    layout->addWidget(area, 1);
    layout->addWidget(hairline(Qt::Horizontal, this));
    layout->addLayout(buttons);

    connect(m_search, &QLineEdit::textChanged, this, &ProfileView::filter);
    for (QLineEdit *one : {m_host, m_tryAddress})
        connect(one, &QLineEdit::textChanged, this, &ProfileView::check);
    for (QPlainTextEdit *one : {m_addresses, m_trusted, m_oneway})
        connect(one, &QPlainTextEdit::textChanged, this, &ProfileView::check);
    connect(m_scheme, &QComboBox::currentIndexChanged, this, &ProfileView::check);
    connect(m_accept, &QPushButton::clicked, this, &ProfileView::submit);
    connect(cancel, &QPushButton::clicked, this, &ProfileView::cancelled);
    setProfile({});
}

ProfileView::~ProfileView() = default;

void ProfileView::group(const QString &title)
{
    auto *label = new TextLabel(TextLabel::Type::Title, this);
    label->setText(title);
    auto *form = new QFormLayout;
    form->setSpacing(metrics::kGap);
    form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    m_content->addWidget(label);
    m_content->addLayout(form);
    m_groups.push_back({label, form});
}

void ProfileView::row(const QString &label, QWidget *field, const QString &keywords)
{
    QFormLayout *form = m_groups.back().form;
    form->addRow(label, field);
    m_rows.push_back({form, field,
        QStringList{m_groups.back().title->text(), label, field->accessibleName(), keywords}.join(u' ')});
}

/// The fields of all groups begin at the same place.
void ProfileView::alignLabels()
{
    std::vector<QWidget *> labels;
    int width = 0;
    for (const Row &row : m_rows) {
        if (QWidget *label = row.form->labelForField(row.field)) {
            labels.push_back(label);
            label->setMinimumWidth(0);
            width = std::max(width, label->sizeHint().width());
        }
    }
    for (QWidget *label : labels)
        label->setMinimumWidth(width);
}

void ProfileView::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        alignLabels();
}

QWidget *ProfileView::fileField(QLineEdit *edit, const QString &title)
{
    auto *field = new QWidget(this);
    field->setAccessibleName(title);
    auto *choose
        = named(new QPushButton(tr("Choose\u2026"), field), "chooseFile", tr("Choose: %1").arg(title));
    auto *layout = new QHBoxLayout(field);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(edit, 1);
    layout->addWidget(choose);
    connect(choose, &QPushButton::clicked, this, [this, edit, title] {
        const QString file = QFileDialog::getOpenFileName(
            this, title, edit->text(), tr("PEM files (*.pem *.crt *.key);;All files (*)"));
        if (!file.isEmpty())
            edit->setText(file);
    });
    return field;
}

void ProfileView::filter(const QString &text)
{
    const QString wanted = text.trimmed();
    for (const Group &one : m_groups) {
        bool any = false;
        for (const Row &row : m_rows) {
            if (row.form != one.form)
                continue;
            const bool shown = wanted.isEmpty() || row.words.contains(wanted, Qt::CaseInsensitive);
            row.field->setVisible(shown);
            if (QWidget *label = row.form->labelForField(row.field))
                label->setVisible(shown);
            any = any || shown;
        }
        one.title->setVisible(any);
    }
}

void ProfileView::setSecretNote(const QString &text)
{
    m_secretNote->setText(text);
}

void ProfileView::setChoices(
    const QList<std::pair<int, QString>> &generations, const QStringList &serializers)
{
    m_generation->clear();
    m_generation->addItem(tr("Found out; all name spaces of the server", "generation"), 0);
    for (const auto &[id, name] : generations)
        m_generation->addItem(tr("Only %1", "generation").arg(name), id);
    m_serializer->clear();
    m_serializer->addItem(tr("Default of the generation", "serializer"), QString());
    for (const QString &one : serializers)
        m_serializer->addItem(one, one);
}

void ProfileView::setProfile(const ConnectionProfile &profile)
{
    m_profile = profile;
    m_generation->setCurrentIndex(std::max(0, m_generation->findData(profile.generation)));
    m_serializer->setCurrentIndex(
        std::max(0, m_serializer->findData(QString::fromLatin1(profile.serializer))));
    m_name->setText(profile.name);
    m_note->setText(profile.note);
    m_host->setText(profile.host);
    m_port->setValue(profile.port);
    m_addresses->setPlainText(profile.addressRules);
    m_connectTimeout->setTimeout(profile.connectTimeout);
    m_callTimeout->setTimeout(profile.callTimeout);
    m_reconnect->setChecked(profile.reconnect);
    m_checksum->setChecked(profile.checksum);
    m_compress->setChecked(profile.compress);
    m_oneway->setPlainText(profile.onewayRules);
    m_scheme->setCurrentIndex(profile.scheme == Credentials::Scheme::UserPassword ? 1 : 0);
    m_user->setText(profile.user);
    m_ident->setText(profile.ident);
    m_serverTls->setChecked(profile.nameServerTls);
    m_ca->setText(profile.tls.caFiles.join(u';'));
    m_certificate->setText(profile.tls.certificateFile);
    m_key->setText(profile.tls.keyFile);
    m_passphrase->setText(profile.passphrase);
    m_checkHost->setChecked(profile.tls.checkHostName);
    QStringList trusted;
    for (const QByteArray &fingerprint : profile.tls.trustedFingerprints)
        trusted.append(QString::fromLatin1(fingerprint.toHex(':')));
    m_trusted->setPlainText(trusted.join(u'\n'));
    m_save->setChecked(profile.isSaved);
    check();
}

ConnectionProfile ProfileView::profile() const
{
    ConnectionProfile profile = m_profile;
    profile.name = m_name->text().trimmed();
    profile.note = m_note->text().trimmed();
    profile.host = m_host->text().trimmed();
    profile.port = m_port->value();
    profile.generation = m_generation->currentData().toInt();
    profile.serializer = m_serializer->currentData().toString().toLatin1();
    profile.addressRules = m_addresses->toPlainText().trimmed();
    profile.connectTimeout = m_connectTimeout->timeout();
    profile.callTimeout = m_callTimeout->timeout();
    profile.reconnect = m_reconnect->isChecked();
    profile.checksum = m_checksum->isChecked();
    profile.compress = m_compress->isChecked();
    profile.onewayRules = m_oneway->toPlainText().trimmed();
    const bool password = m_scheme->currentIndex() == 1;
    profile.scheme = password ? Credentials::Scheme::UserPassword : Credentials::Scheme::Default;
    profile.user = password ? m_user->text() : QString();
    profile.ident = m_ident->text();
    profile.passphrase = m_passphrase->text();
    profile.nameServerTls = m_serverTls->isChecked();
    profile.tls.caFiles = m_ca->text().split(u';', Qt::SkipEmptyParts);
    profile.tls.certificateFile = m_certificate->text().trimmed();
    profile.tls.keyFile = m_key->text().trimmed();
    profile.tls.checkHostName = m_checkHost->isChecked();
    profile.tls.trustedFingerprints.clear();
    for (const QString &one : m_trusted->toPlainText().split(u'\n', Qt::SkipEmptyParts)) {
        if (const QByteArray bytes = fingerprintFromText(one.trimmed()); !bytes.isEmpty())
            profile.tls.trustedFingerprints.append(bytes);
    }
    profile.isSaved = m_save->isChecked();
    return profile;
}

bool ProfileView::isChanged() const
{
    return profile() != m_profile;
}

void ProfileView::check()
{
    const bool password = m_scheme->currentIndex() == 1;
    m_user->setEnabled(password);
    QString problem;
    const auto rules = ConnectionProfile::parseRules(m_addresses->toPlainText());
    m_tried->clear();
    if (!rules) {
        problem = tr("Address mapping: %1").arg(rules.error().what);
    } else if (const auto tried = parseEndpoint(m_tryAddress->text().trimmed())) {
        const auto [host, port] = rules->apply(tried->first, tried->second);
        m_tried->setText(QStringLiteral("\u2192 ") + visibleText(Endpoint{host, port}.toString(), 100));
    }
    if (const Status host = checkHost(m_host->text().trimmed()); !host)
        problem = tr("Name server: %1").arg(host.error().what);
    for (const QString &one : m_trusted->toPlainText().split(u'\n', Qt::SkipEmptyParts)) {
        if (!one.trimmed().isEmpty() && fingerprintFromText(one.trimmed()).isEmpty())
            problem = tr("'%1' is no SHA-256 fingerprint (64 hexadecimal digits).").arg(visibleText(one, 40));
    }
    for (const QString &one : m_oneway->toPlainText().split(u'\n', Qt::SkipEmptyParts)) {
        if (!one.trimmed().isEmpty() && !one.contains(u':'))
            problem = tr("Oneway methods: '%1' has no \":\" between object and methods.")
                          .arg(visibleText(one, 40));
    }
    // A form that was just opened without a host is no mistake yet.
    m_problem->setText(m_host->text().isEmpty() ? QString() : visibleText(problem, 200));
    m_accept->setEnabled(problem.isEmpty());
}

void ProfileView::submit()
{
    Q_EMIT accepted(profile());
}

} // namespace pyrolens
