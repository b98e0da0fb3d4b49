// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/models/callrecord.h>
#include <pyrolens/models/valuemodel.h>

#include <QWidget>

#include <memory>

class QButtonGroup;
class QLineEdit;
class QListView;
class QPushButton;
class QScrollArea;
class QStackedWidget;
class QStringListModel;
class QTableView;
class QTreeView;

namespace pyrolens {

class Banner;
class BatchModel;
class Chip;
class EmptyState;
class TextLabel;
class TextView;

/// What came back: chips with outcome, time and size; the value as tree or text; a remote error with its
/// traceback. All peer text is plain.
class ResultView final : public QWidget
{
    Q_OBJECT

public:
    enum class Mode : quint8 { Tree, Text, Error, Calls, Details };

    explicit ResultView(QWidget *parent = nullptr);
    ~ResultView() override;

    void showRecord(std::shared_ptr<const CallRecord> record);
    void clear();
    Mode mode() const;
    void setMode(Mode mode);
    ValueModel *model() const { return m_model; }
    const std::shared_ptr<const CallRecord> &record() const { return m_record; }
    void showFind();
    /// Where the selected value of the tree stands, for ValueModel::valueAtSteps(); the root when none is.
    QStringList selectedSteps() const;

    /// What happened, where, and what to try, in words, for an error of ours or of the network.
    struct Words
    {
        QString text;
        QString hint;
        QString detail;
    };
    static Words wordsFor(const Error &error, const QString &place, std::chrono::milliseconds timeout);

Q_SIGNALS:
    void uriActivated(const QString &uri);
    void trafficRequested();
    void replayRequested();
    void diagnoseRequested(); ///< why the call failed
    void watchRequested();    ///< the selected value

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void showError(const CallRecord &record);
    // resultdetails.cpp
    QTableView *makeCalls();
    QWidget *pageOf(Mode mode) const;
    QString detailsOf(const CallRecord &record) const;
    static QString phases(const CallTrace &trace);
    void showChips(const CallRecord &record);
    void fitBar();
    void fillText();
    void contextMenu(const QPoint &point);

    std::shared_ptr<const CallRecord> m_record;
    ValueModel *m_model;
    Chip *m_outcome;
    Chip *m_time;
    Chip *m_size;
    Chip *m_extra;
    QButtonGroup *m_modes;
    QWidget *m_copy;
    QWidget *m_bar;
    QStackedWidget *m_stack;
    EmptyState *m_empty;
    QTreeView *m_tree;
    TextView *m_text;
    QWidget *m_findBar;
    QLineEdit *m_find;
    QScrollArea *m_errorArea;
    QWidget *m_errorPage;
    TextLabel *m_errorBadge;
    TextLabel *m_errorClass;
    TextLabel *m_errorMessage;
    TextLabel *m_errorHint;
    QPushButton *m_diagnose;
    TextView *m_traceback;
    BatchModel *m_batch;
    QTableView *m_calls;
    TextView *m_details;
    bool m_textFilled = false;
    quint64 m_textRun = 0; ///< the newest text asked for
    bool m_preferText = false;
};

} // namespace pyrolens
