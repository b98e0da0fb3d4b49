// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "valuemodel.h"

#include "plaintext.h"

#include <pyrolens/value/literal.h>
#include <pyrolens/value/tagged.h>

#include <QLocale>

#include <algorithm>

namespace pyrolens {

namespace {

PrintOptions shortPrint(Dialect dialect)
{
    PrintOptions options;
    options.dialect = dialect;
    options.maxNodes = 60;
    options.maxChars = 300;
    return options;
}

/// The parts of an instance, in a fixed order: attributes, else raw state; arguments of its making; items.
std::vector<std::pair<QString, Value>> partsOf(const Object &object)
{
    std::vector<std::pair<QString, Value>> parts;
    const std::vector<Value::Pair> attributes = object.attributes();
    for (const auto &[key, value] : attributes)
        parts.emplace_back(visibleText(key.toText()), value);
    if (attributes.empty() && object.state && !object.state->isNone())
        parts.emplace_back(QStringLiteral("(state)"), *object.state);
    if (!object.callee.isNone())
        parts.emplace_back(QStringLiteral("(callable)"), object.callee);
    if (!object.args.isNone() && object.args.size() > 0)
        parts.emplace_back(QStringLiteral("(arguments)"), object.args);
    if (!object.kwargs.isNone())
        parts.emplace_back(QStringLiteral("(keywords)"), object.kwargs);
    if (!object.base.isNone())
        parts.emplace_back(QStringLiteral("(base value)"), object.base);
    if (!object.listItems.empty())
        parts.emplace_back(QStringLiteral("(items)"), Value::list(object.listItems));
    if (!object.dictItems.empty())
        parts.emplace_back(QStringLiteral("(entries)"), Value::dict(object.dictItems));
    return parts;
}

std::vector<std::pair<QString, Value>> partsOf(const RemoteError &error)
{
    return {{QStringLiteral("args"), error.args}, {QStringLiteral("attributes"), error.attributes}};
}

} // namespace

ValueModel::ValueModel(QObject *parent) : QAbstractItemModel(parent) { }

ValueModel::~ValueModel() = default;

void ValueModel::setReferenceView(ReferenceView view)
{
    m_referenceView = std::move(view);
}

void ValueModel::setValue(const Value &value, Dialect dialect, const QString &label)
{
    beginResetModel();
    m_dialect = dialect;
    m_nodes.clear();
    m_nodes.push_back(makeNode(value, label, label, -1, 0));
    endResetModel();
}

void ValueModel::clear()
{
    beginResetModel();
    m_nodes.clear();
    endResetModel();
}

Value ValueModel::seen(const Value &value) const
{
    return richView(value).value_or(value);
}

std::optional<Reference> ValueModel::reference(const Value &value) const
{
    if (const Reference *own = value.asReference())
        return *own;
    return m_referenceView ? m_referenceView(value) : std::nullopt;
}

ValueModel::Node ValueModel::makeNode(
    const Value &value, QString key, QString step, int parent, int row) const
{
    Node node;
    node.value = seen(value);
    node.key = std::move(key);
    node.step = std::move(step);
    node.parent = parent;
    node.row = row;
    node.to = reference(node.value) ? 0 : childTotal(node.value);
    return node;
}

qint64 ValueModel::childTotal(const Value &value)
{
    switch (value.kind()) {
    case Value::Kind::Tuple:
    case Value::Kind::List:
    case Value::Kind::Set:
    case Value::Kind::FrozenSet:
    case Value::Kind::PersistentId:
        return qint64(value.items().size());
    case Value::Kind::Array:
        return value.at(0).size();
    case Value::Kind::Dict:
        return qint64(value.pairs().size());
    case Value::Kind::Object:
        return value.asObject() ? qint64(partsOf(*value.asObject()).size()) : 0;
    case Value::Kind::Error:
        return 2;
    default:
        return 0;
    }
}

ValueModel::Child ValueModel::childAt(const Value &value, qint64 index, Dialect dialect)
{
    const QString number = QString::number(index);
    const QString step = u'[' + number + u']';
    switch (value.kind()) {
    case Value::Kind::Dict: {
        const auto &[key, entry] = value.pairs()[size_t(index)];
        const QString text = toPython(key, shortPrint(dialect));
        return {entry, text, u'[' + text + u']'};
    }
    case Value::Kind::Object: {
        auto parts = partsOf(*value.asObject());
        const auto &[key, entry] = parts[size_t(index)];
        return {entry, key, u'.' + key};
    }
    case Value::Kind::Error: {
        auto parts = partsOf(*value.asError());
        const auto &[key, entry] = parts[size_t(index)];
        return {entry, key, u'.' + key};
    }
    case Value::Kind::Array:
        return {value.at(0).at(index), number, step};
    default:
        return {value.at(index), number, step};
    }
}

void ValueModel::makeChildren(size_t at) const
{
    if (m_nodes[at].firstChild >= 0)
        return;
    const Node node = m_nodes[at];
    const int first = int(m_nodes.size());
    const qint64 count = node.to - node.from;
    if (count > kRange) {
        qint64 step = kRange;
        while (count / step > kRange)
            step *= kRange;
        for (qint64 from = node.from; from < node.to; from += step) {
            Node range;
            range.value = node.value;
            range.from = from;
            range.to = std::min(from + step, node.to);
            range.key = QStringLiteral("[%1 \u2026 %2]").arg(range.from).arg(range.to - 1);
            range.parent = int(at);
            range.row = int(m_nodes.size()) - first;
            range.isRange = true;
            m_nodes.push_back(std::move(range));
        }
    } else {
        for (qint64 i = node.from; i < node.to; ++i) {
            Child child = childAt(node.value, i, m_dialect);
            m_nodes.push_back(makeNode(
                child.value, std::move(child.key), std::move(child.step), int(at), int(i - node.from)));
        }
    }
    m_nodes[at].firstChild = first;
    m_nodes[at].childCount = int(m_nodes.size()) - first;
}

QModelIndex ValueModel::index(int row, int column, const QModelIndex &parent) const
{
    if (row < 0 || column < 0 || column >= kColumns || m_nodes.empty())
        return {};
    if (!parent.isValid())
        return row == 0 ? createIndex(0, column, quintptr(0)) : QModelIndex();
    if (parent.column() != 0)
        return {};
    makeChildren(size_t(parent.internalId()));
    const Node &node = nodeOf(parent);
    return row < node.childCount ? createIndex(row, column, quintptr(node.firstChild + row)) : QModelIndex();
}

QModelIndex ValueModel::parent(const QModelIndex &child) const
{
    if (!child.isValid() || nodeOf(child).parent < 0)
        return {};
    const int up = nodeOf(child).parent;
    return createIndex(m_nodes[size_t(up)].row, 0, quintptr(up));
}

int ValueModel::rowCount(const QModelIndex &parent) const
{
    if (!parent.isValid())
        return m_nodes.empty() ? 0 : 1;
    if (parent.column() != 0)
        return 0;
    makeChildren(size_t(parent.internalId()));
    return nodeOf(parent).childCount;
}

int ValueModel::columnCount(const QModelIndex &) const
{
    return kColumns;
}

bool ValueModel::hasChildren(const QModelIndex &parent) const
{
    if (!parent.isValid())
        return !m_nodes.empty();
    return parent.column() == 0 && nodeOf(parent).to > nodeOf(parent).from;
}

QString ValueModel::typeName(const Value &value, Dialect dialect)
{
    const bool two = dialect == Dialect::Python2;
    switch (value.kind()) {
    case Value::Kind::None:
        return QStringLiteral("None");
    case Value::Kind::Bool:
        return QStringLiteral("bool");
    case Value::Kind::Int:
        return QStringLiteral("int");
    case Value::Kind::Long:
        return QStringLiteral("long");
    case Value::Kind::Float:
        return QStringLiteral("float");
    case Value::Kind::Complex:
        return QStringLiteral("complex");
    case Value::Kind::Text:
        return two ? QStringLiteral("unicode") : QStringLiteral("str");
    case Value::Kind::Str:
        return QStringLiteral("str");
    case Value::Kind::Bytes:
        return QStringLiteral("bytes");
    case Value::Kind::ByteArray:
        return QStringLiteral("bytearray");
    case Value::Kind::Tuple:
        return QStringLiteral("tuple");
    case Value::Kind::List:
        return QStringLiteral("list");
    case Value::Kind::Set:
        return QStringLiteral("set");
    case Value::Kind::FrozenSet:
        return QStringLiteral("frozenset");
    case Value::Kind::Dict:
        return QStringLiteral("dict");
    case Value::Kind::Global:
        return QStringLiteral("class");
    case Value::Kind::Object:
        return visibleText(QString::fromUtf8(value.className()), 80);
    case Value::Kind::Decimal:
        return QStringLiteral("Decimal");
    case Value::Kind::Uuid:
        return QStringLiteral("UUID");
    case Value::Kind::DateTime:
        return QStringLiteral("datetime");
    case Value::Kind::Date:
        return QStringLiteral("date");
    case Value::Kind::Time:
        return QStringLiteral("time");
    case Value::Kind::TimeDelta:
        return QStringLiteral("timedelta");
    case Value::Kind::Array:
        return QStringLiteral("array");
    case Value::Kind::Ext:
        return QStringLiteral("ext");
    case Value::Kind::PersistentId:
        return QStringLiteral("persistent id");
    case Value::Kind::Cycle:
        return QStringLiteral("cycle");
    case Value::Kind::Reference:
        return QStringLiteral("proxy");
    case Value::Kind::Error:
        return value.asError() ? visibleText(value.asError()->className, 80) : QStringLiteral("exception");
    }
    return {};
}

QString ValueModel::preview(const Value &value) const
{
    if (const auto target = reference(value))
        return visibleText(target->uri);
    if (value.kind() == Value::Kind::Cycle)
        return tr("points back to an outer container");
    return visibleText(toPython(value, shortPrint(m_dialect)));
}

QString ValueModel::sizeOf(const Value &value) const
{
    switch (value.kind()) {
    case Value::Kind::Text:
    case Value::Kind::Str:
    case Value::Kind::Bytes:
    case Value::Kind::ByteArray:
    case Value::Kind::Ext:
        return sizeText(value.rawBytes().size());
    case Value::Kind::Tuple:
    case Value::Kind::List:
    case Value::Kind::Set:
    case Value::Kind::FrozenSet:
    case Value::Kind::Dict:
    case Value::Kind::Array:
        return tr("%n item(s)", nullptr, int(std::min<qint64>(childTotal(value), INT_MAX)));
    default:
        return {};
    }
}

QVariant ValueModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const Node &node = nodeOf(index);
    const auto target = node.isRange ? std::nullopt : reference(node.value);
    switch (role) {
    case Qt::DisplayRole:
        switch (index.column()) {
        case KeyColumn:
            return node.key;
        case TypeColumn:
            return node.isRange ? QString()
                                : (target ? QStringLiteral("proxy") : typeName(node.value, m_dialect));
        case ValueColumn:
            return node.isRange ? QString() : preview(node.value);
        case SizeColumn:
            return node.isRange
                ? tr("%n item(s)", nullptr, int(std::min<qint64>(node.to - node.from, INT_MAX)))
                : sizeOf(node.value);
        default:
            return {};
        }
    case Qt::TextAlignmentRole:
        return index.column() == SizeColumn ? QVariant(int(Qt::AlignRight | Qt::AlignVCenter)) : QVariant();
    case Qt::AccessibleTextRole:
        return index.column() == KeyColumn && !node.isRange
            ? tr("%1, %2, %3", "key, type, value")
                  .arg(node.key, typeName(node.value, m_dialect), preview(node.value))
            : data(index, Qt::DisplayRole);
    case KindRole:
        return node.isRange ? -1 : int(node.value.kind());
    case ReferenceRole:
        return target ? target->uri : QString();
    case IsLeafRole:
        return node.to == node.from;
    default:
        return {};
    }
}

QVariant ValueModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case KeyColumn:
        return tr("Key", "column");
    case TypeColumn:
        return tr("Type", "column");
    case ValueColumn:
        return tr("Value", "column");
    case SizeColumn:
        return tr("Size", "column");
    default:
        return {};
    }
}

Value ValueModel::valueAt(const QModelIndex &index) const
{
    return index.isValid() ? nodeOf(index).value : Value();
}

QString ValueModel::pathOf(const QModelIndex &index) const
{
    QString path;
    for (int at = index.isValid() ? int(index.internalId()) : -1; at >= 0; at = m_nodes[size_t(at)].parent)
        path.prepend(m_nodes[size_t(at)].step);
    return path;
}

QStringList ValueModel::stepsOf(const QModelIndex &index) const
{
    QStringList steps;
    for (int at = index.isValid() ? int(index.internalId()) : -1; at >= 0; at = m_nodes[size_t(at)].parent) {
        const Node &node = m_nodes[size_t(at)];
        if (node.parent >= 0 && !node.isRange)
            steps.prepend(node.step);
    }
    return steps;
}

std::optional<Value> ValueModel::valueAtSteps(const Value &root, const QStringList &steps, Dialect dialect)
{
    Value value = root;
    for (const QString &step : steps) {
        const qint64 count = childTotal(value);
        const bool named = value.kind() == Value::Kind::Dict || value.kind() == Value::Kind::Object
            || value.kind() == Value::Kind::Error;
        // The place in a sequence is in the step; what has names is searched, as its order may change.
        bool isNumber = false;
        const qint64 place = step.mid(1).chopped(1).toLongLong(&isNumber);
        qint64 from = 0;
        qint64 to = count;
        if (!named) {
            if (!isNumber || place < 0 || place >= count)
                return std::nullopt;
            from = place;
            to = place + 1;
        }
        std::optional<Value> next;
        for (qint64 i = from; i < to && !next; ++i) {
            Child child = childAt(value, i, dialect);
            if (child.step == step)
                next = std::move(child.value);
        }
        if (!next)
            return std::nullopt;
        value = std::move(*next);
    }
    return value;
}

QString ValueModel::pythonOf(const QModelIndex &index) const
{
    PrintOptions options;
    options.dialect = m_dialect;
    return index.isValid() ? toPython(nodeOf(index).value, options) : QString();
}

QString ValueModel::jsonOf(const QModelIndex &index) const
{
    return index.isValid()
        ? QString::fromUtf8(toTagged(nodeOf(index).value, TaggedStyle::Application).toText(2))
        : QString();
}

} // namespace pyrolens
