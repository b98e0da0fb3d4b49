// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "flatservant_p.h"

#include <pyrolens/wire/generation.h>

namespace pyrolens::naming {

namespace {

/// The tree for those who know trees.
class NameServerServant final : public Servant
{
public:
    NameServerServant(std::shared_ptr<Servant> tree, std::shared_ptr<Servant> flat)
        : m_tree(std::move(tree)), m_flat(std::move(flat))
    { }

    Threading threading() const override { return Threading::Concurrent; }
    /// Generations with metadata are those of the flat space.
    const InterfaceInfo &interface() const override { return (m_flat ? m_flat : m_tree)->interface(); }
    bool hasMethod(const QByteArray &name) const override
    {
        return (m_flat && m_flat->hasMethod(name)) || (m_tree && m_tree->hasMethod(name));
    }
    Outcome call(
        const QByteArray &method, const Value &args, const Value &kwargs, CallContext &context) override
    {
        return seenBy(context).call(method, args, kwargs, context);
    }
    Outcome attribute(const QByteArray &name, CallContext &context) override
    {
        return seenBy(context).attribute(name, context);
    }
    Outcome setAttribute(const QByteArray &name, const Value &value, CallContext &context) override
    {
        return seenBy(context).setAttribute(name, value, context);
    }

private:
    Servant &seenBy(const CallContext &context) const
    {
        const bool knowsTrees = context.generation->info().features.hierarchicalNames;
        return m_tree && (knowsTrees || !m_flat) ? *m_tree : *m_flat;
    }

    const std::shared_ptr<Servant> m_tree;
    const std::shared_ptr<Servant> m_flat;
};

} // namespace

std::shared_ptr<Servant> makeNameServerServant(std::shared_ptr<Servant> tree, std::shared_ptr<Servant> flat)
{
    Q_ASSERT_X(tree || flat, "makeNameServerServant", "a name server of nobody");
    if (!tree || !flat)
        return tree ? tree : flat;
    return std::make_shared<NameServerServant>(std::move(tree), std::move(flat));
}

} // namespace pyrolens::naming
