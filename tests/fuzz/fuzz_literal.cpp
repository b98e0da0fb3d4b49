// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// Python literals as people type them: what is read is printed and read again as the same.

#include "demand.h"

#include <pyrolens/value/literal.h>

#include <cstdint>

using namespace pyrolens;

namespace {

void checkPlaces(const LiteralNode &node, qsizetype size)
{
    demand(
        node.start >= 0 && node.length >= 0 && node.start + node.length <= size, "values have their place");
    for (const LiteralNode &child : node.children) {
        demand(child.start >= node.start && child.start + child.length <= node.start + node.length,
            "items stand inside of what holds them");
        checkPlaces(child, size);
    }
}

void readPrintRead(QStringView text, Dialect dialect, const Limits &limits)
{
    const Result<LiteralNode> read = parseLiteral(text, dialect, limits);
    if (!read) {
        const Error &error = read.error();
        demand(!error.what.isEmpty() && error.offset <= text.size(), "every refusal has its place");
        (void)isUnfinished(error);
        return;
    }
    checkPlaces(*read, text.size());
    PrintOptions options;
    options.dialect = dialect;
    for (const int indent : {0, 4}) {
        options.indent = indent;
        const QString printed = toPython(read->value, options);
        const Result<LiteralNode> again = parseLiteral(printed, dialect, {});
        demand(again.isOk(), "what was printed can be read");
        demand(again->value == read->value, "what was printed says the same");
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QString text = QString::fromUtf8(reinterpret_cast<const char *>(data), qsizetype(size));
    Limits limits;
    limits.maxDepth = 50;
    limits.maxNodes = 10'000;
    for (const Dialect dialect : {Dialect::Python2, Dialect::Python3}) {
        readPrintRead(text, dialect, limits);
        const Result<Arguments> arguments = parseArguments(text, dialect, limits);
        if (!arguments)
            continue;
        demand(
            qsizetype(arguments->positional.size()) == arguments->args().size(), "all values are passed on");
        for (const Arguments::Keyword &keyword : arguments->keywords)
            demand(!keyword.name.isEmpty() && keyword.start >= 0 && keyword.start < text.size(),
                "keywords have a name and a place");
    }
    return 0;
}
