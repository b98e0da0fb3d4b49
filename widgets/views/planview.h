// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/models/planmodel.h>

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLineEdit;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace pyrolens {

class TextLabel;

/// What an import or a copy of names would do, row by row; then its progress, and what has come of it, with
/// the way back.
class PlanView final : public QWidget
{
    Q_OBJECT

public:
    /// Above so many names the count has to be typed before they are registered.
    static constexpr int kTypedCount = 20;

    explicit PlanView(QWidget *parent = nullptr);
    ~PlanView() override;

    /// What a plan is about: names that come from elsewhere, or other metadata for names that are there.
    enum class Purpose : quint8 { Register, Metadata };
    /// \param replaces those that differ are ticked at first.
    void setPlan(const QString &title, std::shared_ptr<const NamePlan> plan, bool replaces,
        Purpose purpose = Purpose::Register);
    PlanModel *model() { return &m_model; }
    QTableView *table() const { return m_table; }
    bool isRunning() const { return m_phase == Phase::Running || m_phase == Phase::TakingBack; }
    void setProgress(int ended, int total);
    void addOutcomes(const std::vector<pyrolens::NameOutcome> &outcomes);
    void finished(int done, int failed);

Q_SIGNALS:
    void applyRequested(const std::vector<pyrolens::NameAction> &actions);
    void stopRequested(); ///< what has not begun is not to begin
    void closed();

private:
    enum class Phase : quint8 { Preview, Running, Finished, TakingBack, TakenBack };
    void setPhase(Phase phase);
    void updateApply();
    void apply();
    void takeBack();
    void showOnly(PlanModel::Show show);

    PlanModel m_model;
    Phase m_phase = Phase::Preview;
    Purpose m_purpose = Purpose::Register;
    TextLabel *m_title;
    TextLabel *m_summary;
    QComboBox *m_show;
    QCheckBox *m_replace;
    QStackedWidget *m_stack;
    QTableView *m_table;
    TextLabel *m_progress;
    QLineEdit *m_typed;
    QPushButton *m_apply;
    QPushButton *m_stop;
    QPushButton *m_back;
    QPushButton *m_close;
    std::vector<NameAction> m_done; ///< that the way back takes back
    int m_wanted = 0;               ///< actions that were asked for
};

} // namespace pyrolens
