// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/value/dialect.h>
#include <pyrolens/value/value.h>

#include <QAbstractItemModel>
#include <QStringList>

#include <functional>
#include <optional>
#include <vector>

namespace pyrolens {

/// Lazy tree of one Value: children are made when asked for, and long containers show ranges of 1,000 first.
/// Values are inert: nothing in them is run, followed or rendered; text is plain with control characters made
/// visible.
class ValueModel final : public QAbstractItemModel
{
    Q_OBJECT

public:
    enum Column { KeyColumn, TypeColumn, ValueColumn, SizeColumn };
    static constexpr int kColumns = SizeColumn + 1;
    static constexpr qint64 kRange = 1'000; ///< children per range row
    enum Role {
        KindRole = Qt::UserRole, ///< Value::Kind as int, -1 for a range row
        ReferenceRole,           ///< URI text of a proxy or URI value, else empty
        IsLeafRole,
    };
    using ReferenceView = std::function<std::optional<Reference>(const Value &)>;

    explicit ValueModel(QObject *parent = nullptr);
    ~ValueModel() override;

    /// `label` is what the root row is called, and what paths start with.
    void setValue(const Value &value, Dialect dialect, const QString &label = QStringLiteral("result"));
    void clear();
    /// How proxies inside the value are recognised (the generation knows); without one only neutral ones are.
    void setReferenceView(ReferenceView view);

    Value valueAt(const QModelIndex &index) const;
    QString pathOf(const QModelIndex &index) const;      ///< "result['a'][3]"
    QStringList stepsOf(const QModelIndex &index) const; ///< what pathOf() adds to the label, one by one
    /// What stands there inside `root`; nothing when it has no such place.
    static std::optional<Value> valueAtSteps(const Value &root, const QStringList &steps, Dialect dialect);
    QString pythonOf(const QModelIndex &index) const; ///< Python source, one line
    QString jsonOf(const QModelIndex &index) const;   ///< tagged JSON, indented
    static QString typeName(const Value &value, Dialect dialect);

    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QModelIndex parent(const QModelIndex &child) const override;
    using QObject::parent;
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    bool hasChildren(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Node
    {
        Value value;
        QString key;  ///< as shown
        QString step; ///< what it adds to the path
        int parent = -1;
        int row = 0;
        int firstChild = -1;
        int childCount = 0;
        qint64 from = 0; ///< children of `value` that belong here
        qint64 to = 0;
        bool isRange = false;
    };
    struct Child
    {
        Value value;
        QString key;
        QString step;
    };

    const Node &nodeOf(const QModelIndex &index) const { return m_nodes[size_t(index.internalId())]; }
    void makeChildren(size_t node) const;
    Node makeNode(const Value &value, QString key, QString step, int parent, int row) const;
    Value seen(const Value &value) const;
    std::optional<Reference> reference(const Value &value) const;
    static qint64 childTotal(const Value &value);
    static Child childAt(const Value &value, qint64 index, Dialect dialect);
    QString preview(const Value &value) const;
    QString sizeOf(const Value &value) const;

    mutable std::vector<Node> m_nodes;
    Dialect m_dialect = Dialect::Python3;
    ReferenceView m_referenceView;
};

} // namespace pyrolens
