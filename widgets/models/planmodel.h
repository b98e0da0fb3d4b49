// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/nameadmin/nameplan.h>

#include <QAbstractTableModel>
#include <QHash>

#include <memory>
#include <vector>

namespace pyrolens {

/// How one action ended. Plain data.
struct NameOutcome
{
    NameAction action;
    QString problem; ///< English words; empty = done
};

/// What putting names into a name server would do, with a tick for each that shall be done; later, how it
/// went.
class PlanModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { NameColumn, VerdictColumn, UriColumn, MetaColumn, NowColumn, LineColumn };
    static constexpr int kColumns = LineColumn + 1;
    enum Role { VerdictRole = Qt::UserRole, OutcomeRole };
    enum class Outcome : quint8 { None, Done, Failed, TakenBack };
    /// Which rows are shown.
    enum class Show : quint8 { All, Changes, New, Differs, Same, Invalid, Failed };

    explicit PlanModel(QObject *parent = nullptr);
    ~PlanModel() override;

    /// New names are ticked, those that differ when `replaces`, built-in ones never.
    void setPlan(std::shared_ptr<const NamePlan> plan, bool replaces);
    const NamePlan *plan() const { return m_plan.get(); }
    void setReplaces(bool replaces); ///< ticks those that differ, or takes their ticks away
    void setShown(Show show);
    /// From now on nothing can be ticked; outcomes come.
    void freeze();
    /// \param back they are those of the way back.
    void setOutcomes(const std::vector<NameOutcome> &outcomes, bool back = false);
    int ticked(PlannedName::Verdict verdict) const { return m_tickedOf[size_t(verdict)]; }
    int ticked() const;
    int failed() const { return m_failed; }
    std::vector<NameAction> actions() const; ///< for the ticked ones, in the order of the plan

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    void tickedChanged();

private:
    struct State
    {
        bool isTicked = false;
        Outcome outcome = Outcome::None;
        QString problem;
    };
    void tick(int row, bool on);
    bool mayTick(int row) const;
    bool isShown(int row) const;
    void rebuild();
    QString text(int row, int column) const;
    QString verdictText(int row) const;

    std::shared_ptr<const NamePlan> m_plan;
    std::vector<State> m_states; ///< for each row of the plan
    std::vector<int> m_visible;
    QHash<QString, int> m_rows; ///< by name, of those that can be done
    std::array<int, kNameVerdicts> m_tickedOf{};
    Show m_show = Show::All;
    int m_failed = 0;
    bool m_frozen = false;
};

} // namespace pyrolens

Q_DECLARE_METATYPE(std::vector<pyrolens::NameOutcome>)
