// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "lexer_p.h"
#include "serpent.h"

#include <pyrolens/value/valuebuilder.h>

#include <optional>
#include <vector>

namespace pyrolens::serpent {

/// Reads one document. The open brackets stand on the heap, so a text cannot make it recurse.
class Reader final
{
public:
    Reader(const QByteArray &bytes, const Limits &limits, const ReadOptions &options)
        : m_bytes(bytes), m_limits(limits), m_options(options), m_lexer(bytes, m_limits), m_builder(m_limits)
    { }
    Result<Decoded> run();

private:
    enum class Bracket : quint8 { None, Paren, List, Brace, Set, Dict };
    struct Level
    {
        Bracket bracket = Bracket::None;
        qsizetype start = 0;
        bool hasComma = false;
        Value container;          ///< List, Dict: what grows
        std::vector<Value> items; ///< of the others
        std::optional<Value> key; ///< Dict: waits for its value
    };

    Lexer::Lines lines() const { return m_open.size() > 1 ? Lexer::Lines::Cross : Lexer::Lines::Stop; }
    Status begin(std::optional<Value> &done);
    Status leaf(Result<Value> value, std::optional<Value> &done);
    Status open(Bracket bracket, std::optional<Value> &done);
    Status after(Value value, std::optional<Value> &done, bool &isFinished);
    Status afterOuter(Level &level, bool &isFinished);
    Status add(Level &level, Value value, qsizetype at);
    Status close(std::optional<Value> &done);
    Result<Value> number();
    Result<Value> plus(const Value &left);
    Result<Value> word();
    Error limit() const;

    const QByteArray &m_bytes;
    const Limits m_limits;
    const ReadOptions m_options;
    Lexer m_lexer;
    ValueBuilder m_builder;
    std::vector<Level> m_open;
    qsizetype m_valueStart = 0;
};

} // namespace pyrolens::serpent
