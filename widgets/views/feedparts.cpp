// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "feedparts.h"

#include "parts.h"

#include <pyrolens/editors/argumentedit.h>
#include <pyrolens/theme/metrics.h>
#include <pyrolens/value/literal.h>

#include <QBoxLayout>
#include <QComboBox>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QSpinBox>

namespace pyrolens {

namespace {

constexpr int kLongestDelay = 600'000; ///< ms
constexpr int kShortestRepeat = 10;    ///< ms

QSpinBox *milliseconds(int longest, const QString &name, const QString &accessible, QWidget *parent)
{
    auto *box = new QSpinBox(parent);
    box->setObjectName(name);
    box->setAccessibleName(accessible);
    box->setRange(0, longest);
    box->setSingleStep(100);
    box->setSuffix(QObject::tr(" ms", "milliseconds, after a number"));
    return box;
}

} // namespace

AnswerPanel::AnswerPanel(QWidget *parent)
    : QWidget(parent)
    , m_uri(new TextLabel(TextLabel::Type::Data, this, ColorRole::Muted))
    , m_kind(new QComboBox(this))
    , m_exception(new QLineEdit(this))
    , m_value(new ArgumentEdit(this))
    , m_delay(milliseconds(kLongestDelay, QStringLiteral("answerDelay"), tr("Delay of the answer"), this))
    , m_methods(new QLineEdit(this))
{
    setObjectName(QStringLiteral("answerPanel"));
    m_uri->setElided(true);
    m_uri->setObjectName(QStringLiteral("callbackUri"));
    m_kind->setObjectName(QStringLiteral("answerKind"));
    m_kind->setAccessibleName(tr("Kind of answer"));
    m_kind->addItem(tr("returns"));
    m_kind->addItem(tr("raises"));
    m_exception->setObjectName(QStringLiteral("answerException"));
    m_exception->setAccessibleName(tr("Class of the exception"));
    m_value->setObjectName(QStringLiteral("answerValue"));
    m_value->editor()->setObjectName(QStringLiteral("answerLine"));
    m_value->editor()->setAccessibleName(tr("Answer"));
    m_value->setGrammar(ArgumentEdit::Grammar::Literal);
    m_delay->setSpecialValueText(tr("at once"));
    m_methods->setObjectName(QStringLiteral("callbackMethods"));
    m_methods->setAccessibleName(tr("Methods that Pyro 4 and 5 are told of"));
    m_methods->setPlaceholderText(tr("methods for Pyro 4 and 5"));
    m_methods->setToolTip(
        tr("Programs of Pyro 4 and 5 call only what they were told of; those of Pyro 3 may call anything."));
    auto *copy = iconButton(
        QStringLiteral("edit-copy"), tr("Copy the URI"), QStringLiteral("copyCallbackUri"), this);
    auto *insert = iconButton(QStringLiteral("list-add"), tr("Insert it into the call line"),
        QStringLiteral("insertCallback"), this);

    auto *first = new QHBoxLayout;
    first->setSpacing(metrics::kGapSmall);
    first->addWidget(m_uri, 1);
    first->addWidget(insert);
    first->addWidget(copy);
    auto *second = new QHBoxLayout;
    second->setSpacing(metrics::kGapSmall);
    second->addWidget(m_kind);
    second->addWidget(m_exception, 1);
    second->addWidget(m_delay);
    second->addWidget(m_methods, 1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(
        metrics::kPanelMargin, metrics::kGapSmall, metrics::kPanelMargin, metrics::kGapSmall);
    layout->setSpacing(metrics::kGapSmall);
    layout->addLayout(first);
    layout->addLayout(second);
    layout->addWidget(m_value);

    connect(copy, &QToolButton::clicked, this, [this] { copyText(m_uri->fullText()); });
    connect(insert, &QToolButton::clicked, this, [this] {
        Q_EMIT insertRequested(QStringLiteral("callback(%1)").arg(toPython(Value::text(m_name))));
    });
    connect(m_kind, &QComboBox::currentIndexChanged, this, &AnswerPanel::report);
    connect(m_exception, &QLineEdit::textChanged, this, &AnswerPanel::report);
    connect(m_value, &ArgumentEdit::textChanged, this, &AnswerPanel::report);
    connect(m_delay, &QSpinBox::valueChanged, this, &AnswerPanel::report);
    connect(m_methods, &QLineEdit::editingFinished, this, &AnswerPanel::report);
}

AnswerPanel::~AnswerPanel() = default;

void AnswerPanel::showCallback(const FeedSource &callback)
{
    m_name = callback.text;
    m_uri->setFullText(callback.uri);
    m_uri->setToolTip(QString(callback.uri + u'\n' + callback.flatUri).toHtmlEscaped());
    if (callback.id == m_current)
        return; // what is being typed stays
    m_filling = true;
    m_current = callback.id;
    m_kind->setCurrentIndex(callback.answer.raises ? 1 : 0);
    m_exception->setText(callback.answer.exception);
    m_exception->setVisible(callback.answer.raises);
    PrintOptions options;
    options.dialect = Dialect::Python2;
    m_value->setText(toPython(callback.answer.value.python2, options));
    m_methods->setText(callback.answer.methods.join(QStringLiteral(", ")));
    m_delay->setValue(int(callback.answer.delay.count()));
    m_filling = false;
}

void AnswerPanel::report()
{
    m_exception->setVisible(m_kind->currentIndex() == 1);
    if (m_filling || m_current == 0 || m_value->state() != ArgumentEdit::State::Valid)
        return;
    CallbackAnswer answer;
    answer.raises = m_kind->currentIndex() == 1;
    const QString exception = m_exception->text().trimmed();
    if (!exception.isEmpty())
        answer.exception = exception;
    const auto value = FixedValue::parse(m_value->text());
    answer.value = value ? *value : FixedValue(m_value->arguments()->positional.front().value);
    static const QRegularExpression s_gaps(QStringLiteral("[\\s,;]+"));
    answer.methods = m_methods->text().split(s_gaps, Qt::SkipEmptyParts);
    answer.delay = std::chrono::milliseconds(m_delay->value());
    Q_EMIT changed(m_current, answer);
}

PublishBar::PublishBar(QWidget *parent)
    : QWidget(parent)
    , m_subjects(new QLineEdit(this))
    , m_value(new ArgumentEdit(this))
    , m_repeat(milliseconds(3'600'000, QStringLiteral("publishRepeat"), tr("Publish again every"), this))
    , m_publish(new QPushButton(tr("Publish"), this))
    , m_status(new TextLabel(TextLabel::Type::Caption, this, ColorRole::Muted))
{
    setObjectName(QStringLiteral("publishBar"));
    m_subjects->setObjectName(QStringLiteral("publishSubjects"));
    m_subjects->setAccessibleName(tr("Subjects to publish under"));
    m_subjects->setPlaceholderText(tr("Subject, or several with commas"));
    m_subjects->setMaximumWidth(metrics::em(font(), 16));
    m_value->setObjectName(QStringLiteral("publishValue"));
    m_value->editor()->setObjectName(QStringLiteral("publishLine"));
    m_value->editor()->setAccessibleName(tr("Value to publish"));
    m_value->setGrammar(ArgumentEdit::Grammar::Literal);
    m_value->setPlaceholder(tr("Value, for example: 12.5 or {'unit': 'mm'}"));
    m_repeat->setSpecialValueText(tr("once"));
    m_repeat->setToolTip(tr("Publish it once, or again and again with this pause"));
    m_publish->setObjectName(QStringLiteral("publish"));
    m_status->setObjectName(QStringLiteral("publishStatus"));
    m_status->setMinimumWidth(metrics::em(font(), 6));

    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(
        metrics::kPanelMargin, metrics::kGapSmall, metrics::kPanelMargin, metrics::kGapSmall);
    layout->setSpacing(metrics::kGap);
    layout->addWidget(m_subjects, 1, Qt::AlignTop);
    layout->addWidget(m_value, 2, Qt::AlignTop);
    layout->addWidget(m_repeat, 0, Qt::AlignTop);
    layout->addWidget(m_publish, 0, Qt::AlignTop);
    layout->addWidget(m_status, 0, Qt::AlignTop);

    connect(m_publish, &QPushButton::clicked, this, [this] {
        if (m_again.isActive()) {
            m_again.stop();
            updateButton();
            return;
        }
        m_sent = 0;
        publish();
        if (m_repeat->value() > 0)
            m_again.start(std::max(m_repeat->value(), kShortestRepeat));
        updateButton();
    });
    connect(m_value, &ArgumentEdit::sendRequested, m_publish, &QPushButton::click);
    connect(m_subjects, &QLineEdit::returnPressed, m_publish, &QPushButton::click);
    connect(m_subjects, &QLineEdit::textChanged, this, &PublishBar::updateButton);
    connect(m_value, &ArgumentEdit::stateChanged, this, &PublishBar::updateButton);
    connect(&m_again, &QTimer::timeout, this, &PublishBar::publish);
    updateButton();
}

PublishBar::~PublishBar() = default;

void PublishBar::setPossible(bool possible)
{
    m_possible = possible;
    if (!possible)
        m_again.stop();
    updateButton();
}

void PublishBar::updateButton()
{
    const bool repeating = m_again.isActive();
    m_publish->setText(repeating ? tr("Stop") : tr("Publish"));
    QString why;
    if (!m_possible)
        why = tr("There is no event server");
    else if (m_subjects->text().trimmed().isEmpty())
        why = tr("Type a subject");
    else if (m_value->state() != ArgumentEdit::State::Valid)
        why = tr("The value is not complete");
    m_publish->setEnabled(repeating || why.isEmpty());
    m_publish->setToolTip(why);
}

void PublishBar::publish()
{
    if (m_value->state() != ArgumentEdit::State::Valid)
        return;
    QStringList subjects;
    for (const QString &part : m_subjects->text().split(u',')) {
        if (!part.trimmed().isEmpty())
            subjects.append(part.trimmed());
    }
    if (!subjects.isEmpty())
        Q_EMIT publishRequested(subjects, m_value->arguments()->positional.front().value);
}

void PublishBar::published(int subjects)
{
    m_sent += subjects;
    m_status->setText(tr("%n sent", "events", int(m_sent)));
}

void PublishBar::failed()
{
    m_again.stop();
    m_status->clear();
    updateButton();
}

} // namespace pyrolens
