// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/models/trafficmodel.h>

#include <QWidget>

class QLineEdit;
class QStackedWidget;
class QTableView;
class QToolButton;
class QTreeView;

namespace pyrolens {

class FieldModel;
class HexView;
class TextLabel;

/// Frames on the wire: the list, and below it the selected frame as decoded fields and as bytes, linked both
/// ways. Decoding is done elsewhere: the view asks with fieldsWanted() and is answered with setFields().
class TrafficView final : public QWidget
{
    Q_OBJECT

public:
    explicit TrafficView(TrafficModel *model, QWidget *parent = nullptr);
    ~TrafficView() override;

    void setFields(quint64 number, std::vector<Field> fields);
    void showNumber(quint64 number);
    void jumpToPair(); ///< from a request to its reply and back
    void focusFilter();
    QTableView *table() const { return m_table; }
    HexView *hex() const { return m_hex; }
    FieldModel *fields() const { return m_fields; }
    quint64 current() const { return m_current; }

Q_SIGNALS:
    void fieldsWanted(const pyrolens::TrafficRecord &record);

private:
    void showRecord(const QModelIndex &index);
    void fieldSelected(const QModelIndex &index);
    void byteSelected(qsizetype offset);
    void updateState();

    TrafficModel *m_model;
    FieldModel *m_fields;
    QLineEdit *m_filter;
    QToolButton *m_pause;
    QToolButton *m_follow;
    TextLabel *m_count;
    QStackedWidget *m_stack;
    QTableView *m_table;
    QTreeView *m_tree;
    HexView *m_hex;
    quint64 m_current = 0;
    bool m_linking = false;
};

} // namespace pyrolens
