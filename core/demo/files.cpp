// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "demoobjects_p.h"

namespace pyrolens::demo {

namespace {

class Counter final : public ItemSource
{
public:
    explicit Counter(qint64 end) : m_end(end) { }
    std::optional<Result<Value>> next() override
    {
        if (m_next >= m_end)
            return std::nullopt;
        return Result<Value>(Value::integer(m_next++));
    }

private:
    qint64 m_next = 0;
    const qint64 m_end;
};

Outcome blob(const Value &n, const CallContext &context)
{
    const auto size = wholeNumber(context, "n", n, kMaxBlob);
    if (!size)
        return size.error();
    QByteArray bytes(*size, Qt::Uninitialized);
    for (qsizetype i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<char>(i & 0xff);
    return context.nativeBytes(bytes);
}

Outcome table(const Value &rows, const CallContext &context)
{
    const auto count = wholeNumber(context, "rows", rows, kMaxRows);
    if (!count)
        return count.error();
    const Value id = context.nativeText(u"id");
    const Value name = context.nativeText(u"name");
    const Value value = context.nativeText(u"value");
    std::vector<Value> list;
    list.reserve(size_t(*count));
    for (qint64 i = 0; i < *count; ++i) {
        list.push_back(Value::dict({{id, Value::integer(i)},
            {name, context.nativeText(QString(QStringLiteral("item ") + QString::number(i)))},
            {value, Value::real(double(i) * 0.5)}}));
    }
    return Value::list(std::move(list));
}

// `alive` has a user more for each file that is there.
Outcome make(const Value &name, const std::shared_ptr<int> &alive, const CallContext &context)
{
    if (!name.isTextLike() || name.rawBytes().size() > kMaxNameBytes)
        return textError(context, "TypeError", QStringLiteral("name must be a string of at most 1024 bytes"));
    if (alive.use_count() > kMaxFiles)
        return textError(context, "ValueError", QStringLiteral("too many files: close() some"));
    auto file = std::make_shared<LambdaServant>(QStringLiteral("File"), Threading::Concurrent,
        QStringLiteral("Made by demo.files; gone after close()."));
    file->method(
        QStringLiteral("name()"),
        [name, alive](std::vector<Value>, CallContext &) -> Outcome { return name; },
        QStringLiteral("Returns the name it was made with."));
    file->method(
        QStringLiteral("close()"),
        [](std::vector<Value>, CallContext &own) -> Outcome {
            if (Daemon *daemon = own.daemon) {
                if (const Status done = daemon->disconnectServant(own.object); !done)
                    return done.error();
            }
            return Value();
        },
        QStringLiteral("Disconnects this object."));
    return std::static_pointer_cast<Servant>(file);
}

} // namespace

std::shared_ptr<Servant> makeFiles()
{
    auto files = std::make_shared<LambdaServant>(QStringLiteral("Files"), Threading::Concurrent,
        QStringLiteral("Large results, streams and objects made on demand."));
    files->method(
        QStringLiteral("blob(n)"),
        [](std::vector<Value> args, CallContext &context) { return blob(args[0], context); },
        QStringLiteral("Returns n bytes: 0, 1, .. 255, 0, .."));
    files->method(
        QStringLiteral("table(rows)"),
        [](std::vector<Value> args, CallContext &context) { return table(args[0], context); },
        QStringLiteral("Returns a list of dicts with the keys id, name and value."));
    files->method(
        QStringLiteral("count(n)"),
        [](std::vector<Value> args, CallContext &context) -> Outcome {
            const auto end = wholeNumber(context, "n", args[0], kMaxCount);
            if (!end)
                return end.error();
            return std::static_pointer_cast<ItemSource>(std::make_shared<Counter>(*end));
        },
        QStringLiteral("Streams 0 to n - 1; a list where there are no streams."), false, true);
    files->method(
        QStringLiteral("make(name)"),
        [alive = std::make_shared<int>()](
            std::vector<Value> args, CallContext &context) { return make(args[0], alive, context); },
        QStringLiteral("Returns a proxy to a new object with name() and close()."));
    return files;
}

} // namespace pyrolens::demo
