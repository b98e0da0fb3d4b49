// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "command.h"

#include "target.h"

#include <pyrolens/client/addressmap.h>

#include <QFile>
#include <QFileInfo>

#include <algorithm>
#include <cmath>

namespace pyrolens::cli {

namespace {

QString usageText(const Commands &commands)
{
    QString text = QStringLiteral("usage: pyroctl [options] COMMAND ...\n\n");
    for (const auto &command : commands)
        text += QStringLiteral("  %1 %2\n").arg(command->name(), -11).arg(command->synopsis())
            + QStringLiteral("              ") + command->summary() + u'\n';
    text += QStringLiteral("\nOptions of every command:\n");
    for (const OptionSpec &spec : globalOptions())
        text += QStringLiteral("  --%1 %2\n").arg(spec.name + u' ' + spec.valueName, -28).arg(spec.help);
    return text + QStringLiteral("\n'pyroctl COMMAND --help' tells about one command.");
}

QString helpText(const Command &command)
{
    QString text = QStringLiteral("usage: pyroctl %1 %2\n%3\n")
                       .arg(command.name(), command.synopsis(), command.summary());
    for (const OptionSpec &spec : command.options())
        text += QStringLiteral("  --%1 %2\n").arg(spec.name + u' ' + spec.valueName, -28).arg(spec.help);
    return text.trimmed();
}

/// Every option of every command: where options may stand before the command, only their shape matters at
/// first.
std::vector<OptionSpec> unionOfOptions(const Commands &commands)
{
    std::vector<OptionSpec> all = globalOptions();
    for (const auto &command : commands) {
        for (const OptionSpec &spec : command->options()) {
            const auto same = std::find_if(
                all.begin(), all.end(), [&spec](const OptionSpec &known) { return known.name == spec.name; });
            if (same == all.end())
                all.push_back(spec);
            else
                same->repeatable = same->repeatable || spec.repeatable;
        }
    }
    return all;
}

Status checkAgainstCommand(const ParsedLine &line, const Command &command)
{
    std::vector<OptionSpec> allowed = globalOptions();
    for (const OptionSpec &spec : command.options())
        allowed.push_back(spec);
    for (const QString &name : line.optionNames()) {
        const bool known = std::any_of(
            allowed.begin(), allowed.end(), [&name](const OptionSpec &spec) { return spec.name == name; });
        if (!known)
            return Error::usage(QStringLiteral("'%1' has no option --%2").arg(command.name(), name));
    }
    if (line.words.size() < command.minWords())
        return Error::usage(
            QStringLiteral("'%1' needs more: pyroctl %1 %2").arg(command.name(), command.synopsis()));
    if (command.maxWords() >= 0 && line.words.size() > command.maxWords())
        return Error::usage(QStringLiteral("'%1' does not take '%2': pyroctl %1 %3")
                                .arg(command.name(), line.words.at(command.maxWords()), command.synopsis()));
    return Done{};
}

/// The first line of a file that holds a secret; the file must not be readable by others.
Result<QString> secretFromFile(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return Error::usage(QStringLiteral("cannot read %1: %2").arg(path, file.errorString()));
    const QFileDevice::Permissions others = QFileDevice::ReadGroup | QFileDevice::ReadOther;
    if (QFileInfo(path).permissions() & others)
        return Error::usage(
            QStringLiteral("%1 can be read by other users; make it private: chmod 600 %1").arg(path));
    QByteArray line = file.readLine(64 * 1024);
    while (line.endsWith('\n') || line.endsWith('\r'))
        line.chop(1);
    return QString::fromUtf8(line);
}

/// A secret given as --NAME, in a file with --NAME-file, or in the environment.
Result<QString> secret(const ParsedLine &line, const QString &name, const char *variable, Output &output)
{
    const QString file = name + QStringLiteral("-file");
    if (line.has(name) && line.has(file))
        return Error::usage(QStringLiteral("give --%1 or --%2, not both").arg(name, file));
    if (line.has(name)) {
        output.message(
            QStringLiteral("warning: other users of this machine can read a secret on the command line; "
                           "use --%1 or %2")
                .arg(file, QString::fromLatin1(variable)));
        return line.value(name);
    }
    if (line.has(file))
        return secretFromFile(line.value(file));
    return qEnvironmentVariable(variable);
}

/// How the identification is presented. Source: Pyro 3.16, examples user_passwd_auth and sessions, which
/// bring validators of their own.
Result<Credentials> credentials(const QString &as, const QString &ident)
{
    Credentials credentials;
    if (as == u"plain") {
        credentials.ident = ident;
        return credentials;
    }
    if (as == u"raw") {
        credentials.scheme = Credentials::Scheme::Raw;
        credentials.raw = ident.toUtf8();
        return credentials;
    }
    if (as != u"user")
        return Error::usage(QStringLiteral("--ident-as is plain, user or raw, not '%1'").arg(as));
    const qsizetype colon = ident.indexOf(u':');
    if (colon <= 0)
        return Error::usage(
            QStringLiteral("with --ident-as user the identification has the form NAME:PASSWORD"));
    credentials.scheme = Credentials::Scheme::UserPassword;
    credentials.user = ident.first(colon);
    credentials.password = ident.sliced(colon + 1);
    return credentials;
}

Result<std::optional<TlsSettings>> tlsSettings(const ParsedLine &line, Output &output)
{
    TlsSettings settings;
    settings.caFiles = line.values(QStringLiteral("tls-ca"));
    settings.certificateFile = line.value(QStringLiteral("tls-cert"));
    settings.keyFile = line.value(QStringLiteral("tls-key"));
    const QString option = QStringLiteral("tls-key-passphrase");
    const Result<QString> passphrase = secret(line, option, "PYROLENS_TLS_KEY_PASSPHRASE", output);
    if (!passphrase)
        return passphrase.error();
    if (settings.certificateFile.isEmpty() && settings.keyFile.isEmpty()
        && (line.has(option) || line.has(option + u"-file")))
        return Error::usage(QStringLiteral("a passphrase of a key goes with --tls-cert or --tls-key"));
    if (settings == TlsSettings())
        return std::optional<TlsSettings>();
    settings.passphrase = passphrase->toUtf8();
    return std::optional(settings);
}

/// What goes along with the messages of a client.
Status applyMessageOptions(Invocation &invocation)
{
    const ParsedLine &line = invocation.line;
    ProxyOptions &options = invocation.proxyOptions;
    if (line.has(QStringLiteral("retries"))) {
        bool isNumber = false;
        options.retries = line.value(QStringLiteral("retries")).toInt(&isNumber);
        if (!isNumber || options.retries < 0)
            return Error::usage(QStringLiteral("--retries takes a number from 0 on"));
    }
    for (const QString &text : line.values(QStringLiteral("annotation"))) {
        const QByteArray bytes = text.toUtf8();
        const bool isAscii = std::all_of(
            bytes.begin(), bytes.begin() + qMin<qsizetype>(4, bytes.size()), [](char c) { return c > 0; });
        if (!isAscii || bytes.indexOf('=') != 4)
            return Error::usage(
                QStringLiteral("--annotation takes ID=TEXT with four ASCII characters as ID, not '%1'")
                    .arg(text));
        options.annotations.push_back({bytes.first(4), bytes.sliced(5)});
    }
    if (line.has(QStringLiteral("handshake"))) {
        // The generations that take one read it alike.
        const GenerationInfo &newest = invocation.catalogue->all().back()->info();
        const auto data
            = parseLiteral(line.value(QStringLiteral("handshake")), newest.dialect, options.limits);
        if (!data)
            return Error::usage(QStringLiteral("--handshake takes a literal: ") + data.error().what);
        options.handshake = data->value;
    }
    return Done{};
}

Status applyGlobals(Invocation &invocation)
{
    const ParsedLine &line = invocation.line;
    if (line.has(QStringLiteral("gen"))) {
        bool isNumber = false;
        const int generation = line.value(QStringLiteral("gen")).toInt(&isNumber);
        if (!isNumber || invocation.catalogue->find(generation) == nullptr)
            return Error::usage(
                QStringLiteral("--gen %1: this build speaks %2")
                    .arg(line.value(QStringLiteral("gen")), generationNames(*invocation.catalogue)));
        invocation.proxyOptions.generation = generation;
    }
    if (line.has(QStringLiteral("timeout"))) {
        bool isNumber = false;
        const double seconds = line.value(QStringLiteral("timeout")).toDouble(&isNumber);
        if (!isNumber || !std::isfinite(seconds) || seconds < 0 || seconds > 1e9)
            return Error::usage(QStringLiteral("--timeout takes a number of seconds, 0 for none"));
        invocation.proxyOptions.callTimeout = std::chrono::milliseconds(qint64(std::ceil(seconds * 1000)));
        if (seconds > 0)
            invocation.proxyOptions.connectTimeout
                = std::min(invocation.proxyOptions.connectTimeout, invocation.proxyOptions.callTimeout);
    }
    const Result<QString> ident = secret(line, QStringLiteral("ident"), "PYROLENS_IDENT", *invocation.output);
    if (!ident)
        return ident.error();
    const Result<Credentials> shown
        = credentials(line.value(QStringLiteral("ident-as"), QStringLiteral("plain")), *ident);
    if (!shown)
        return shown.error();
    invocation.proxyOptions.credentials = *shown;
    const Result<QString> key
        = secret(line, QStringLiteral("hmac-key"), "PYROLENS_HMAC_KEY", *invocation.output);
    if (!key)
        return key.error();
    invocation.proxyOptions.credentials.hmacKey = key->toUtf8();
    if (line.has(QStringLiteral("serializer"))) {
        const QByteArray codec = line.value(QStringLiteral("serializer")).toUtf8();
        const bool known = std::any_of(invocation.catalogue->all().begin(), invocation.catalogue->all().end(),
            [&codec](const auto &generation) {
                const auto &codecs = generation->info().codecs;
                return std::find(codecs.begin(), codecs.end(), codec) != codecs.end();
            });
        if (!known)
            return Error::usage(
                QStringLiteral("there is no serializer '%1' in this build").arg(QString::fromUtf8(codec)));
        invocation.proxyOptions.codec = codec;
    }
    if (const Status good = applyMessageOptions(invocation); !good)
        return good;
    const auto tls = tlsSettings(line, *invocation.output);
    if (!tls)
        return tls.error();
    invocation.proxyOptions.tls = *tls;
    if (line.has(QStringLiteral("map"))) {
        const auto addresses = AddressMap::parse(line.values(QStringLiteral("map")));
        if (!addresses)
            return addresses.error();
        invocation.addresses = std::make_shared<AddressMap>(*addresses);
    }
    // What is for the object's daemon is not for the name server.
    invocation.nameServer.options = invocation.proxyOptions;
    invocation.nameServer.options.handshake = ProxyOptions().handshake;
    invocation.nameServer.options.annotations.clear();
    invocation.nameServer.options.codec.clear();
    // A raw token is the secret itself, for the one server that was meant.
    if (shown->scheme == Credentials::Scheme::Raw) {
        Credentials others;
        others.hmacKey = invocation.proxyOptions.credentials.hmacKey;
        invocation.nameServer.options.credentials = std::move(others);
    }
    invocation.nameServer.generation = invocation.proxyOptions.generation;
    invocation.nameServer.tls = line.has(QStringLiteral("ns-tls"));
    if (line.has(QStringLiteral("ns"))) {
        const auto endpoint = parseEndpoint(line.value(QStringLiteral("ns")));
        if (!endpoint)
            return endpoint.error();
        invocation.nameServer.host = endpoint->first;
        invocation.nameServer.port = endpoint->second;
        invocation.hasNameServer = true;
    }
    return Done{};
}

} // namespace

std::vector<OptionSpec> globalOptions()
{
    return {
        {QStringLiteral("gen"), QStringLiteral("3|4|5"),
            QStringLiteral("Pyro generation to speak; else found out"), false},
        {QStringLiteral("ns"), QStringLiteral("HOST[:PORT]"),
            QStringLiteral("name server; else 127.0.0.1:9090, then broadcast"), false},
        {QStringLiteral("ns-tls"), {}, QStringLiteral("the name server speaks TLS"), false},
        {QStringLiteral("map"), QStringLiteral("FROM=TO"),
            QStringLiteral("connect to HOST[:PORT] TO where a URI says FROM"), true},
        {QStringLiteral("timeout"), QStringLiteral("SECONDS"),
            QStringLiteral("whole call, 0 = none (default 30)"), false},
        {QStringLiteral("retries"), QStringLiteral("N"),
            QStringLiteral("send a call that was lost or timed out so often again; it may run twice"), false},
        {QStringLiteral("serializer"), QStringLiteral("NAME"), QStringLiteral("how values are written"),
            false},
        {QStringLiteral("ident"), QStringLiteral("TEXT"), QStringLiteral("identification to present"), false},
        {QStringLiteral("ident-file"), QStringLiteral("FILE"),
            QStringLiteral("the same, from a private file"), false},
        {QStringLiteral("ident-as"), QStringLiteral("plain|user|raw"),
            QStringLiteral("user: it is NAME:PASSWORD; raw: sent as it is, to no name server"), false},
        {QStringLiteral("handshake"), QStringLiteral("LITERAL"),
            QStringLiteral("what a daemon of generation 4 or 5 is told first (default 'hello')"), false},
        {QStringLiteral("annotation"), QStringLiteral("ID=TEXT"),
            QStringLiteral("goes with each request; ID has four characters (generations 4 and 5)"), true},
        {QStringLiteral("hmac-key"), QStringLiteral("TEXT"),
            QStringLiteral("secret of a network with message digests (generation 4)"), false},
        {QStringLiteral("hmac-key-file"), QStringLiteral("FILE"),
            QStringLiteral("the same, from a private file"), false},
        {QStringLiteral("tls-ca"), QStringLiteral("FILE"),
            QStringLiteral("PEM, who may have signed the other side's certificate"), true},
        {QStringLiteral("tls-cert"), QStringLiteral("FILE"),
            QStringLiteral("PEM, own certificate; a server with one serves TLS only"), false},
        {QStringLiteral("tls-key"), QStringLiteral("FILE"),
            QStringLiteral("PEM, its key, when it is not in the same file"), false},
        {QStringLiteral("tls-key-passphrase"), QStringLiteral("TEXT"),
            QStringLiteral("what opens the key; or PYROLENS_TLS_KEY_PASSPHRASE"), false},
        {QStringLiteral("tls-key-passphrase-file"), QStringLiteral("FILE"),
            QStringLiteral("the same, from a private file"), false},
        {QStringLiteral("json"), {}, QStringLiteral("one JSON document per result line"), false},
        {QStringLiteral("help"), {}, QStringLiteral("this text"), false},
        {QStringLiteral("version"), {}, QStringLiteral("the version"), false},
    };
}

Commands allCommands()
{
    Commands commands;
    addServerCommands(commands);
    addListenCommand(commands);
    addGatewayCommand(commands);
    addEventCommands(commands);
    addDiscoverCommand(commands);
    addNameCommands(commands);
    addObjectCommands(commands);
    addDecodeCommand(commands);
    addBenchCommand(commands);
    addDoctorCommand(commands);
    return commands;
}

int runCommandLine(
    const QStringList &arguments, std::shared_ptr<const Catalogue> catalogue, QIODevice &out, QIODevice &err)
{
    const Commands commands = allCommands();
    // The form of error output is wanted even when the line itself is wrong.
    Output output(out, err, arguments.contains(QStringLiteral("--json")));
    Result<ParsedLine> line = parseLine(arguments, unionOfOptions(commands));
    if (!line)
        return output.fail(line.error());
    if (line->has(QStringLiteral("version"))) {
        output.line(QStringLiteral("pyroctl " PYROLENS_VERSION));
        return kDone;
    }
    const auto found = std::find_if(commands.begin(), commands.end(),
        [&line](const auto &command) { return command->name() == line->command; });
    if (found == commands.end()) {
        if (line->has(QStringLiteral("help"))
            || (line->command == QLatin1String("help") && line->words.isEmpty())) {
            output.line(usageText(commands));
            return kDone;
        }
        if (line->command.isEmpty()) {
            output.line(usageText(commands));
            return output.fail(Error::usage(QStringLiteral("no command was given")));
        }
        return output.fail(Error::usage(
            QStringLiteral("there is no command '%1'; 'pyroctl --help' lists them").arg(line->command)));
    }
    Command &command = **found;
    if (line->has(QStringLiteral("help"))) {
        output.line(helpText(command));
        return kDone;
    }
    if (const Status good = checkAgainstCommand(*line, command); !good)
        return output.fail(good.error());

    Invocation invocation;
    invocation.catalogue = catalogue;
    invocation.line = *std::move(line);
    invocation.output = &output;
    if (const Status good = applyGlobals(invocation); !good)
        return output.fail(good.error());
    invocation.client = makeClientContext(invocation);
    return command.run(invocation);
}

} // namespace pyrolens::cli
