// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/doctor/doctor.h>

#include <QAbstractTableModel>
#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

#include <vector>

class QPushButton;
class QTableView;

namespace pyrolens {

class TextLabel;

/// The steps that the doctor has taken so far.
class DoctorModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { StateColumn, StepColumn, FindingColumn, TimeColumn };
    static constexpr int kColumns = TimeColumn + 1;
    enum Role { StateRole = Qt::UserRole };

    explicit DoctorModel(QObject *parent = nullptr);
    ~DoctorModel() override;

    void clear();
    void add(const DoctorStep &step);
    const std::vector<DoctorStep> &steps() const { return m_steps; }
    QString toText() const; ///< all of it, for the clipboard

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    static QString stateWord(DoctorStep::State state);
    static QString stepWord(const QString &name);

    std::vector<DoctorStep> m_steps;
};

/// Why something cannot be reached: what works step by step, the first thing that does not, and what to do
/// about it.
class DoctorView final : public QWidget
{
    Q_OBJECT

public:
    explicit DoctorView(const QString &target, QWidget *parent = nullptr);
    ~DoctorView() override;

    DoctorModel *model() { return &m_model; }
    void begin(); ///< the examination has started
    void addStep(const pyrolens::DoctorStep &step);
    /// \param problem why there is nothing to examine; empty: the steps tell.
    void end(bool cancelled, const QString &problem = {});
    bool isRunning() const { return m_running; }

Q_SIGNALS:
    void startRequested();
    void cancelRequested();

private:
    void showAdvice();
    void tick();

    DoctorModel m_model;
    TextLabel *m_title;
    TextLabel *m_state;
    QTableView *m_table;
    TextLabel *m_advice;
    QPushButton *m_again;
    QPushButton *m_cancel;
    QPushButton *m_copy;
    QTimer m_ticker;
    QElapsedTimer m_elapsed;
    bool m_running = false;
};

} // namespace pyrolens
