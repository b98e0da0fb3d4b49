// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "resultview.h"

#include "delegates.h"
#include "parts.h"
#include "textview.h"

#include <pyrolens/models/annotationtext.h>
#include <pyrolens/models/batchmodel.h>
#include <pyrolens/models/plaintext.h>
#include <pyrolens/theme/metrics.h>
#include <pyrolens/value/literal.h>

#include <QAction>
#include <QBoxLayout>
#include <QButtonGroup>
#include <QCoreApplication>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QPointer>
#include <QPushButton>
#include <QResizeEvent>
#include <QScrollArea>
#include <QStackedWidget>
#include <QTableView>
#include <QThreadPool>
#include <QTreeView>

namespace pyrolens {

namespace {

using Outcome = CallRecord::Outcome;

constexpr qint64 kTextAtOnce = 100'000; ///< bytes of a reply; the text of a bigger one is made in a worker

/// Whether it may be the way to the object that is wrong, and not the call.
bool isDiagnosable(const Error &error)
{
    switch (error.kind) {
    case Error::Kind::Cancelled:
    case Error::Kind::Usage:
        return false;
    case Error::Kind::Remote:
        break;
    default:
        return true;
    }
    static const QStringList classes{QStringLiteral("NamingError"), QStringLiteral("DaemonError"),
        QStringLiteral("ProtocolError"), QStringLiteral("CommunicationError")};
    return error.remote && classes.contains(error.remote->className.section(u'.', -1));
}

/// Text with line breaks reads better as text than as one escaped line.
bool prefersText(const Value &value)
{
    return value.isTextLike() && value.rawBytes().contains('\n');
}

} // namespace

ResultView::ResultView(QWidget *parent)
    : QWidget(parent)
    , m_model(new ValueModel(this))
    , m_outcome(new Chip(this))
    , m_time(new Chip(this))
    , m_size(new Chip(this))
    , m_extra(new Chip(this))
    , m_modes(new QButtonGroup(this))
    , m_stack(new QStackedWidget(this))
    , m_empty(new EmptyState(QStringLiteral("document-send"), tr("Send to see the reply here"), {}, this))
    , m_tree(new QTreeView(this))
    , m_text(new TextView(this))
    , m_findBar(new QWidget(this))
    , m_find(new QLineEdit(m_findBar))
    , m_errorPage(new QWidget(this))
    , m_errorBadge(new TextLabel(TextLabel::Type::Caption, m_errorPage))
    , m_errorClass(new TextLabel(TextLabel::Type::Title, m_errorPage, ColorRole::Error))
    , m_errorMessage(new TextLabel(TextLabel::Type::Body, m_errorPage))
    , m_errorHint(new TextLabel(TextLabel::Type::Caption, m_errorPage))
    , m_diagnose(pushButton(tr("&Diagnose\u2026"), "diagnose", m_errorPage))
    , m_traceback(new TextView(m_errorPage))
    , m_batch(new BatchModel(this))
    , m_calls(makeCalls())
    , m_details(new TextView(this))
{
    setObjectName(QStringLiteral("resultView"));
    m_outcome->setObjectName(QStringLiteral("outcomeChip"));
    m_time->setObjectName(QStringLiteral("timeChip"));
    m_size->setObjectName(QStringLiteral("sizeChip"));
    m_extra->setObjectName(QStringLiteral("extraChip"));

    m_tree->setModel(m_model);
    setUpList(m_tree, new ValueDelegate(this), QStringLiteral("resultTree"), tr("Result"));
    m_tree->setContextMenuPolicy(Qt::CustomContextMenu);
    m_tree->header()->setStretchLastSection(false);
    m_tree->header()->setSectionResizeMode(ValueModel::ValueColumn, QHeaderView::Stretch);
    m_tree->header()->resizeSection(ValueModel::KeyColumn, metrics::em(font(), 9));
    m_tree->header()->resizeSection(ValueModel::TypeColumn, metrics::em(font(), 5.5));
    m_tree->header()->resizeSection(ValueModel::SizeColumn, metrics::em(font(), 5.5));
    m_text->setObjectName(QStringLiteral("resultText"));
    m_text->setAccessibleName(tr("Result as text"));
    m_traceback->setObjectName(QStringLiteral("traceback"));
    m_traceback->setAccessibleName(tr("Remote traceback"));
    m_traceback->setWrap(false);

    m_bar = new QWidget(this);
    m_bar->setMinimumWidth(metrics::em(font(), 20)); // what it needs once it is narrow, see resizeEvent()
    auto *bar = new QHBoxLayout;
    bar->setContentsMargins(metrics::kPageMargin, metrics::kGapSmall, metrics::kGap, metrics::kGapSmall);
    bar->setSpacing(metrics::kGap);
    bar->addWidget(m_outcome);
    bar->addWidget(m_time);
    bar->addWidget(m_size);
    bar->addWidget(m_extra);
    bar->addStretch(1);
    const std::tuple<Mode, QString, QString, QString> modes[] = {
        {Mode::Tree, tr("Tree"), QStringLiteral("view-list-tree"), QStringLiteral("modeTree")},
        {Mode::Text, tr("Text"), QStringLiteral("view-text"), QStringLiteral("modeText")},
        {Mode::Error, tr("Error"), QStringLiteral("dialog-error"), QStringLiteral("modeError")},
        {Mode::Calls, tr("Calls"), QStringLiteral("method"), QStringLiteral("modeCalls")},
        {Mode::Details, tr("Details"), QStringLiteral("dialog-information"), QStringLiteral("modeDetails")},
    };
    for (const auto &[mode, text, icon, name] : modes) {
        QToolButton *button = iconButton(icon, text, name, this);
        button->setText(text);
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        button->setCheckable(true);
        m_modes->addButton(button, int(mode));
        bar->addWidget(button);
    }
    QToolButton *copy = iconButton(
        QStringLiteral("edit-copy"), tr("Copy the result as Python"), QStringLiteral("copyResult"), this);
    bar->addWidget(copy);
    m_copy = copy;

    auto *errorTexts = new QVBoxLayout;
    errorTexts->setContentsMargins(metrics::kPageMargin, metrics::kGap, metrics::kPageMargin, metrics::kGap);
    errorTexts->setSpacing(metrics::kGapSmall);
    for (TextLabel *label : {m_errorBadge, m_errorClass, m_errorMessage, m_errorHint}) {
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        errorTexts->addWidget(label);
    }
    m_diagnose->setToolTip(tr("Examine step by step what works on the way to the object"));
    errorTexts->addWidget(m_diagnose, 0, Qt::AlignLeft);
    connect(m_diagnose, &QPushButton::clicked, this, &ResultView::diagnoseRequested);
    m_errorBadge->setObjectName(QStringLiteral("errorBadge"));
    m_errorClass->setObjectName(QStringLiteral("errorClass"));
    m_errorMessage->setObjectName(QStringLiteral("errorMessage"));
    m_errorHint->setObjectName(QStringLiteral("errorHint"));
    auto *errorLayout = new QVBoxLayout(m_errorPage);
    errorLayout->setContentsMargins(0, 0, 0, 0);
    errorLayout->setSpacing(0);
    errorLayout->addLayout(errorTexts);
    errorLayout->addWidget(m_traceback, 1);
    errorLayout->addStretch(0);

    m_find->setObjectName(QStringLiteral("resultFind"));
    m_find->setPlaceholderText(tr("Find in the text"));
    m_find->setAccessibleName(tr("Find in the text"));
    auto *findLayout = new QHBoxLayout(m_findBar);
    findLayout->setContentsMargins(
        metrics::kPageMargin, metrics::kGapSmall, metrics::kGap, metrics::kGapSmall);
    findLayout->addWidget(m_find);
    m_findBar->hide();

    m_stack->setMinimumHeight(40); // a small window rather cuts an empty state than grows
    m_stack->addWidget(m_empty);
    m_stack->addWidget(m_tree);
    m_stack->addWidget(m_text);
    m_details->setObjectName(QStringLiteral("resultDetails"));
    m_details->setAccessibleName(tr("Details of the call"));
    m_stack->addWidget(m_calls);
    m_stack->addWidget(m_details);
    // Where there is little room it scrolls: half an error message is worse than none.
    m_traceback->setMinimumHeight(60);
    m_traceback->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Ignored);
    m_errorArea = new QScrollArea(m_stack);
    m_errorArea->setObjectName(QStringLiteral("errorArea"));
    m_errorArea->setAccessibleName(tr("Error"));
    m_errorArea->setFrameShape(QFrame::NoFrame);
    m_errorArea->setWidgetResizable(true);
    m_errorArea->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_errorArea->viewport()->setAutoFillBackground(false);
    m_errorPage->setAutoFillBackground(false);
    m_errorArea->setWidget(m_errorPage);
    m_stack->addWidget(m_errorArea);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto *barLayout = new QVBoxLayout(m_bar);
    barLayout->setContentsMargins(0, 0, 0, 0);
    barLayout->setSpacing(0);
    barLayout->addLayout(bar);
    barLayout->addWidget(hairline(Qt::Horizontal, m_bar));
    layout->addWidget(m_bar);
    layout->addWidget(m_stack, 1);
    layout->addWidget(m_findBar);

    connect(m_modes, &QButtonGroup::idClicked, this, [this](int id) {
        m_preferText = Mode(id) == Mode::Text;
        setMode(Mode(id));
    });
    connect(copy, &QToolButton::clicked, this, [this] {
        if (m_record && !m_record->error)
            copyText(m_model->pythonOf(m_model->index(0, 0)));
        else if (m_record)
            copyText(m_errorClass->text() + u'\n' + m_errorMessage->text() + u'\n' + m_traceback->text());
    });
    connect(m_find, &QLineEdit::returnPressed, this, [this] { m_text->find(m_find->text()); });
    connect(m_find, &QLineEdit::textEdited, this, [this](const QString &text) { m_text->find(text); });
    connect(m_tree, &QWidget::customContextMenuRequested, this, &ResultView::contextMenu);
    connect(m_tree, &QTreeView::activated, this, [this](const QModelIndex &index) {
        const QString uri = index.data(ValueModel::ReferenceRole).toString();
        if (!uri.isEmpty())
            Q_EMIT uriActivated(uri);
        else
            m_tree->setExpanded(index.siblingAtColumn(0), !m_tree->isExpanded(index.siblingAtColumn(0)));
    });
    clear();
}

ResultView::~ResultView() = default;

void ResultView::clear()
{
    m_record.reset();
    m_model->clear();
    m_text->setText({});
    for (Chip *chip : {m_outcome, m_time, m_size, m_extra})
        chip->set({}, {});
    for (QAbstractButton *button : m_modes->buttons())
        button->setVisible(false);
    m_copy->setVisible(false);
    m_bar->setVisible(false);
    m_stack->setCurrentWidget(m_empty);
}

ResultView::Mode ResultView::mode() const
{
    for (const Mode mode : {Mode::Text, Mode::Error, Mode::Calls, Mode::Details}) {
        if (m_stack->currentWidget() == pageOf(mode))
            return mode;
    }
    return Mode::Tree;
}

void ResultView::setMode(Mode mode)
{
    if (!m_record)
        return;
    if (mode == Mode::Text && !m_textFilled)
        fillText();
    if (mode == Mode::Details)
        m_details->setText(detailsOf(*m_record));
    m_stack->setCurrentWidget(pageOf(mode));
    if (QAbstractButton *button = m_modes->button(int(mode)))
        button->setChecked(true);
    if (mode != Mode::Text)
        m_findBar->hide();
}

void ResultView::fillText()
{
    m_textFilled = true;
    const quint64 run = ++m_textRun;
    const bool own = !prefersText(m_record->result);
    const auto text = [record = m_record, own] {
        if (!own)
            return visibleLines(record->result.toText());
        PrintOptions options;
        options.dialect = record->request.target.dialect;
        options.indent = 4;
        return toPython(record->result, options);
    };
    if (m_record->trace.bytesReceived <= kTextAtOnce) {
        m_text->setSafeText(text(), own);
        return;
    }
    m_text->setSafeText(tr("Formatting the value\u2026"), false);
    QThreadPool::globalInstance()->start([text, own, run, self = QPointer<ResultView>(this)] {
        // Through the application object: only its thread can tell whether the view is still there.
        QMetaObject::invokeMethod(
            QCoreApplication::instance(),
            [self, run, own, ready = text()] {
                if (self && self->m_textRun == run)
                    self->m_text->setSafeText(ready, own);
            },
            Qt::QueuedConnection);
    });
}

void ResultView::showRecord(std::shared_ptr<const CallRecord> record)
{
    m_record = std::move(record);
    m_textFilled = false;
    ++m_textRun;
    const CallRecord &shown = *m_record;
    showChips(shown);
    m_bar->setVisible(true);
    m_copy->setVisible(shown.outcome != Outcome::Running && shown.outcome != Outcome::Sent);
    const bool failed = shown.error.has_value();
    // A batch that ended with an exception brings the values before it.
    const bool hasValue = shown.outcome == Outcome::Ok || shown.outcome == Outcome::RemoteError;
    m_modes->button(int(Mode::Tree))->setVisible(!failed && hasValue);
    m_modes->button(int(Mode::Text))->setVisible(!failed && hasValue);
    m_modes->button(int(Mode::Error))->setVisible(failed);
    const bool isBatch = shown.request.action == CallRequest::Action::Batch && !failed;
    const bool ended = shown.outcome != Outcome::Running;
    m_modes->button(int(Mode::Calls))->setVisible(isBatch && ended);
    m_modes->button(int(Mode::Details))->setVisible(ended);
    m_batch->setRecord(isBatch && ended ? m_record : nullptr);
    fitBar();
    if (failed) {
        m_model->clear();
        showError(shown);
        setMode(Mode::Error);
        return;
    }
    if (shown.outcome == Outcome::Sent || shown.outcome == Outcome::Running) {
        m_model->clear();
        if (isBatch && ended) {
            setMode(Mode::Calls);
            return;
        }
        m_empty->setTexts(
            shown.outcome == Outcome::Sent ? tr("Sent, no reply expected") : tr("Waiting for the reply"), {});
        m_stack->setCurrentWidget(m_empty);
        return;
    }
    if (shown.isReplyLost) {
        m_model->clear();
        m_copy->setVisible(false);
        m_modes->button(int(Mode::Tree))->setVisible(false);
        m_modes->button(int(Mode::Text))->setVisible(false);
        m_empty->setTexts(tr("This reply was too big for the history"),
            tr("%1 came in. Send the call again to see it.").arg(sizeText(shown.trace.bytesReceived)));
        m_stack->setCurrentWidget(m_empty);
        return;
    }
    m_model->setValue(shown.result, shown.request.target.dialect);
    m_tree->expand(m_model->index(0, 0));
    m_tree->setCurrentIndex(m_model->index(0, 0));
    if (isBatch) {
        setMode(Mode::Calls);
        return;
    }
    setMode(m_preferText || prefersText(shown.result) ? Mode::Text : Mode::Tree);
}

void ResultView::showChips(const CallRecord &record)
{
    QString icon = QStringLiteral("health-ok");
    std::optional<ColorRole> role = ColorRole::Ok;
    switch (record.outcome) {
    case Outcome::Ok:
        break;
    case Outcome::Sent:
        icon = QStringLiteral("document-send");
        role = ColorRole::Sent;
        break;
    case Outcome::Running:
        icon = QStringLiteral("health-slow");
        role = ColorRole::Muted;
        break;
    case Outcome::Cancelled:
        icon = QStringLiteral("process-stop");
        role = ColorRole::Warning;
        break;
    case Outcome::Timeout:
        icon = QStringLiteral("health-slow");
        role = ColorRole::Error;
        break;
    case Outcome::RemoteError:
    case Outcome::LocalError:
        icon = QStringLiteral("dialog-error");
        role = ColorRole::Error;
        break;
    }
    m_outcome->set(icon, CallRecord::outcomeWord(record.outcome), role);
    const bool running = record.outcome == Outcome::Running;
    m_time->set({},
        running || record.trace.total.count() == 0 ? QString() : durationText(record.trace.total.count()));
    m_time->setToolTip(phases(record.trace).toHtmlEscaped().replace(u'\n', QLatin1String("<br>")));
    m_size->set({}, record.trace.bytesReceived > 0 ? sizeText(record.trace.bytesReceived) : QString());
    m_size->setToolTip(tr("Sent %1, received %2")
                           .arg(sizeText(record.trace.bytesSent), sizeText(record.trace.bytesReceived)));
    QString extra = record.trace.generation > 0 ? tr("Pyro %1").arg(record.trace.generation) : QString();
    if (!record.serializer.isEmpty())
        extra += tr(", %1", "serializer").arg(visibleText(QString::fromLatin1(record.serializer), 30));
    if (!record.trace.annotations.empty())
        extra += tr(", %n annotation(s)", nullptr, int(record.trace.annotations.size()));
    if (!record.trace.stream.isEmpty())
        extra += tr(", %n item(s) of a stream", nullptr, int(record.result.size()));
    m_extra->set({}, extra);
    m_extra->setToolTip(record.trace.annotations.empty()
            ? QString()
            : annotationLines(record.trace.annotations).toHtmlEscaped());
}

void ResultView::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fitBar();
}

/// Where the words of the buttons do not fit beside the chips, the buttons show their icons alone; the words
/// are in the tooltips.
void ResultView::fitBar()
{
    const auto setStyle = [this](Qt::ToolButtonStyle style) {
        for (QAbstractButton *button : m_modes->buttons())
            static_cast<QToolButton *>(button)->setToolButtonStyle(style);
    };
    setStyle(Qt::ToolButtonTextBesideIcon);
    int needed = 0;
    for (const QWidget *one : m_bar->findChildren<QWidget *>(QString(), Qt::FindDirectChildrenOnly)) {
        if (!one->isHidden())
            needed += one->sizeHint().width() + metrics::kGap;
    }
    if (needed + metrics::kPageMargin > width())
        setStyle(Qt::ToolButtonIconOnly);
}

ResultView::Words ResultView::wordsFor(
    const Error &error, const QString &place, std::chrono::milliseconds timeout)
{
    const QString where = place.isEmpty() ? tr("the server") : visibleText(place, 120);
    Words words;
    words.detail
        = error.code.isEmpty() ? error.what : tr("%1 (%2)", "error text, code").arg(error.what, error.code);
    switch (error.kind) {
    case Error::Kind::Timeout:
        words.text = timeout.count() > 0
            ? tr("No answer from %1 in %2.").arg(where, durationText(timeout.count() * 1'000'000))
            : tr("No answer from %1.").arg(where);
        words.hint = tr("The method may take longer than the timeout, or a firewall drops the packets.");
        break;
    case Error::Kind::Disconnected:
        if (error.what.contains(QLatin1String("refused"))) {
            words.text = tr("%1 refused the connection.").arg(where);
            words.hint = tr("Nothing listens there, or it listens on another address.");
        } else {
            words.text = tr("The connection to %1 failed or was lost.").arg(where);
            words.hint = tr(
                "Check that the server still runs, then send again. The call was not repeated by itself.");
        }
        break;
    case Error::Kind::Denied:
        words.text = tr("%1 denied the connection.").arg(where);
        words.hint = tr("It is too busy, blocks this host, or needs an identification.");
        break;
    case Error::Kind::Cancelled:
        words.text = tr("Cancelled.");
        words.hint = tr("The server may still be running the call.");
        break;
    case Error::Kind::Limit:
        words.text = tr("The reply of %1 passes a limit.").arg(where);
        words.hint = tr("Limits keep a hostile or broken server from using up memory.");
        break;
    case Error::Kind::Protocol:
        words.text = tr("What %1 answered is not understood.").arg(where);
        words.hint = tr("It may speak another protocol or another generation of Pyro.");
        break;
    case Error::Kind::Unsupported:
        words.text = tr("This call cannot be carried to %1.").arg(where);
        words.hint = tr("An argument has a type that this generation of Pyro cannot send.");
        break;
    case Error::Kind::Usage:
        words.text = visibleText(error.what, 1'000);
        break;
    case Error::Kind::Remote:
        words.text
            = error.remote ? visibleText(error.remote->summary(), 2'000) : visibleText(error.what, 2'000);
        break;
    }
    return words;
}

void ResultView::showError(const CallRecord &record)
{
    const Error &error = *record.error;
    const Words words = wordsFor(error,
        record.trace.endpoint.isEmpty() ? record.endpoint : record.trace.endpoint, record.request.timeout);
    if (error.kind == Error::Kind::Remote && error.remote) {
        m_errorBadge->setText(
            tr("Raised remotely by %1").arg(visibleText(record.request.target.label(), 120)));
        m_errorClass->setText(visibleText(error.remote->className, 200));
        const Value first = error.remote->args.at(0);
        const QString message = error.remote->args.size() == 1 && first.isTextLike()
            ? first.toText()
            : toPython(error.remote->args, {record.request.target.dialect, 0, 100, 1'000, 4'000});
        m_errorMessage->setText(visibleLines(message, 4'000));
        QString attributes;
        if (error.remote->attributes.size() > 0)
            attributes = tr("Attributes: %1")
                             .arg(visibleText(toPython(error.remote->attributes,
                                                  {record.request.target.dialect, 0, 100, 1'000, 1'000}),
                                 1'000));
        m_errorHint->setText(attributes);
        m_traceback->setVisible(error.remote->hasTraceback());
        m_traceback->setText(error.remote->traceback.join(u'\n'));
    } else {
        m_errorBadge->setText(CallRecord::outcomeWord(record.outcome));
        m_errorClass->setText(words.text);
        m_errorMessage->setText(words.hint);
        // The text above says it already, unless the layer below knows more.
        m_errorHint->setText(
            visibleText(error.what.startsWith(words.text) ? error.code : words.detail, 1'000));
        m_traceback->setVisible(false);
    }
    m_diagnose->setVisible(isDiagnosable(error));
    m_errorMessage->setVisible(!m_errorMessage->text().isEmpty());
    m_errorHint->setVisible(!m_errorHint->text().isEmpty());
}

void ResultView::showFind()
{
    if (!m_record || m_record->error)
        return;
    setMode(Mode::Text);
    m_findBar->show();
    m_find->setFocus();
    m_find->selectAll();
}

QStringList ResultView::selectedSteps() const
{
    return m_model->stepsOf(m_tree->currentIndex());
}

void ResultView::contextMenu(const QPoint &point)
{
    const QModelIndex index = m_tree->indexAt(point).siblingAtColumn(0);
    if (!index.isValid())
        return;
    QMenu menu(this);
    const QString uri = index.data(ValueModel::ReferenceRole).toString();
    if (!uri.isEmpty())
        menu.addAction(tr("Open this object"), this, [this, uri] { Q_EMIT uriActivated(uri); });
    menu.addAction(tr("Watch this value (Ctrl+Shift+A)"), this, [this, index] {
        m_tree->setCurrentIndex(index);
        Q_EMIT watchRequested();
    });
    menu.addAction(tr("Copy path"), this, [this, index] { copyText(m_model->pathOf(index)); });
    menu.addAction(tr("Copy as Python"), this, [this, index] { copyText(m_model->pythonOf(index)); });
    menu.addAction(tr("Copy as JSON"), this, [this, index] { copyText(m_model->jsonOf(index)); });
    menu.exec(m_tree->viewport()->mapToGlobal(point));
}

} // namespace pyrolens
