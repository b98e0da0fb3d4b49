// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/value/dialect.h>

#include <QAbstractTableModel>
#include <QString>

#include <vector>

namespace pyrolens {

/// One method of an object. Plain data.
struct MethodRow
{
    enum class Source : quint8 {
        Declared, ///< the object's host told
        Learned,  ///< it answered a call before
        Checked,  ///< the remote helper said that it is a method
    };
    QString name;
    QString signature; ///< "(value)"; empty: unknown
    QString doc;
    bool oneway = false;
    bool stream = false;
    Source source = Source::Declared;
    int calls = 0;
    qint64 lastNs = 0; ///< duration of the last call
};

/// One attribute of an object, its value fetched only on demand. Plain data.
struct AttributeRow
{
    QString name;
    bool writable = false;
    QString doc;
    QString value; ///< Python source; empty: not fetched
    QString error; ///< of the last get or set
};

/// What an object tells about itself, and what has been learned about it. Plain data.
struct ObjectInterface
{
    QString className;
    QString doc;
    std::vector<MethodRow> methods;
    std::vector<AttributeRow> attributes;
    bool isKnown = false;               ///< the host told; else only learned names are listed
    int generation = 0;                 ///< of what answered; 0: nothing was asked
    Dialect dialect = Dialect::Python2; ///< with `generation`
};

/// The methods of one object, sorted by name.
class MethodModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { NameColumn, KindColumn, SignatureColumn, CallsColumn, LastColumn };
    static constexpr int kColumns = LastColumn + 1;
    enum Role { SourceRole = Qt::UserRole, OnewayRole };

    explicit MethodModel(QObject *parent = nullptr);
    ~MethodModel() override;

    void setMethods(std::vector<MethodRow> methods);
    void learn(const MethodRow &method); ///< adds it, unless it is there
    void noteCall(const QString &name, qint64 nanoseconds);
    const MethodRow *method(const QModelIndex &index) const;
    const MethodRow *methodByName(const QString &name) const;
    QModelIndex indexOfName(const QString &name) const;
    void setFilter(const QString &text);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void refilter();

    std::vector<MethodRow> m_methods;
    std::vector<int> m_visible;
    QString m_filter;
};

/// The attributes of one object.
class AttributeModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { NameColumn, ValueColumn, WritableColumn };
    static constexpr int kColumns = WritableColumn + 1;
    enum Role { ErrorRole = Qt::UserRole };

    explicit AttributeModel(QObject *parent = nullptr);
    ~AttributeModel() override;

    void setAttributes(std::vector<AttributeRow> attributes);
    void setValue(const QString &name, const QString &python); ///< adds the row when it is new
    void setError(const QString &name, const QString &text);
    const AttributeRow *attribute(const QModelIndex &index) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;
    /// An edit asks for a set; the value changes when the object has answered.
    bool setData(const QModelIndex &index, const QVariant &value, int role) override;

Q_SIGNALS:
    void setRequested(const QString &name, const QString &python);

private:
    int rowOf(const QString &name);

    std::vector<AttributeRow> m_rows;
};

} // namespace pyrolens
