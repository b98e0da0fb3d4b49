// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "qtvalue_p.h"
#include "raise_p.h"
#include "servant.h"

#include <QHash>
#include <QMetaMethod>
#include <QMetaProperty>
#include <QPointer>

#include <array>

namespace pyrolens {

namespace {

// Most parameters of an invokable method; Qt's own limit.
constexpr int kMaxParameters = 10;

const char *const kTypeError = "TypeError";

QString typeNameForPeople(QMetaType type)
{
    return type == QMetaType::fromType<Value>() ? QStringLiteral("object") : QString::fromLatin1(type.name());
}

bool isCallable(const QMetaMethod &method)
{
    if (method.access() != QMetaMethod::Public || method.parameterCount() > kMaxParameters)
        return false;
    if (method.methodType() != QMetaMethod::Method && method.methodType() != QMetaMethod::Slot)
        return false;
    for (int i = 0; i < method.parameterCount(); ++i) {
        if (!isConvertible(method.parameterMetaType(i)))
            return false;
    }
    const QMetaType result = method.returnMetaType();
    return result.id() == QMetaType::Void || isConvertible(result);
}

// "(city: QString, days: int)": the names are the author's, the types tell what fits.
QString signatureOf(const QMetaMethod &method)
{
    QStringList parts;
    const QList<QByteArray> names = method.parameterNames();
    for (int i = 0; i < method.parameterCount(); ++i) {
        const QString name
            = names.value(i).isEmpty() ? QStringLiteral("arg%1").arg(i) : QString::fromUtf8(names[i]);
        parts.append(name + QLatin1String(": ") + typeNameForPeople(method.parameterMetaType(i)));
    }
    return QLatin1Char('(') + parts.join(QLatin1String(", ")) + QLatin1Char(')');
}

/// Reads the meta-object once; called in the object's thread by the daemon (Threading::Bound).
class QObjectServant final : public Servant
{
public:
    explicit QObjectServant(QObject *object) : m_object(object), m_address(object)
    {
        const QMetaObject *meta = object->metaObject();
        m_interface.className = QString::fromLatin1(meta->className()).section(QLatin1String("::"), -1);
        for (int i = QObject::staticMetaObject.methodCount(); i < meta->methodCount(); ++i)
            addMethod(meta->method(i));
        for (int i = QObject::staticMetaObject.propertyCount(); i < meta->propertyCount(); ++i) {
            const QMetaProperty property = meta->property(i);
            if (!property.isReadable() || !isConvertible(property.metaType()))
                continue;
            m_interface.attributes.push_back(
                {QString::fromLatin1(property.name()), property.isWritable(), {}});
            m_properties.insert(property.name(), property);
        }
    }

    Threading threading() const override { return Threading::Bound; }
    QObject *boundObject() const override { return m_address; }
    const InterfaceInfo &interface() const override { return m_interface; }
    bool hasMethod(const QByteArray &name) const override { return m_methods.contains(name); }

    Outcome call(
        const QByteArray &name, const Value &args, const Value &kwargs, CallContext &context) override
    {
        if (!m_object)
            return gone(context);
        const auto candidates = m_methods.constFind(name);
        if (candidates == m_methods.cend())
            return noAttribute(context, m_interface.className, name);
        Error why;
        const auto chosen = choose(*candidates, QString::fromUtf8(name), args, kwargs, why);
        if (!chosen)
            return inNativeText(context, why);
        return invoke(*chosen, context);
    }

    Outcome attribute(const QByteArray &name, CallContext &context) override
    {
        if (!m_object)
            return gone(context);
        const auto property = m_properties.constFind(name);
        if (property == m_properties.cend())
            return noAttribute(context, m_interface.className, name);
        return result(property->read(m_object), context);
    }

    Outcome setAttribute(const QByteArray &name, const Value &value, CallContext &context) override
    {
        if (!m_object)
            return gone(context);
        const auto property = m_properties.constFind(name);
        if (property == m_properties.cend())
            return noAttribute(context, m_interface.className, name);
        if (!property->isWritable())
            return raiseText(
                context, QStringLiteral("AttributeError"), QStringLiteral("can't set attribute"));
        Fitted fitted = fitTo(value, property->metaType());
        if (fitted.fit == Fit::No || !property->write(m_object, std::move(fitted.value))) {
            return raiseText(context, QLatin1String(kTypeError),
                QStringLiteral("%1 must be %2, not %3")
                    .arg(QString::fromUtf8(name), typeNameForPeople(property->metaType()),
                        pythonTypeName(value)));
        }
        return Value();
    }

private:
    struct Choice
    {
        QMetaMethod method;
        std::vector<QVariant> values;
        int score = -1;
    };

    void addMethod(const QMetaMethod &method)
    {
        const QString name = QString::fromLatin1(method.name());
        if (method.methodType() == QMetaMethod::Signal) {
            if (!(method.attributes() & QMetaMethod::Cloned))
                m_interface.signalNames.append(name + signatureOf(method));
            return;
        }
        if (!isCallable(method))
            return;
        m_methods[method.name()].push_back(method);
        if (!(method.attributes() & QMetaMethod::Cloned))
            m_interface.methods.push_back({name, signatureOf(method), {}, false, false});
    }

    // Same number of parameters, every value fits; the closest fit wins, the first declared among equals.
    static std::optional<Choice> choose(const std::vector<QMetaMethod> &candidates, const QString &name,
        const Value &args, const Value &kwargs, Error &why)
    {
        std::optional<Choice> best;
        for (const QMetaMethod &method : candidates) {
            QStringList parameters;
            const QList<QByteArray> names = method.parameterNames();
            for (int i = 0; i < method.parameterCount(); ++i)
                parameters.append(
                    names.value(i).isEmpty() ? QStringLiteral("arg%1").arg(i) : QString::fromUtf8(names[i]));
            auto bound = bindArguments(name, parameters, args, kwargs);
            if (!bound) {
                if (why.what.isEmpty())
                    why = bound.error();
                continue;
            }
            Choice choice{method, {}, 0};
            for (int i = 0; i < method.parameterCount(); ++i) {
                const Value &value = (*bound)[size_t(i)];
                Fitted fitted = fitTo(value, method.parameterMetaType(i));
                if (fitted.fit == Fit::No) {
                    why = raise(QLatin1String(kTypeError),
                        {Value::text(QStringLiteral("%1() argument %2 must be %3, not %4")
                                         .arg(name)
                                         .arg(i + 1)
                                         .arg(typeNameForPeople(method.parameterMetaType(i)),
                                             pythonTypeName(value)))});
                    choice.score = -1;
                    break;
                }
                choice.score += int(fitted.fit);
                choice.values.push_back(std::move(fitted.value));
            }
            if (choice.score >= 0 && (!best || choice.score > best->score))
                best = std::move(choice);
        }
        return best;
    }

    Outcome invoke(const Choice &choice, const CallContext &context)
    {
        // As moc's own calls do it: place 0 is the result, then a pointer per parameter.
        std::array<void *, kMaxParameters + 1> places{};
        std::vector<QVariant> values = choice.values;
        for (size_t i = 0; i < values.size(); ++i) {
            const bool isVariant = choice.method.parameterMetaType(int(i)).id() == QMetaType::QVariant;
            places[i + 1] = isVariant ? static_cast<void *>(&values[i]) : values[i].data();
        }
        const QMetaType type = choice.method.returnMetaType();
        QVariant returned;
        if (type.id() == QMetaType::QVariant) {
            places[0] = &returned;
        } else if (type.id() != QMetaType::Void) {
            returned = QVariant(type);
            places[0] = returned.data();
        }
        QMetaObject::metacall(
            m_object, QMetaObject::InvokeMetaMethod, choice.method.methodIndex(), places.data());
        return result(returned, context);
    }

    static Outcome result(const QVariant &variant, const CallContext &context)
    {
        const Dialect dialect = context.generation ? context.generation->info().dialect : Dialect::Python3;
        if (auto value = fromQt(variant, dialect))
            return std::move(*value);
        return raiseText(context, QLatin1String(kTypeError),
            QStringLiteral("a result of type %1 has no Python counterpart")
                .arg(QString::fromLatin1(variant.metaType().name())));
    }

    static Outcome gone(const CallContext &context)
    {
        return raiseText(context, QStringLiteral("DaemonError"), QStringLiteral("the object is gone"));
    }

    const QPointer<QObject> m_object; ///< looked at in the object's thread only
    QObject *const m_address;         ///< for the daemon, which asks while it is alive
    InterfaceInfo m_interface;
    QHash<QByteArray, std::vector<QMetaMethod>> m_methods;
    QHash<QByteArray, QMetaProperty> m_properties;
};

} // namespace

std::shared_ptr<Servant> makeQObjectServant(QObject *object)
{
    Q_ASSERT_X(object, "makeQObjectServant", "no object");
    return std::make_shared<QObjectServant>(object);
}

} // namespace pyrolens
