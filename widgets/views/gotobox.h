// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/models/callrecord.h>
#include <pyrolens/models/namelist.h>

#include <QAbstractListModel>
#include <QLineEdit>
#include <QPointer>

#include <functional>
#include <memory>
#include <vector>

class QAction;
class QListView;

namespace pyrolens {

/// One row of the go-to list. Plain data.
struct GotoEntry
{
    enum class Kind : quint8 { Target, Name, Command, History };
    Kind kind = Kind::Command;
    QString title;
    QString detail;
    QString profile; ///< Name
    QString text;    ///< Target: what to open; Name: full name
    quint64 record = 0;
    QPointer<QAction> action;
};

/// Ranks what can be gone to: commands, names of all name servers, past calls; a URI or host typed in is the
/// first row. Prefixes narrow it: '>' commands, '@' names, '!' history.
class GotoModel final : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role { KindRole = Qt::UserRole, DetailRole };
    static constexpr int kLimit = 50;

    explicit GotoModel(QObject *parent = nullptr);
    ~GotoModel() override;

    struct Source
    {
        QString profile;
        QString label;
        std::shared_ptr<const NameList> names;
    };
    void setNames(std::vector<Source> sources);
    void setCommands(const QList<QAction *> &commands);
    /// Past calls, newest last: record id and text.
    void setHistory(std::vector<std::pair<quint64, QString>> calls);
    void search(const QString &text);
    const GotoEntry *entry(const QModelIndex &index) const;
    /// True for "host", "host:port" and URIs: what opens a connection.
    static bool looksLikeTarget(const QString &text);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;

private:
    void addNames(const QString &pattern, int limit);
    void addCommands(const QString &pattern, int limit);
    void addHistory(const QString &pattern, int limit);

    std::vector<Source> m_sources;
    QList<QPointer<QAction>> m_commands;
    std::vector<std::pair<quint64, QString>> m_history;
    std::vector<GotoEntry> m_entries;
};

/// A line edit with a list below: type, Enter. The focus stays in the line; the list's highlighted row is
/// announced to screen readers as a selection.
class GotoBox final : public QLineEdit
{
    Q_OBJECT

public:
    explicit GotoBox(QWidget *parent = nullptr);
    ~GotoBox() override;
    GotoModel *model() const { return m_model; }
    QListView *list() const { return m_list; }
    void activate(); ///< focus, select all, open
    /// Called before the list opens, to bring the model up to date.
    void setRefresh(std::function<void()> refresh) { m_refresh = std::move(refresh); }

Q_SIGNALS:
    void nameChosen(const QString &profile, const QString &name);
    void targetChosen(const QString &text);
    void recordChosen(quint64 id);

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    void openList();
    void closeList();
    void choose(const QModelIndex &index);
    void announce();

    GotoModel *m_model;
    QListView *m_list;
    std::function<void()> m_refresh;
};

} // namespace pyrolens
