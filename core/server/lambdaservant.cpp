// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "raise_p.h"
#include "servant.h"

#include <QHash>

namespace pyrolens {

struct LambdaServant::Private
{
    struct Function
    {
        QString name;
        QStringList parameters;
        bool plain = true; // only names: the usual call needs no binding
        Method function;
    };
    struct Property
    {
        Getter get;
        Setter set;
    };

    InterfaceInfo interface;
    Threading threading = Threading::Serialized;
    QHash<QByteArray, Function> methods;
    QHash<QByteArray, Property> attributes;
};

namespace {

// Splits the inside of a signature at commas that stand in no bracket and no quotes.
QStringList splitParameters(QStringView inside)
{
    QStringList result;
    QString current;
    int depth = 0;
    QChar quote;
    for (const QChar c : inside) {
        if (!quote.isNull()) {
            if (c == quote)
                quote = QChar();
        } else if (c == u'\'' || c == u'"') {
            quote = c;
        } else if (c == u'(' || c == u'[' || c == u'{') {
            ++depth;
        } else if (c == u')' || c == u']' || c == u'}') {
            --depth;
        } else if (c == u',' && depth == 0) {
            result.append(current.trimmed());
            current.clear();
            continue;
        }
        current += c;
    }
    if (!current.trimmed().isEmpty())
        result.append(current.trimmed());
    return result;
}

} // namespace

LambdaServant::LambdaServant(QString className, Threading threading, QString doc)
    : d(std::make_unique<Private>())
{
    Q_ASSERT_X(threading != Threading::Bound, "LambdaServant", "functions are not bound to an object");
    d->interface.className = std::move(className);
    d->interface.doc = std::move(doc);
    d->threading = threading;
}

LambdaServant::~LambdaServant() = default;

LambdaServant &LambdaServant::method(
    const QString &signature, Method function, QString doc, bool oneway, bool stream)
{
    const qsizetype open = signature.indexOf(u'(');
    Q_ASSERT_X(
        open > 0 && signature.endsWith(u')'), "LambdaServant::method", "signature must be name(parameters)");
    Private::Function entry;
    entry.name = signature.left(open).trimmed();
    entry.parameters = splitParameters(QStringView(signature).mid(open + 1).chopped(1));
    entry.function = std::move(function);
    for (const QString &parameter : entry.parameters)
        entry.plain = entry.plain && !parameter.contains(u'=') && !parameter.startsWith(u'*');
    d->interface.methods.push_back({entry.name, signature.mid(open), std::move(doc), oneway, stream});
    const QByteArray key = entry.name.toUtf8();
    d->methods.insert(key, std::move(entry));
    return *this;
}

LambdaServant &LambdaServant::attribute(const QString &name, Getter get, Setter set, QString doc)
{
    d->interface.attributes.push_back({name, bool(set), std::move(doc)});
    d->attributes.insert(name.toUtf8(), {std::move(get), std::move(set)});
    return *this;
}

Threading LambdaServant::threading() const
{
    return d->threading;
}

const InterfaceInfo &LambdaServant::interface() const
{
    return d->interface;
}

bool LambdaServant::hasMethod(const QByteArray &name) const
{
    return d->methods.contains(name);
}

Outcome LambdaServant::call(
    const QByteArray &method, const Value &args, const Value &kwargs, CallContext &context)
{
    const auto found = d->methods.constFind(method);
    if (found == d->methods.cend())
        return noAttribute(context, d->interface.className, method);
    const auto items = args.items();
    if (found->plain && kwargs.size() == 0 && qsizetype(items.size()) == found->parameters.size())
        return found->function({items.begin(), items.end()}, context);
    auto bound = bindArguments(found->name, found->parameters, args, kwargs);
    if (!bound)
        return inNativeText(context, std::move(bound).error());
    return found->function(std::move(bound).value(), context);
}

Outcome LambdaServant::attribute(const QByteArray &name, CallContext &context)
{
    const auto found = d->attributes.constFind(name);
    if (found == d->attributes.cend())
        return noAttribute(context, d->interface.className, name);
    return found->get(context);
}

Outcome LambdaServant::setAttribute(const QByteArray &name, const Value &value, CallContext &context)
{
    const auto found = d->attributes.constFind(name);
    if (found == d->attributes.cend())
        return noAttribute(context, d->interface.className, name);
    if (!found->set)
        return raiseText(context, QStringLiteral("AttributeError"), QStringLiteral("can't set attribute"));
    return found->set(value, context);
}

} // namespace pyrolens
