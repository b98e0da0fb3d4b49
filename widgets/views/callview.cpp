// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "callview.h"

#include "batchpanel.h"
#include "parts.h"

#include <pyrolens/editors/timeoutcontrol.h>
#include <pyrolens/models/annotationtext.h>
#include <pyrolens/models/commandline.h>
#include <pyrolens/models/plaintext.h>
#include <pyrolens/theme/flatstyle.h>
#include <pyrolens/theme/metrics.h>

#include <QBoxLayout>
#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>

namespace pyrolens {

namespace {

constexpr int kElapsedAfter = 300; ///< ms until the elapsed time is shown
constexpr std::chrono::milliseconds kExtend{30'000};
const char kWanted[] = "wanted"; ///< property of the serializer's box: what a person or a record chose

} // namespace

CallView::CallView(QWidget *parent)
    : QWidget(parent)
    , m_object(new TextLabel(TextLabel::Type::Data, this, ColorRole::Muted))
    , m_method(new QLineEdit(this))
    , m_signature(new TextLabel(TextLabel::Type::Caption, this))
    , m_arguments(new ArgumentEdit(this))
    , m_timeout(new TimeoutControl(this))
    , m_oneway(new QCheckBox(QStringLiteral("oneway"), this))
    , m_onewayReset(new QPushButton(tr("Reset"), this))
    , m_send(new QPushButton(tr("Send"), this))
    , m_cancel(new QPushButton(tr("Cancel"), this))
    , m_extend(new QPushButton(tr("+30 s"), this))
    , m_status(new TextLabel(TextLabel::Type::Caption, this))
{
    setObjectName(QStringLiteral("callView"));
    m_method->setObjectName(QStringLiteral("methodName"));
    m_method->setAccessibleName(tr("Method name"));
    m_method->setPlaceholderText(tr("method name"));
    m_method->setFont(metrics::dataFont(font()));
    m_method->setMaxLength(1'000);
    m_method->setLayoutDirection(Qt::LeftToRight);
    m_method->setMinimumWidth(metrics::em(font(), 8)); // the object's URI gives way, not the method
    m_object->setObjectName(QStringLiteral("callObject"));
    m_object->setElided(true);
    m_object->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    m_signature->setElided(true);
    m_signature->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    m_signature->setObjectName(QStringLiteral("signature"));
    m_arguments->setPlaceholder(tr("Arguments: 'Rome', 42, unit='km'"));
    m_oneway->setObjectName(QStringLiteral("oneway"));
    m_oneway->setToolTip(tr("Do not wait for a reply. (Ctrl+Shift+Enter sends one call this way)"));
    m_onewayReset->setObjectName(QStringLiteral("onewayReset"));
    m_onewayReset->setToolTip(tr("Back to what the object says about this method"));
    m_onewayReset->setFlat(true);
    m_onewayReset->hide();
    FlatStyle::setPrimary(m_send);
    m_send->setObjectName(QStringLiteral("send"));
    m_send->setToolTip(tr("Send the call (Ctrl+Enter)"));
    m_cancel->setObjectName(QStringLiteral("cancel"));
    m_cancel->setToolTip(tr("Stop waiting; the server may still be running the call (Esc)"));
    m_extend->setObjectName(QStringLiteral("extend"));
    m_extend->setToolTip(tr("Wait 30 seconds longer"));
    m_status->setObjectName(QStringLiteral("callStatus"));
    // It comes and goes while calls run; the window must not grow for it.
    m_status->setElided(true);
    auto *timeoutLabel = new TextLabel(TextLabel::Type::Body, this, ColorRole::Muted);
    timeoutLabel->setText(tr("Timeout"));
    timeoutLabel->setBuddy(m_timeout);
    auto *dot = new TextLabel(TextLabel::Type::Data, this, ColorRole::Muted);
    dot->setText(QStringLiteral("."));

    auto *first = new QHBoxLayout;
    first->setSpacing(2);
    first->addWidget(m_object, 0);
    first->addWidget(dot);
    first->addWidget(m_method, 2);
    first->addSpacing(metrics::kGap);
    first->addWidget(m_signature, 3);
    // Beside the method, not beside Send: a call in flight must not make the window wider.
    first->addSpacing(metrics::kGap);
    first->addWidget(m_extend);
    first->addSpacing(metrics::kGap);
    first->addWidget(m_cancel);
    auto *second = new QHBoxLayout;
    second->setSpacing(metrics::kGap);
    second->addWidget(m_oneway);
    second->addWidget(m_onewayReset);
    second->addSpacing(metrics::kGap);
    second->addWidget(timeoutLabel);
    second->addWidget(m_timeout);
    second->addWidget(m_status, 1);
    second->addWidget(m_send);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(
        metrics::kPageMargin, metrics::kPanelMargin, metrics::kPageMargin, metrics::kPanelMargin);
    layout->setSpacing(metrics::kGapSmall);
    layout->addLayout(first);
    layout->addWidget(m_arguments);
    layout->addWidget(makeOptions());
    layout->addLayout(second);
    layout->addWidget(m_batch);

    connect(m_send, &QPushButton::clicked, this, &CallView::send);
    connect(m_cancel, &QPushButton::clicked, this, &CallView::cancelRequested);
    connect(m_extend, &QPushButton::clicked, this, [this] { Q_EMIT extendRequested(kExtend); });
    connect(m_arguments, &ArgumentEdit::sendRequested, this, &CallView::send);
    connect(m_arguments, &ArgumentEdit::sendOnewayRequested, this, &CallView::sendOneway);
    connect(m_arguments, &ArgumentEdit::cancelRequested, this, [this] {
        if (m_running)
            Q_EMIT cancelRequested();
    });
    connect(m_arguments, &ArgumentEdit::stateChanged, this, &CallView::updateButtons);
    connect(m_arguments, &ArgumentEdit::textChanged, this, &CallView::draftChanged);
    connect(m_method, &QLineEdit::textChanged, this, &CallView::updateButtons);
    connect(m_method, &QLineEdit::textEdited, this, [this](const QString &text) {
        m_declaredOneway.reset();
        m_signature->setFullText({});
        Q_EMIT methodEdited(text);
        Q_EMIT draftChanged();
    });
    connect(m_method, &QLineEdit::returnPressed, this, &CallView::focusArguments);
    connect(m_oneway, &QCheckBox::toggled, this, &CallView::updateButtons);
    connect(m_onewayReset, &QPushButton::clicked, this,
        [this] { m_oneway->setChecked(m_declaredOneway.value_or(false)); });
    m_ticker.setInterval(100);
    connect(&m_ticker, &QTimer::timeout, this, &CallView::tick);
    updateButtons();
    QWidget *before = m_method;
    for (QWidget *next : std::initializer_list<QWidget *>{m_arguments->editor(), m_serializer, m_annotations,
             m_addToBatch, m_oneway, m_timeout, m_extend, m_cancel, m_send}) {
        setTabOrder(before, next);
        before = next;
    }
}

CallView::~CallView() = default;

void CallView::setTarget(const ObjectTarget &target)
{
    m_target = target;
    m_object->setFullText(target.label());
    m_arguments->setDialect(target.dialect);
    updateButtons();
}

void CallView::setMethod(const QString &name, const MethodRow *known)
{
    m_method->setText(name);
    m_declaredOneway
        = known && known->source == MethodRow::Source::Declared ? std::optional(known->oneway) : std::nullopt;
    if (!m_declaredOneway && m_onewayMethods.contains(name))
        m_declaredOneway = true;
    m_oneway->setChecked(m_declaredOneway.value_or(false));
    const bool hasSignature = known && !known->signature.isEmpty();
    m_signature->setFullText(hasSignature ? QString(name + known->signature) : QString());
    const QString inside = hasSignature ? known->signature.mid(1, known->signature.size() - 2) : QString();
    m_arguments->setPlaceholder(!hasSignature
            ? tr("Arguments: 'Rome', 42, unit='km'")
            : (inside.isEmpty() ? tr("This method takes no arguments") : inside));
    updateButtons();
}

void CallView::setDefaults(std::chrono::milliseconds timeout, const QStringList &onewayMethods)
{
    m_timeout->setTimeout(timeout);
    m_onewayMethods = onewayMethods;
}

QString CallView::method() const
{
    return m_method->text().trimmed();
}

void CallView::restore(const CallRequest &request)
{
    setTarget(request.target);
    m_method->setText(request.member);
    m_arguments->setText(request.argumentText);
    m_oneway->setChecked(request.oneway);
    m_timeout->setTimeout(request.timeout);
    setSerializer(request.serializer);
    setAnnotations(request.annotationText);
    if (request.action == CallRequest::Action::Batch) {
        m_method->clear();
        m_batch->setCalls(request.batch);
    }
    updateButtons();
}

void CallView::setOlderLines(const QStringList &lines)
{
    m_arguments->setOlderLines(lines);
}

void CallView::focusArguments()
{
    m_arguments->setFocus(Qt::OtherFocusReason);
}

void CallView::focusMethod()
{
    m_method->setFocus(Qt::OtherFocusReason);
    m_method->selectAll();
}

void CallView::updateButtons()
{
    QString why;
    if (method().isEmpty())
        why = tr("Type or pick a method");
    else if (m_arguments->state() != ArgumentEdit::State::Valid)
        why = tr("The arguments are not complete");
    else if (!m_annotationProblem.isEmpty())
        why = m_annotationProblem;
    m_addToBatch->setEnabled(why.isEmpty());
    m_batch->setSendable(!m_running && m_annotationProblem.isEmpty());
    m_send->setEnabled(!m_running && why.isEmpty());
    m_send->setToolTip(why.isEmpty() ? tr("Send the call (Ctrl+Enter)") : why);
    m_cancel->setVisible(m_running);
    m_extend->setVisible(m_running && m_timeout->timeout().count() > 0);
    m_onewayReset->setVisible(m_declaredOneway && *m_declaredOneway != m_oneway->isChecked());
    if (!m_running)
        m_status->setFullText(why);
}

std::optional<CallRequest> CallView::request()
{
    if (method().isEmpty()) {
        focusMethod();
        return std::nullopt;
    }
    if (!m_arguments->checkForSend())
        return std::nullopt;
    CallRequest request;
    request.target = m_target;
    request.member = method();
    request.argumentText = m_arguments->text();
    request.args = m_arguments->arguments()->args();
    request.kwargs = m_arguments->arguments()->kwargs();
    request.timeout = m_timeout->timeout();
    request.oneway = m_oneway->isChecked();
    request.serializer = serializer();
    if (m_choices.annotations) {
        request.annotationText = annotations();
        request.annotations = parseAnnotations(annotations()).valueOr({});
    }
    return request;
}

void CallView::sendWith(bool oneway)
{
    if (m_running)
        return;
    if (!m_annotationProblem.isEmpty()) {
        m_annotations->setFocus();
        return;
    }
    if (auto wanted = request()) {
        wanted->oneway = oneway;
        Q_EMIT sendRequested(*wanted);
    }
}

void CallView::send()
{
    sendWith(m_oneway->isChecked());
}

void CallView::sendOneway()
{
    sendWith(true);
}

QWidget *CallView::makeOptions()
{
    m_options = new QWidget(this);
    m_serializer = named(new QComboBox(m_options), "serializer", tr("Serializer"));
    m_annotations = lineEdit("annotations", tr("Annotations of the request"), m_options);
    m_annotations->setPlaceholderText(tr("Annotations: %1").arg(QStringLiteral("USER=b'bob'")));
    m_annotations->setFont(metrics::dataFont(font()));
    m_annotations->setLayoutDirection(Qt::LeftToRight);
    m_annotations->setMaxLength(100'000);
    m_addToBatch = pushButton(tr("Add to &batch"), "addToBatch", m_options);
    m_addToBatch->setToolTip(tr("Several calls of one object go in one message"));
    m_batch = new BatchPanel(this);
    const auto label = [this](const QString &text, QWidget *buddy) {
        auto *made = new TextLabel(TextLabel::Type::Body, m_options, ColorRole::Muted);
        made->setText(text);
        made->setBuddy(buddy);
        return made;
    };
    m_serializerLabel = label(tr("Serializer"), m_serializer);
    auto *row = new QHBoxLayout(m_options);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metrics::kGap);
    row->addWidget(m_serializerLabel);
    row->addWidget(m_serializer);
    row->addSpacing(metrics::kGap);
    row->addWidget(m_annotations, 1);
    row->addWidget(m_addToBatch);
    connect(m_serializer, &QComboBox::currentIndexChanged, this, &CallView::followSerializer);
    connect(m_serializer, &QComboBox::activated, this, [this](int index) {
        m_serializer->setProperty(kWanted, index > 0 ? serializer() : QByteArray());
        Q_EMIT draftChanged();
    });
    connect(m_annotations, &QLineEdit::textChanged, this, &CallView::checkAnnotations);
    connect(m_annotations, &QLineEdit::textEdited, this, &CallView::draftChanged);
    connect(m_annotations, &QLineEdit::returnPressed, this, &CallView::send);
    connect(m_addToBatch, &QPushButton::clicked, this, &CallView::addToBatch);
    connect(m_batch, &BatchPanel::sendRequested, this, &CallView::sendBatch);
    connect(m_batch, &BatchPanel::editRequested, this, [this](const BatchItem &call) {
        m_method->setText(call.method);
        m_arguments->setText(call.argumentText);
        Q_EMIT methodEdited(call.method);
        focusArguments();
    });
    setChoices({});
    return m_options;
}

void CallView::setChoices(const CallChoices &choices)
{
    m_choices = choices;
    const bool isFree = choices.serializers.size() > 1;
    const QSignalBlocker quiet(m_serializer);
    m_serializer->clear();
    if (isFree) {
        const bool isPreferred = choices.serializers.contains(choices.preferred);
        const QByteArray usual = isPreferred ? choices.preferred : choices.serializers.front();
        m_serializer->addItem(tr("%1 (default)", "serializer").arg(QString::fromLatin1(usual)),
            isPreferred ? usual : QByteArray());
        for (const QByteArray &one : choices.serializers)
            m_serializer->addItem(QString::fromLatin1(one), one);
    }
    // What was wanted may not have been there to choose while the generation was not known.
    setSerializer(m_serializer->property(kWanted).toByteArray());
    for (QWidget *one : {m_serializerLabel, static_cast<QWidget *>(m_serializer)})
        one->setVisible(isFree);
    m_annotations->setVisible(choices.annotations);
    m_addToBatch->setVisible(choices.batch);
    m_options->setVisible(isFree || choices.annotations || choices.batch);
    followSerializer();
    checkAnnotations();
}

QByteArray CallView::serializer() const
{
    return m_serializer->currentData().toByteArray();
}

void CallView::setSerializer(const QByteArray &serializer)
{
    m_serializer->setProperty(kWanted, serializer);
    // Not the first entry: that follows the settings.
    for (int i = 1; i < m_serializer->count(); ++i) {
        if (!serializer.isEmpty() && m_serializer->itemData(i).toByteArray() == serializer) {
            m_serializer->setCurrentIndex(i);
            return;
        }
    }
    m_serializer->setCurrentIndex(m_serializer->count() > 0 ? 0 : -1);
}

QString CallView::annotations() const
{
    return m_annotations->text().trimmed();
}

void CallView::setAnnotations(const QString &text)
{
    m_annotations->setText(text);
}

void CallView::followSerializer()
{
    QByteArray used = serializer();
    if (used.isEmpty() && !m_choices.serializers.isEmpty())
        used = m_choices.serializers.front();
    m_arguments->setSerializer(used);
}

void CallView::checkAnnotations()
{
    const auto parsed = parseAnnotations(annotations());
    m_annotationProblem = parsed || !m_choices.annotations
        ? QString()
        : tr("Annotations: %1").arg(visibleText(parsed.error().what, 200));
    QPalette colours = palette();
    colours.setColor(QPalette::Text, themeColor(ColorRole::Error, colours));
    m_annotations->setPalette(m_annotationProblem.isEmpty() ? QPalette() : colours);
    m_annotations->setToolTip(m_annotationProblem.isEmpty()
            ? tr("Keys of four characters and bytes or text: USER=b'bob', SESS='x7'")
            : m_annotationProblem.toHtmlEscaped());
    updateButtons();
}

void CallView::addToBatch()
{
    auto wanted = request();
    if (!wanted)
        return;
    m_batch->add({wanted->member, wanted->argumentText, wanted->args, wanted->kwargs});
}

void CallView::sendBatch()
{
    if (m_running || m_batch->calls().empty() || !m_annotationProblem.isEmpty())
        return;
    CallRequest request;
    request.target = m_target;
    request.action = CallRequest::Action::Batch;
    request.member = QStringLiteral("<batch>");
    request.batch = m_batch->calls();
    request.timeout = m_timeout->timeout();
    request.oneway = m_oneway->isChecked();
    request.serializer = serializer();
    request.annotationText = annotations();
    request.annotations = parseAnnotations(annotations()).valueOr({});
    Q_EMIT sendRequested(request);
}

QString CallView::commandLine()
{
    const auto wanted = request();
    return wanted ? pyrolens::commandLine(*wanted) : QString();
}

void CallView::setRunning(bool running)
{
    m_running = running;
    if (running) {
        m_elapsed.start();
        m_ticker.start();
        m_status->setFullText({});
    } else {
        m_ticker.stop();
    }
    updateButtons();
}

void CallView::tick()
{
    if (m_elapsed.elapsed() >= kElapsedAfter)
        m_status->setFullText(
            tr("Waiting, %1", "for a reply, time").arg(durationText(m_elapsed.elapsed() * 1'000'000)));
}

} // namespace pyrolens
