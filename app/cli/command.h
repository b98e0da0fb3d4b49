// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "output.h"
#include "parsedline.h"

#include <pyrolens/client/proxy.h>
#include <pyrolens/naming/nameserverclient.h>

#include <QByteArray>

#include <memory>
#include <vector>

namespace pyrolens::cli {

/// What every command works with: the parsed options that all commands share, and where to print.
struct Invocation
{
    std::shared_ptr<const Catalogue> catalogue;
    ParsedLine line;
    Output *output = nullptr;
    QByteArray standardInput; ///< tests; read from the real one when `readsStandardInput`
    bool readsStandardInput = true;

    ProxyOptions proxyOptions;                   ///< timeouts, credentials, codec
    NameServerAddress nameServer;                ///< of --ns; host empty when not given
    bool hasNameServer = false;                  ///< --ns was given
    std::shared_ptr<const AddressMap> addresses; ///< of --map; null when not given
    std::shared_ptr<ClientContext> client;
};

/// One verb of pyroctl.
class Command
{
public:
    virtual ~Command() = default;
    virtual QString name() const = 0;
    virtual QString synopsis() const = 0; ///< what follows the name: "NAME URI"
    virtual QString summary() const = 0;  ///< one line
    virtual std::vector<OptionSpec> options() const { return {}; }
    virtual int minWords() const { return 0; }
    virtual int maxWords() const { return 0; } ///< -1 = any number
    /// \return exit status; has printed its results and errors.
    virtual int run(Invocation &invocation) = 0;
};

using Commands = std::vector<std::unique_ptr<Command>>;

// One factory a source file; allCommands() collects them.
void addNameCommands(Commands &commands);   // list lookup register unregister group meta
void addObjectCommands(Commands &commands); // ping describe registered call get set
void addServerCommands(Commands &commands); // ns demo
void addListenCommand(Commands &commands);
void addGatewayCommand(Commands &commands);
void addEventCommands(Commands &commands); // es publish subscribe
void addDiscoverCommand(Commands &commands);
void addDecodeCommand(Commands &commands);
void addBenchCommand(Commands &commands);
void addDoctorCommand(Commands &commands);
Commands allCommands();

/// Runs one command line (without the program's name). \return the exit status of product.md: 0 done, 1 the
/// remote side raised, 2 usage, 3 connection or protocol failure, 4 timeout.
int runCommandLine(
    const QStringList &arguments, std::shared_ptr<const Catalogue> catalogue, QIODevice &out, QIODevice &err);

/// Options that every command takes.
std::vector<OptionSpec> globalOptions();

} // namespace pyrolens::cli
