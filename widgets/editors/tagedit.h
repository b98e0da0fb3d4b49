// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <QStringList>
#include <QWidget>

class QLineEdit;
class QStringListModel;
class QToolButton;

namespace pyrolens {

/// Tags as chips, each a button that takes its tag away, and a line that adds some: Enter or a comma ends a
/// tag, Backspace in the empty line takes the last one away. Tab goes from chip to chip.
class TagEdit final : public QWidget
{
    Q_OBJECT

public:
    explicit TagEdit(QWidget *parent = nullptr);
    ~TagEdit() override;

    QStringList tags() const; ///< in the order of the chips, with what is typed and not ended yet
    void setTags(const QStringList &tags);
    void setSuggestions(const QStringList &tags); ///< offered while typing
    QLineEdit *line() const { return m_line; }

Q_SIGNALS:
    void changed();
    void accepted(); ///< Enter in the empty line

protected:
    bool eventFilter(QObject *object, QEvent *event) override;

private:
    void add(const QString &text);
    void remove(const QString &tag);
    void takeTyped();
    void showChips();

    QStringList m_tags;
    QList<QToolButton *> m_chips;
    QLineEdit *m_line;
    QStringListModel *m_suggestions;
};

} // namespace pyrolens
