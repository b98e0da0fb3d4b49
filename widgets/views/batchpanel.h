// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/models/callrecord.h>

#include <QWidget>

#include <vector>

class QListWidget;
class QPushButton;

namespace pyrolens {

class TextLabel;

/// The calls that are to go in one message: their order, and what can be done with them. Hidden while there
/// are none.
class BatchPanel final : public QWidget
{
    Q_OBJECT

public:
    static constexpr size_t kMaxCalls = 10'000; ///< what one message takes

    explicit BatchPanel(QWidget *parent = nullptr);
    ~BatchPanel() override;

    void setCalls(std::vector<BatchItem> calls);
    const std::vector<BatchItem> &calls() const { return m_calls; }
    void add(BatchItem call);
    void setSendable(bool sendable); ///< no call is under way

Q_SIGNALS:
    void sendRequested();
    void editRequested(const pyrolens::BatchItem &call); ///< it has left the batch, to be changed

private:
    void show(int current);
    void move(int by);
    void removeCurrent();

    std::vector<BatchItem> m_calls;
    TextLabel *m_title;
    QListWidget *m_list;
    QPushButton *m_send;
    QList<QWidget *> m_ofCurrent; ///< for one call of the list
};

} // namespace pyrolens
