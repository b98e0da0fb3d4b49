// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "command.h"
#include "target.h"

#include <pyrolens/generations.h>
#include <pyrolens/json/jsoncodec.h>
#include <pyrolens/marshal/marshal.h>
#include <pyrolens/msgpack/msgpack.h>
#include <pyrolens/pickle/pickle.h>
#include <pyrolens/serpent/serpent.h>
#include <pyrolens/value/tagged.h>

#include <QFile>

namespace pyrolens::cli {

namespace {

/// Bytes given to `decode` may be as large as a frame may be at the most.
constexpr qint64 kMaxInputBytes = 1024LL * 1024 * 1024;

class DecodeCommand : public Command
{
public:
    QString name() const override { return QStringLiteral("decode"); }
    QString synopsis() const override { return QStringLiteral("[--as FORMAT] [FILE|-]"); }
    QString summary() const override
    {
        return QStringLiteral("says what recorded bytes mean; runs nothing of them");
    }
    int maxWords() const override { return 1; }
    std::vector<OptionSpec> options() const override
    {
        return {{QStringLiteral("as"), QStringLiteral("FORMAT"),
            QStringLiteral("auto, frames, pickle, serpent, marshal, json or msgpack (default auto)"), false}};
    }

    int run(Invocation &invocation) override
    {
        const Stopwatch stopwatch;
        const auto bytes = input(invocation.line.words.value(0, QStringLiteral("-")));
        if (!bytes)
            return invocation.output->fail(bytes.error());
        const QString format = invocation.line.value(QStringLiteral("as"), QStringLiteral("auto"));
        if (format == QLatin1String("frames"))
            return decodeFrames(invocation, *bytes, stopwatch);
        if (format == QLatin1String("pickle"))
            return decodePickle(invocation, *bytes, stopwatch);
        if (const auto codec = codecNamed(format))
            return decodeValue(invocation, *codec, *bytes, stopwatch);
        if (format != QLatin1String("auto"))
            return invocation.output->fail(Error::usage(QStringLiteral(
                "--as knows auto, frames, pickle, serpent, marshal, json and msgpack, not '%1'")
                                                            .arg(format)));
        return decodeAnything(invocation, *bytes, stopwatch);
    }

private:
    static Result<QByteArray> input(const QString &path)
    {
        QFile file(path);
        const bool isOpen = path == QLatin1String("-") ? file.open(stdin, QIODevice::ReadOnly)
                                                       : file.open(QIODevice::ReadOnly);
        if (!isOpen)
            return Error::usage(QStringLiteral("cannot read %1: %2").arg(path, file.errorString()));
        QByteArray bytes = file.read(kMaxInputBytes + 1);
        if (bytes.size() > kMaxInputBytes)
            return Error::limit(
                QStringLiteral("%1 is larger than 1 GiB").arg(path), QStringLiteral("frame.too-large"));
        if (bytes.isEmpty())
            return Error::protocol(
                QStringLiteral("there are no bytes to decode"), QStringLiteral("frame.truncated"), 0);
        return bytes;
    }

    static Limits limitsOf(const Invocation &invocation)
    {
        // What a person decodes by hand may be as large as a frame may be made.
        Limits limits = invocation.proxyOptions.limits;
        limits.maxFrameBytes = kMaxInputBytes;
        return limits;
    }

    /// The codecs of Pyro 4 and 5 by name, showing what stands on the wire; null for other names.
    static std::unique_ptr<Codec> codecNamed(const QString &name)
    {
        if (name == QLatin1String("serpent"))
            return std::make_unique<serpent::SerpentCodec>();
        if (name == QLatin1String("marshal"))
            return std::make_unique<marshal::MarshalCodec>();
        if (name == QLatin1String("json"))
            return std::make_unique<json::JsonCodec>();
        if (name == QLatin1String("msgpack"))
            return std::make_unique<msgpack::MsgpackCodec>(
                msgpack::ReadOptions{.convertExtensions = false, .strictKeys = false});
        return nullptr;
    }

    static int decodePickle(Invocation &invocation, const QByteArray &bytes, const Stopwatch &stopwatch)
    {
        pickle::ReadOptions options;
        options.allowPersistent = true;
        const pickle::PickleCodec codec({}, options);
        return decodeValue(invocation, codec, bytes, stopwatch, defaultGeneration(invocation).info().dialect);
    }

    static int decodeValue(Invocation &invocation, const Codec &codec, const QByteArray &bytes,
        const Stopwatch &stopwatch, Dialect dialect = Dialect::Python3)
    {
        const auto decoded = codec.decode(bytes, limitsOf(invocation));
        if (!decoded)
            return invocation.output->fail(decoded.error());
        if (decoded->bytesUsed < bytes.size())
            invocation.output->message(
                QStringLiteral("%1 bytes after the end of the %3 (offset %2) were left alone")
                    .arg(bytes.size() - decoded->bytesUsed)
                    .arg(decoded->bytesUsed)
                    .arg(QString::fromLatin1(codec.name())));
        PrintOptions print;
        print.dialect = dialect;
        print.indent = 4;
        invocation.output->result(toTagged(decoded->value, TaggedStyle::Codec),
            invocation.output->isJson() ? QString() : toPython(decoded->value, print), stopwatch.elapsed());
        return kDone;
    }

    static int decodeFrames(Invocation &invocation, const QByteArray &bytes, const Stopwatch &stopwatch)
    {
        const Generation *generation = generationOf(invocation, bytes);
        const Generation &used = generation != nullptr ? *generation : defaultGeneration(invocation);
        const Limits limits = limitsOf(invocation);
        for (qsizetype offset = 0; offset < bytes.size();) {
            const auto frame = used.frameAt(bytes, offset, limits);
            if (!frame)
                return invocation.output->fail(frame.error());
            const Json record = used.record(*frame, limits);
            invocation.output->result(record,
                invocation.output->isJson() ? QString() : text(*frame, record, offset, used.info().dialect),
                stopwatch.elapsed());
            offset += frame->bytes.size();
        }
        return kDone;
    }

    static QString text(const Frame &frame, const Json &record, qsizetype offset, Dialect dialect)
    {
        QString line = QStringLiteral("%1  %2  %3 bytes  %4")
                           .arg(offset, 8)
                           .arg(frame.direction == Direction::ClientToServer ? QStringLiteral("->")
                                                                             : QStringLiteral("<-"))
                           .arg(frame.bytes.size(), 7)
                           .arg(record.value(u"kind").toString(), -9);
        if (record.contains(u"text"))
            line += QStringLiteral("  ") + record.value(u"text").toString();
        if (record.contains(u"problem"))
            line += QStringLiteral("  (") + record.value(u"problem").toString() + u')';
        if (record.contains(u"body")) {
            if (const auto body = fromTagged(record.value(u"body")))
                line += QStringLiteral("  ") + toPython(*body, {.dialect = dialect, .maxChars = 2000});
        }
        return line;
    }

    /// Recordings may be of generations that this program does not speak. Null when the bytes are nobody's.
    static const Generation *generationOf(const Invocation &invocation, const QByteArray &bytes)
    {
        static const std::shared_ptr<const Catalogue> catalogue = builtinCatalogue();
        if (invocation.proxyOptions.generation != 0)
            return catalogue->find(invocation.proxyOptions.generation);
        for (const auto &generation : catalogue->all()) {
            for (const Direction from : {Direction::ServerToClient, Direction::ClientToServer}) {
                if (generation->looksLike(bytes, from) == Match::Yes)
                    return generation.get();
            }
        }
        return nullptr;
    }

    static int decodeAnything(Invocation &invocation, const QByteArray &bytes, const Stopwatch &stopwatch)
    {
        if (generationOf(invocation, bytes) != nullptr)
            return decodeFrames(invocation, bytes, stopwatch);
        pickle::ReadOptions options;
        options.allowPersistent = true;
        const bool saysPickle = bytes.startsWith('\x80');
        if (saysPickle || pickle::decode(bytes, limitsOf(invocation), options))
            return decodePickle(invocation, bytes, stopwatch);
        return invocation.output->fail(Error::protocol(
            QStringLiteral(
                "these bytes are neither Pyro frames nor a pickle; --as says what to take them for"),
            QStringLiteral("frame.bad-header"), 0));
    }
};

} // namespace

void addDecodeCommand(Commands &commands)
{
    commands.push_back(std::make_unique<DecodeCommand>());
}

} // namespace pyrolens::cli
