// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/models/callrecord.h>
#include <pyrolens/models/methodmodel.h>
#include <pyrolens/models/nametreemodel.h>

#include <QHash>
#include <QWidget>

class QSplitter;

namespace pyrolens {

class CallView;
class HistoryModel;
class ObjectView;
class ReconnectBanner;
class ResultView;

/// A tab of the main window: an object's lists on the left, the call and its result on the right.
class ObjectPage final : public QWidget
{
    Q_OBJECT

public:
    explicit ObjectPage(HistoryModel *history, QWidget *parent = nullptr);
    ~ObjectPage() override;

    void setTarget(const ObjectTarget &target);
    const ObjectTarget &target() const { return m_target; }
    void restore(std::shared_ptr<const CallRecord> record); ///< request and reply of a record
    void callStarted(quint64 id);
    void callFinished(std::shared_ptr<const CallRecord> record);
    quint64 runningCall() const { return m_running; } ///< 0 = none
    /// The last call made or restored here; 0 = none.
    quint64 lastCall() const { return m_last; }
    void prepare(const QString &method, const QString &arguments); ///< a call ready to be sent
    // Answers to what the object's page has asked for.
    void described(const ObjectInterface &interface, const QString &resolvedUri);
    void setMetadata(const std::vector<std::pair<QString, QString>> &rows);
    void pinged(Health health, const QString &text, const QString &resolvedUri);
    void nameChecked(const QString &name, bool isMethod);
    /// The connection of the last call was lost: starts to try again. Ended by pinged().
    void connectionLost();
    void showProblem(const QString &text, const QString &hint);

    ObjectView *object() const { return m_object; }
    CallView *call() const { return m_call; }
    ResultView *result() const { return m_result; }

Q_SIGNALS:
    void callRequested(const pyrolens::CallRequest &request);
    void cancelRequested(quint64 id);
    void reconnectRequested(); ///< answered by pinged()

private:
    void selectMethod(const QString &name);

    HistoryModel *m_history;
    ObjectTarget m_target;
    ObjectView *m_object;
    CallView *m_call;
    ResultView *m_result;
    ReconnectBanner *m_reconnect;
    QSplitter *m_split;
    QHash<QString, QString> m_typed; ///< arguments by method, of those that are not shown
    quint64 m_running = 0;
    quint64 m_last = 0;
};

} // namespace pyrolens
