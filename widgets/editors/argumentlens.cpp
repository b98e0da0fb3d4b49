// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// The serializer lens of the argument line.
#include "argumentedit.h"

#include <pyrolens/models/lenswords.h>
#include <pyrolens/models/plaintext.h>
#include <pyrolens/theme/colors.h>

#include <QCoreApplication>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPointer>
#include <QThreadPool>

#include <algorithm>

namespace pyrolens {

namespace {

constexpr qsizetype kAtOnce = 2'000; ///< characters up to which a worker is not worth its while
constexpr size_t kLines = 3;         ///< findings that are told below the line

} // namespace

void ArgumentEdit::setSerializer(const QByteArray &serializer)
{
    if (serializer == m_serializer)
        return;
    m_serializer = serializer;
    startLens();
}

QString ArgumentEdit::lensMessage() const
{
    return m_lensLabel->isHidden() ? QString() : m_lensLabel->text();
}

void ArgumentEdit::startLens()
{
    const quint64 run = ++m_lensRun;
    if (m_state != State::Valid || !m_arguments || !hasLens(m_serializer)) {
        takeLens(run, nullptr);
        return;
    }
    if (text().size() <= kAtOnce) {
        takeLens(run, std::make_shared<const LensReport>(examine(*m_arguments, m_serializer)));
        return;
    }
    takeLens(run, nullptr); // marks of an older text would stand in wrong places
    QThreadPool::globalInstance()->start(
        [arguments = *m_arguments, serializer = m_serializer, run, self = QPointer<ArgumentEdit>(this)] {
            auto report = std::make_shared<const LensReport>(examine(arguments, serializer));
            // Through the application object: only its thread can tell whether the line is still there.
            QMetaObject::invokeMethod(
                QCoreApplication::instance(),
                [self, run, report] {
                    if (self)
                        self->takeLens(run, report);
                },
                Qt::QueuedConnection);
        });
}

void ArgumentEdit::takeLens(quint64 run, std::shared_ptr<const LensReport> report)
{
    if (run != m_lensRun)
        return; // of an older text
    const bool wasEmpty = !m_lens || m_lens->findings.empty();
    m_lens = std::move(report);
    if (wasEmpty && (!m_lens || m_lens->findings.empty()))
        return;
    showMarks();
    showLens();
    Q_EMIT lensChanged();
}

const LensFinding *ArgumentEdit::findingAt(qsizetype position) const
{
    const LensFinding *innermost = nullptr;
    for (size_t i = 0; m_lens && i < m_lens->findings.size(); ++i) {
        const LensFinding &one = m_lens->findings[i];
        if (one.start >= 0 && one.start <= position && position <= one.start + one.length)
            innermost = &one; // outer ones stand first
    }
    return innermost;
}

void ArgumentEdit::showMarks()
{
    QList<QTextEdit::ExtraSelection> marks = m_errorMarks;
    const qsizetype length = text().size();
    for (size_t i = 0; m_lens && i < m_lens->findings.size(); ++i) {
        const LensFinding &one = m_lens->findings[i];
        if (one.start < 0 || one.start + one.length > length)
            continue;
        QTextEdit::ExtraSelection mark;
        // Told apart by the line's form, too: dots change, waves are mistakes.
        const bool changes = one.rule->effect == LensEffect::Changed;
        mark.format.setUnderlineStyle(
            changes ? QTextCharFormat::DotLine : QTextCharFormat::SpellCheckUnderline);
        mark.format.setUnderlineColor(themeColor(changes ? ColorRole::Warning : ColorRole::Error, palette()));
        mark.cursor = QTextCursor(m_editor->document());
        mark.cursor.setPosition(int(one.start));
        mark.cursor.setPosition(int(one.start + one.length), QTextCursor::KeepAnchor);
        marks.append(mark);
    }
    m_editor->setExtraSelections(marks);
}

void ArgumentEdit::showLens()
{
    const bool any = m_lens && !m_lens->findings.empty();
    m_lensLabel->setVisible(any);
    if (!any)
        return;
    // The one at the caret first.
    std::vector<const LensFinding *> shown;
    if (const LensFinding *here = findingAt(m_editor->textCursor().position()))
        shown.push_back(here);
    for (const LensFinding &one : m_lens->findings) {
        if (shown.size() == kLines)
            break;
        if (std::find(shown.begin(), shown.end(), &one) == shown.end())
            shown.push_back(&one);
    }
    QStringList lines;
    for (const LensFinding *one : shown) {
        const QString words = lensSentence(*one, m_serializer);
        lines.append(one->rule->effect == LensEffect::Changed ? words : tr("Problem: %1").arg(words));
    }
    const qint64 more = qint64(m_lens->findings.size() - shown.size()) + m_lens->more;
    if (more > 0)
        lines.append(tr("%n more; the caret and the pointer tell of each", nullptr, int(more)));
    m_lensLabel->setText(lines.join(u'\n'));
    const bool isBad = m_lens->has(LensEffect::Refused) || m_lens->has(LensEffect::Unreadable);
    QPalette colours = palette();
    colours.setColor(
        QPalette::WindowText, themeColor(isBad ? ColorRole::Error : ColorRole::Warning, colours));
    m_lensLabel->setPalette(colours);
}

void ArgumentEdit::nextFinding()
{
    if (!m_lens || m_lens->findings.empty())
        return;
    QTextCursor cursor = m_editor->textCursor();
    const auto next = std::find_if(m_lens->findings.begin(), m_lens->findings.end(),
        [&cursor](const LensFinding &one) { return one.start > cursor.position(); });
    cursor.setPosition(int(std::max<qsizetype>(
        0, next == m_lens->findings.end() ? m_lens->findings.front().start : next->start)));
    m_editor->setTextCursor(cursor);
    m_editor->setFocus();
}

} // namespace pyrolens
