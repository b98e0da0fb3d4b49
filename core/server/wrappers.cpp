// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "servant.h"

#include <QThread>

// Servants made of other servants.

namespace pyrolens {

namespace {

class CallbackServant final : public Servant
{
public:
    using Handler = std::function<void(const QByteArray &method, const Error &error)>;
    CallbackServant(std::shared_ptr<Servant> inner, Handler handler)
        : m_inner(std::move(inner)), m_handler(std::move(handler))
    { }

    Threading threading() const override { return m_inner->threading(); }
    QObject *boundObject() const override { return m_inner->boundObject(); }
    const InterfaceInfo &interface() const override { return m_inner->interface(); }
    bool hasMethod(const QByteArray &name) const override { return m_inner->hasMethod(name); }
    Outcome call(
        const QByteArray &method, const Value &args, const Value &kwargs, CallContext &context) override
    {
        return m_inner->call(method, args, kwargs, context);
    }
    Outcome attribute(const QByteArray &name, CallContext &context) override
    {
        return m_inner->attribute(name, context);
    }
    Outcome setAttribute(const QByteArray &name, const Value &value, CallContext &context) override
    {
        return m_inner->setAttribute(name, value, context);
    }
    void reaped() override { m_inner->reaped(); }
    bool surfacesErrors() const override { return true; }
    void failed(const QByteArray &method, const Error &error) override
    {
        if (m_handler)
            m_handler(method, error);
    }

private:
    const std::shared_ptr<Servant> m_inner;
    const Handler m_handler;
};

class DelegatingServant final : public Servant
{
public:
    DelegatingServant(std::shared_ptr<Servant> first, std::shared_ptr<Servant> second)
        : m_first(std::move(first)), m_second(std::move(second)), m_interface(m_first->interface())
    {
        const InterfaceInfo &rest = m_second->interface();
        for (const MethodInfo &method : rest.methods) {
            if (!m_interface.hasMethod(method.name.toUtf8()))
                m_interface.methods.push_back(method);
        }
        for (const AttributeInfo &attribute : rest.attributes) {
            if (!m_interface.attribute(attribute.name.toUtf8()))
                m_interface.attributes.push_back(attribute);
        }
        m_interface.signalNames += rest.signalNames;
    }

    Threading threading() const override
    {
        if (boundObject())
            return Threading::Bound;
        const bool areConcurrent
            = m_first->threading() == Threading::Concurrent && m_second->threading() == Threading::Concurrent;
        return areConcurrent ? Threading::Concurrent : Threading::Serialized;
    }
    QObject *boundObject() const override
    {
        return m_first->boundObject() ? m_first->boundObject() : m_second->boundObject();
    }
    const InterfaceInfo &interface() const override { return m_interface; }
    bool hasMethod(const QByteArray &name) const override
    {
        return m_first->hasMethod(name) || m_second->hasMethod(name);
    }
    Outcome call(
        const QByteArray &method, const Value &args, const Value &kwargs, CallContext &context) override
    {
        return (m_first->hasMethod(method) ? m_first : m_second)->call(method, args, kwargs, context);
    }
    Outcome attribute(const QByteArray &name, CallContext &context) override
    {
        return ownerOf(name).attribute(name, context);
    }
    Outcome setAttribute(const QByteArray &name, const Value &value, CallContext &context) override
    {
        return ownerOf(name).setAttribute(name, value, context);
    }
    void reaped() override
    {
        m_first->reaped();
        m_second->reaped();
    }
    bool surfacesErrors() const override { return m_first->surfacesErrors() || m_second->surfacesErrors(); }
    void failed(const QByteArray &method, const Error &error) override
    {
        (m_first->hasMethod(method) ? m_first : m_second)->failed(method, error);
    }

private:
    Servant &ownerOf(const QByteArray &attribute) const
    {
        return m_first->interface().attribute(attribute) ? *m_first : *m_second;
    }

    const std::shared_ptr<Servant> m_first;
    const std::shared_ptr<Servant> m_second;
    InterfaceInfo m_interface;
};

class ClassServant final : public Servant
{
public:
    ClassServant(InterfaceInfo interface, ServantClass servantClass)
        : m_interface(std::move(interface)), m_class(std::move(servantClass))
    { }

    Threading threading() const override { return Threading::Concurrent; }
    const InterfaceInfo &interface() const override { return m_interface; }
    bool hasMethod(const QByteArray &name) const override { return m_interface.hasMethod(name); }
    Outcome call(const QByteArray &, const Value &, const Value &, CallContext &) override
    {
        return Error::usage(QStringLiteral("a class is not called, its instances are"));
    }
    const ServantClass *servantClass() const override { return &m_class; }

private:
    const InterfaceInfo m_interface;
    const ServantClass m_class;
};

} // namespace

std::shared_ptr<Servant> makeClassServant(InterfaceInfo interface, InstanceMode mode, InstanceMaker maker)
{
    Q_ASSERT_X(maker, "makeClassServant", "nothing that makes instances");
    return std::make_shared<ClassServant>(std::move(interface), ServantClass{mode, std::move(maker)});
}

std::shared_ptr<Servant> makeCallbackServant(std::shared_ptr<Servant> servant,
    std::function<void(const QByteArray &method, const Error &error)> handler)
{
    Q_ASSERT_X(servant, "makeCallbackServant", "no servant");
    return std::make_shared<CallbackServant>(std::move(servant), std::move(handler));
}

std::shared_ptr<Servant> makeDelegatingServant(
    std::shared_ptr<Servant> first, std::shared_ptr<Servant> second)
{
    Q_ASSERT_X(first && second, "makeDelegatingServant", "no servant");
    Q_ASSERT_X(!first->boundObject() || !second->boundObject()
            || first->boundObject()->thread() == second->boundObject()->thread(),
        "makeDelegatingServant", "bound to two threads");
    return std::make_shared<DelegatingServant>(std::move(first), std::move(second));
}

} // namespace pyrolens
