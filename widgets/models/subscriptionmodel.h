// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/hosting/fixedvalue.h>

#include <QAbstractTableModel>
#include <QHash>

#include <chrono>
#include <vector>

namespace pyrolens {

/// What a callback object of ours answers, whatever method is called. Plain data.
struct CallbackAnswer
{
    bool raises = false;
    FixedValue value;                                 ///< returned, or the argument of the exception
    QString exception = QStringLiteral("ValueError"); ///< class, when it raises
    std::chrono::milliseconds delay{0};               ///< before the answer
    /// What callers of generations 4 and 5 are told that it has, for they call nothing else. Others may call
    /// whatever they like.
    QStringList methods{QStringLiteral("tick"), QStringLiteral("answer")};
};

/// Something that brings rows into the feed: a subscription, or a callback object of ours. Plain data.
struct FeedSource
{
    enum class Kind : quint8 { Subject, Pattern, Callback };
    enum class State : quint8 { Starting, On, Failed };
    quint64 id = 0;
    Kind kind = Kind::Subject;
    State state = State::Starting;
    QString text;   ///< subject, pattern, or name of the callback object
    QString server; ///< label of the event server
    QString serverUri;
    QString uri;     ///< of the callback object, for generation 3
    QString flatUri; ///< and for generations 4 and 5
    QString host;    ///< where we listen for it
    QString error;
    CallbackAnswer answer;
};

/// The subscriptions and callback objects of this program.
class SubscriptionModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { TextColumn, StateColumn };
    static constexpr int kColumns = StateColumn + 1;
    enum Role { KindRole = Qt::UserRole, StateRole };

    explicit SubscriptionModel(QObject *parent = nullptr);
    ~SubscriptionModel() override;

    void put(const FeedSource &source); ///< adds it, or replaces the one with its id
    void remove(quint64 id);
    const FeedSource *source(quint64 id) const;
    const FeedSource *source(const QModelIndex &index) const;
    const std::vector<FeedSource> &all() const { return m_sources; }
    const FeedSource *callback(const QString &name) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<FeedSource> m_sources;
};

} // namespace pyrolens
