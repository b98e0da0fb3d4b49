// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/base/result.h>
#include <pyrolens/lens/lens.h>
#include <pyrolens/value/dialect.h>
#include <pyrolens/value/literal.h>

#include <QStringList>
#include <QTextEdit>
#include <QTimer>
#include <QWidget>

#include <memory>
#include <optional>

class QLabel;
class QPlainTextEdit;

namespace pyrolens {

/// The inside of a call, typed as Python literals: one line that grows to twelve. Checked at every keystroke
/// with the literal parser (nothing is evaluated): a wavy mark where it is wrong, a message with the column
/// below. Text that only ends too early is grey while it is being typed and red after 600 ms without a key,
/// or on Send.
class ArgumentEdit final : public QWidget
{
    Q_OBJECT

public:
    enum class State : quint8 { Valid, Unfinished, Invalid };
    /// Arguments: "a, b, k=c". Literal: exactly one value (for an attribute).
    enum class Grammar : quint8 { Arguments, Literal };

    explicit ArgumentEdit(QWidget *parent = nullptr);
    ~ArgumentEdit() override;

    QString text() const;
    void setText(const QString &text); ///< can be undone
    void setDialect(Dialect dialect);
    void setGrammar(Grammar grammar);
    /// What callback('name') and the like stand for; checks the text again.
    void setContext(LiteralContext context);
    /// What is to become of the values with this serializer is marked and told, in a worker when the text is
    /// long; empty: nothing.
    void setSerializer(const QByteArray &serializer);
    const std::shared_ptr<const LensReport> &lens() const { return m_lens; } ///< null while there is none
    QString lensMessage() const;
    void setPlaceholder(const QString &text);
    /// Lines that Alt+Up and Alt+Down step through, newest first.
    void setOlderLines(const QStringList &lines);

    State state() const { return m_state; }
    /// The parsed arguments, when valid (with Grammar::Literal the one value is the first).
    const std::optional<Arguments> &arguments() const { return m_arguments; }
    QString message() const;
    /// Shows an unfinished text as the error it is; true when it is valid and may be sent.
    bool checkForSend();
    QPlainTextEdit *editor() const { return m_editor; }

Q_SIGNALS:
    void textChanged();
    void stateChanged(pyrolens::ArgumentEdit::State state);
    void sendRequested();
    void sendOnewayRequested();
    void cancelRequested(); ///< Esc
    void lensChanged();

protected:
    bool eventFilter(QObject *object, QEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void check();
    void showState(bool strict);
    void markError(qsizetype offset, bool strict);
    // argumentlens.cpp
    void startLens();
    void takeLens(quint64 run, std::shared_ptr<const LensReport> report);
    void showLens();
    void showMarks();
    const LensFinding *findingAt(qsizetype position) const;
    void nextFinding();
    void fitHeight();
    bool keyPressed(class QKeyEvent *event);
    bool pairBracket(class QKeyEvent *event);
    void step(int direction);
    void jumpToError();

    QByteArray m_serializer;
    std::shared_ptr<const LensReport> m_lens;
    quint64 m_lensRun = 0; ///< the newest examination
    QList<QTextEdit::ExtraSelection> m_errorMarks;
    QLabel *m_lensLabel;
    QPlainTextEdit *m_editor;
    QLabel *m_message;
    QTimer m_idle;
    Dialect m_dialect = Dialect::Python2;
    Grammar m_grammar = Grammar::Arguments;
    State m_state = State::Valid;
    std::optional<Arguments> m_arguments;
    LiteralContext m_context;
    Error m_error;
    QStringList m_older;
    QString m_draft; ///< what was typed before stepping back
    qsizetype m_step = -1;
    bool m_stepping = false;
};

} // namespace pyrolens
