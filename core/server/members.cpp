// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "dispatch_p.h"

#include "daemonobject_p.h"
#include "raise_p.h"

// What an object has, and what is said of what it has not.

namespace pyrolens {

namespace {

struct Said
{
    QString className;
    QString text;
    const char *code; ///< null: nothing worth a line in the log
};

/// As Python itself words it, and Pyro 3 with it.
Said asPythonSays(Lack lack, const QString &owner, const QString &name)
{
    switch (lack) {
    case Lack::Object:
        return {QStringLiteral("ProtocolError"), QStringLiteral("unknown object ID"), "call.object"};
    case Lack::PrivateMethod:
        return {QStringLiteral("AttributeError"), u"not allowed: " + name, "call.refused"};
    case Lack::CalledAttribute:
        return {QStringLiteral("TypeError"), QStringLiteral("attribute '%1' is not callable").arg(name),
            "call.method"};
    case Lack::MethodAsValue:
        return {QStringLiteral("TypeError"), QStringLiteral("can't pickle instancemethod objects"), nullptr};
    case Lack::ReadOnly:
        return {QStringLiteral("AttributeError"), QStringLiteral("can't set attribute"), nullptr};
    case Lack::Method:
    case Lack::Attribute:
        break;
    }
    return {QStringLiteral("AttributeError"),
        QStringLiteral("'%1' object has no attribute '%2'").arg(owner, name), "call.method"};
}

Error said(const Call &call, const QString &className, const QString &text, const char *code)
{
    Error error = raiseText(contextOf(call), className, text);
    if (code)
        error.code = QLatin1StringView(code);
    return error;
}

Result<Value> runBuiltin(const Call &call, const Hosted &hosted)
{
    const Message &request = call.request;
    switch (call.generation().builtin(request.method)) {
    case Builtin::ObjectId:
        return contextOf(call).nativeText(QString::fromUtf8(hosted.id(spaceOf(call.generation()))));
    case Builtin::Proxy:
        return referenceTo(call, hosted, Reference::Form::Proxy);
    case Builtin::AttributeProxy:
        return referenceTo(call, hosted, Reference::Form::AttributeProxy);
    case Builtin::Refused:
    case Builtin::Private:
        return lackError(call, Lack::PrivateMethod, hosted.servant->interface().className, request.method);
    case Builtin::None:
        break;
    }
    const InterfaceInfo &interface = hosted.servant->interface();
    return lackError(call, interface.attribute(request.method) ? Lack::CalledAttribute : Lack::Method,
        interface.className, request.method);
}

/// No object offers these, whatever its servant says.
bool isPrivate(const Call &call)
{
    return call.request.method.startsWith('_')
        && call.generation().builtin(call.request.method) == Builtin::Private;
}

} // namespace

Error lackError(const Call &call, Lack lack, const QString &owner, QByteArrayView name)
{
    Said plain = asPythonSays(lack, owner, QString::fromUtf8(name));
    if (auto own = call.generation().wording(lack, owner, name)) {
        plain.className = std::move(own->className);
        plain.text = std::move(own->text);
        plain.code = lack == Lack::Object ? "call.object" : "call.method";
    }
    return said(call, plain.className, plain.text, plain.code);
}

Value referenceTo(const Call &call, const Hosted &hosted, Reference::Form form)
{
    Reference result;
    result.form = form;
    if (const auto uri = call.core().uriFor(hosted, call.generation()))
        result.uri = uri->toString();
    ObjectMetadata metadata = metadataOf(call.generation(), hosted.servant->interface());
    result.onewayMethods = std::move(metadata.oneway);
    if (call.generation().info().features.objectMetadata) {
        result.methods = std::move(metadata.methods);
        result.attributes = std::move(metadata.attributes);
    }
    return Value::reference(std::move(result));
}

Begun runMethod(const Call &call, const std::shared_ptr<Hosted> &hosted)
{
    if (!hosted->servant->hasMethod(call.request.method) || isPrivate(call))
        return runBuiltin(call, *hosted);
    return run(call, hosted);
}

Begun runAttribute(const Call &call, const std::shared_ptr<Hosted> &hosted)
{
    const Message &request = call.request;
    const InterfaceInfo &interface = hosted->servant->interface();
    const bool isMethod = hosted->servant->hasMethod(request.method)
        || call.generation().builtin(request.method) != Builtin::None;
    if (request.kind == Message::Kind::HasAttribute)
        return Result<Value>(Value::integer(isMethod ? 1 : 2));
    const AttributeInfo *attribute = interface.attribute(request.method);
    const auto lacks = [&](Lack lack) {
        return Result<Value>(lackError(call, lack, interface.className, request.method));
    };
    // Where metadata tells the attributes there are no others.
    if (!attribute && call.generation().info().features.objectMetadata)
        return lacks(isMethod ? Lack::MethodAsValue : Lack::Attribute);
    if (request.kind == Message::Kind::SetAttribute) {
        // Only objects that offer attributes can be written to at all.
        if (interface.attributes.empty() || (!attribute && isMethod)) {
            return Result<Value>(said(call, QStringLiteral("AttributeError"),
                QStringLiteral("not allowed: setting '%1'").arg(QString::fromUtf8(request.method)),
                "call.refused"));
        }
        if (attribute && !attribute->writable)
            return lacks(Lack::ReadOnly);
    }
    if (!attribute && isMethod)
        return lacks(Lack::MethodAsValue); // as Python does it, where a bound method is an attribute too
    return run(call, hosted);
}

} // namespace pyrolens
