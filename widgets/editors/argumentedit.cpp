// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "argumentedit.h"

#include <pyrolens/models/lenswords.h>
#include <pyrolens/models/plaintext.h>
#include <pyrolens/theme/colors.h>
#include <pyrolens/theme/metrics.h>

#include <QHelpEvent>
#include <QKeyEvent>
#include <QLabel>
#include <QPlainTextEdit>
#include <QRegularExpression>
#include <QScrollBar>
#include <QTextBlock>
#include <QToolTip>
#include <QVBoxLayout>

#include <algorithm>

namespace pyrolens {

namespace {

constexpr int kMaxLines = 12;
constexpr int kIdle = 600; ///< ms without a key until an unfinished text counts as an error
constexpr QStringView kOpening = u"([{'\"";
constexpr QStringView kClosing = u")]}'\"";

} // namespace

ArgumentEdit::ArgumentEdit(QWidget *parent)
    : QWidget(parent)
    , m_lensLabel(new QLabel(this))
    , m_editor(new QPlainTextEdit(this))
    , m_message(new QLabel(this))
{
    setObjectName(QStringLiteral("argumentEdit"));
    m_editor->setObjectName(QStringLiteral("argumentLine"));
    m_editor->setAccessibleName(tr("Arguments"));
    m_editor->setAccessibleDescription(tr("Python literals, separated by commas, then name=value"));
    m_editor->setFont(metrics::dataFont(font()));
    m_editor->setTabChangesFocus(true); // Tab leaves the field
    m_editor->setLineWrapMode(QPlainTextEdit::WidgetWidth);
    m_editor->setWordWrapMode(QTextOption::WrapAnywhere);
    m_editor->setVerticalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    m_editor->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    // Code stays left to right in right-to-left languages.
    QTextOption option = m_editor->document()->defaultTextOption();
    option.setTextDirection(Qt::LeftToRight);
    m_editor->document()->setDefaultTextOption(option);
    m_editor->document()->setDocumentMargin(5);
    m_editor->installEventFilter(this);
    setFocusProxy(m_editor);

    m_message->setObjectName(QStringLiteral("argumentMessage"));
    m_message->setAccessibleName(tr("Check of the arguments"));
    m_message->setTextFormat(Qt::PlainText);
    m_message->setFont(metrics::captionFont(font()));
    m_message->installEventFilter(this);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(metrics::kGapSmall);
    layout->addWidget(m_editor);
    layout->addWidget(m_message);
    layout->addWidget(m_lensLabel);
    m_lensLabel->setObjectName(QStringLiteral("lensMessage"));
    m_lensLabel->setAccessibleName(tr("What the serializer changes"));
    m_lensLabel->setTextFormat(Qt::PlainText);
    m_lensLabel->setWordWrap(true);
    m_lensLabel->setFont(metrics::captionFont(font()));
    m_lensLabel->setCursor(Qt::PointingHandCursor);
    m_lensLabel->installEventFilter(this);
    m_lensLabel->hide();
    m_editor->viewport()->installEventFilter(this);
    connect(m_editor, &QPlainTextEdit::cursorPositionChanged, this, &ArgumentEdit::showLens);

    m_idle.setSingleShot(true);
    m_idle.setInterval(kIdle);
    connect(&m_idle, &QTimer::timeout, this, [this] { showState(!text().isEmpty()); });
    connect(m_editor, &QPlainTextEdit::textChanged, this, [this] {
        if (!m_stepping)
            m_step = -1;
        check();
        fitHeight();
        Q_EMIT textChanged();
    });
    check();
    fitHeight();
}

ArgumentEdit::~ArgumentEdit() = default;

QString ArgumentEdit::text() const
{
    return m_editor->toPlainText();
}

void ArgumentEdit::setText(const QString &text)
{
    QTextCursor cursor(m_editor->document());
    cursor.select(QTextCursor::Document);
    cursor.insertText(text);
    m_editor->moveCursor(QTextCursor::End);
}

void ArgumentEdit::setDialect(Dialect dialect)
{
    m_dialect = dialect;
    check();
}

void ArgumentEdit::setGrammar(Grammar grammar)
{
    m_grammar = grammar;
    check();
}

void ArgumentEdit::setContext(LiteralContext context)
{
    m_context = std::move(context);
    check();
}

void ArgumentEdit::setPlaceholder(const QString &text)
{
    m_editor->setPlaceholderText(text);
}

void ArgumentEdit::setOlderLines(const QStringList &lines)
{
    m_older = lines;
    m_step = -1;
}

QString ArgumentEdit::message() const
{
    return m_message->text();
}

void ArgumentEdit::check()
{
    const QString source = text();
    const State before = m_state;
    m_arguments.reset();
    std::optional<Error> error;
    if (m_grammar == Grammar::Arguments) {
        Result<Arguments> result = parseArguments(source, m_dialect, {}, m_context);
        if (result)
            m_arguments = std::move(result).value();
        else
            error = result.error();
    } else {
        Result<LiteralNode> result = parseLiteral(source, m_dialect, {}, m_context);
        if (result) {
            m_arguments.emplace();
            m_arguments->positional.push_back(std::move(result).value());
        } else {
            error = result.error();
        }
    }
    m_error = error.value_or(Error());
    m_state = !error ? State::Valid : (isUnfinished(*error) ? State::Unfinished : State::Invalid);
    if (m_state == State::Unfinished)
        m_idle.start();
    else
        m_idle.stop();
    showState(false);
    startLens();
    if (m_state != before)
        Q_EMIT stateChanged(m_state);
}

void ArgumentEdit::showState(bool strict)
{
    QString words;
    ColorRole role = ColorRole::Muted;
    switch (m_state) {
    case State::Valid: {
        const int positional = int(m_arguments->positional.size());
        const int keywords = int(m_arguments->keywords.size());
        if (m_grammar == Grammar::Literal)
            words = tr("One value");
        else if (positional == 0 && keywords == 0)
            words = tr("No arguments");
        else if (keywords == 0)
            words = tr("%n argument(s)", nullptr, positional);
        else if (positional == 0)
            words = tr("%n keyword argument(s)", nullptr, keywords);
        else
            words = tr("%1, %2", "arguments, keyword arguments")
                        .arg(tr("%n argument(s)", nullptr, positional),
                            tr("%n keyword argument(s)", nullptr, keywords));
        break;
    }
    case State::Unfinished:
    case State::Invalid: {
        // Nothing typed yet is no mistake before somebody sends it.
        const bool isError = (m_state == State::Invalid && !text().isEmpty()) || strict;
        const qsizetype offset = std::clamp<qsizetype>(m_error.offset, 0, text().size());
        // The place is told in the user's language, so the parser's own words for it go.
        static const QRegularExpression place(QStringLiteral("^column \\d+: "));
        const QString what = visibleText(m_error.what).remove(place);
        words = isError        ? tr("Column %1: %2", "place and kind of a mistake").arg(offset + 1).arg(what)
            : text().isEmpty() ? tr("No value yet")
                               : tr("Not finished: %1").arg(what);
        role = isError ? ColorRole::Error : ColorRole::Muted;
        break;
    }
    }
    m_message->setText(words);
    QPalette colours = palette();
    colours.setColor(QPalette::WindowText, themeColor(role, colours));
    m_message->setPalette(colours);
    m_message->setCursor(m_state == State::Valid ? Qt::ArrowCursor : Qt::PointingHandCursor);
    markError(m_state == State::Valid ? -1 : m_error.offset,
        strict || (m_state == State::Invalid && !text().isEmpty()));
}

void ArgumentEdit::markError(qsizetype offset, bool strict)
{
    QList<QTextEdit::ExtraSelection> marks;
    const qsizetype length = text().size();
    if (offset >= 0 && length > 0) {
        QTextEdit::ExtraSelection mark;
        mark.format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        mark.format.setUnderlineColor(themeColor(strict ? ColorRole::Error : ColorRole::Muted, palette()));
        mark.cursor = QTextCursor(m_editor->document());
        const int at = int(std::min(offset, length - 1));
        mark.cursor.setPosition(at);
        mark.cursor.setPosition(at + 1, QTextCursor::KeepAnchor);
        marks.append(mark);
    }
    m_errorMarks = marks;
    showMarks();
}

bool ArgumentEdit::checkForSend()
{
    showState(true);
    return m_state == State::Valid;
}

void ArgumentEdit::jumpToError()
{
    if (m_state == State::Valid)
        return;
    QTextCursor cursor = m_editor->textCursor();
    cursor.setPosition(int(std::clamp<qsizetype>(m_error.offset, 0, text().size())));
    m_editor->setTextCursor(cursor);
    m_editor->setFocus();
}

void ArgumentEdit::fitHeight()
{
    int lines = 0;
    for (QTextBlock block = m_editor->document()->begin(); block.isValid() && lines < kMaxLines;
         block = block.next())
        lines += std::max(1, block.lineCount());
    lines = std::clamp(lines, 1, kMaxLines);
    const int line = QFontMetrics(m_editor->font()).lineSpacing();
    const int height
        = lines * line + int(m_editor->document()->documentMargin() * 2) + m_editor->frameWidth() * 2 + 2;
    if (m_editor->height() != height)
        m_editor->setFixedHeight(height);
}

void ArgumentEdit::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange) {
        m_editor->setFont(metrics::dataFont(font()));
        m_message->setFont(metrics::captionFont(font()));
        m_lensLabel->setFont(metrics::captionFont(font()));
        fitHeight();
    } else if (event->type() == QEvent::PaletteChange) {
        showState(false);
        showLens();
    }
}

bool ArgumentEdit::eventFilter(QObject *object, QEvent *event)
{
    if (object == m_message && event->type() == QEvent::MouseButtonRelease)
        jumpToError();
    if (object == m_lensLabel && event->type() == QEvent::MouseButtonRelease)
        nextFinding();
    if (object == m_editor->viewport() && event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        const LensFinding *finding = findingAt(m_editor->cursorForPosition(help->pos()).position());
        QToolTip::showText(
            help->globalPos(), finding ? lensSentence(*finding, m_serializer).toHtmlEscaped() : QString());
        return true;
    }
    if (object == m_editor) {
        if (event->type() == QEvent::Resize)
            QMetaObject::invokeMethod(this, &ArgumentEdit::fitHeight, Qt::QueuedConnection);
        if (event->type() == QEvent::ShortcutOverride) {
            // These keys are ours although the window has shortcuts on them.
            const auto *key = static_cast<QKeyEvent *>(event);
            if (key->modifiers() == Qt::AltModifier
                && (key->key() == Qt::Key_Up || key->key() == Qt::Key_Down))
                event->accept();
        }
        if (event->type() == QEvent::KeyPress && keyPressed(static_cast<QKeyEvent *>(event)))
            return true;
    }
    return QWidget::eventFilter(object, event);
}

bool ArgumentEdit::keyPressed(QKeyEvent *event)
{
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    const Qt::KeyboardModifiers modifiers = event->modifiers() & ~Qt::KeypadModifier;
    if (enter && modifiers == Qt::ControlModifier) {
        Q_EMIT sendRequested();
        return true;
    }
    if (enter && modifiers == (Qt::ControlModifier | Qt::ShiftModifier)) {
        Q_EMIT sendOnewayRequested();
        return true;
    }
    if (event->key() == Qt::Key_Escape) {
        Q_EMIT cancelRequested();
        return true;
    }
    if (modifiers == Qt::AltModifier && (event->key() == Qt::Key_Up || event->key() == Qt::Key_Down)) {
        step(event->key() == Qt::Key_Up ? 1 : -1);
        return true;
    }
    return pairBracket(event);
}

bool ArgumentEdit::pairBracket(QKeyEvent *event)
{
    QTextCursor cursor = m_editor->textCursor();
    const QString source = text();
    const int at = cursor.position();
    const QChar next = at < source.size() ? source[at] : QChar();
    if (event->key() == Qt::Key_Backspace && !cursor.hasSelection() && at > 0) {
        const qsizetype pair = kOpening.indexOf(source[at - 1]);
        if (pair >= 0 && next == kClosing[pair]) {
            cursor.deleteChar();
            cursor.deletePreviousChar();
            return true;
        }
        return false;
    }
    if (event->text().size() != 1 || (event->modifiers() & (Qt::ControlModifier | Qt::AltModifier)))
        return false;
    const QChar typed = event->text().front();
    if (kClosing.contains(typed) && next == typed && !cursor.hasSelection()) {
        m_editor->moveCursor(QTextCursor::NextCharacter);
        return true;
    }
    const qsizetype pair = kOpening.indexOf(typed);
    if (pair < 0)
        return false;
    const bool quote = typed == u'\'' || typed == u'"';
    if (cursor.hasSelection()) {
        cursor.insertText(
            typed + cursor.selectedText().replace(QChar::ParagraphSeparator, u'\n') + kClosing[pair]);
        m_editor->setTextCursor(cursor);
        return true;
    }
    // A quote inside or after a word belongs to it (b'..', it's); a bracket before one opens on its own.
    const QChar before = at > 0 ? source[at - 1] : QChar(u' ');
    const bool closes = next.isNull() || next.isSpace() || kClosing.contains(next) || next == u',';
    if (!closes
        || (quote
            && (before == typed || (before.isLetterOrNumber() && !QStringView(u"bBuUrR").contains(before)))))
        return false;
    cursor.insertText(QString(typed) + kClosing[pair]);
    cursor.movePosition(QTextCursor::PreviousCharacter);
    m_editor->setTextCursor(cursor);
    return true;
}

void ArgumentEdit::step(int direction)
{
    const qsizetype wanted = m_step + direction;
    if (wanted < -1 || wanted >= m_older.size())
        return;
    if (m_step < 0)
        m_draft = text();
    m_stepping = true;
    m_step = wanted;
    setText(wanted < 0 ? m_draft : m_older[wanted]);
    m_stepping = false;
}

} // namespace pyrolens
