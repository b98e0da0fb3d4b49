// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "namefile_p.h"

#include <pyrolens/base/utf8.h>

namespace pyrolens {

namespace {

bool isFormulaSign(char c)
{
    return QByteArrayView("=+-@\t\r\n").contains(c);
}

/// Spreadsheets run cells that begin like a formula. Those that already have apostrophes before such a sign
/// get one more, so that reading may take one away without looking further.
QByteArray csvCell(QByteArray text)
{
    qsizetype first = 0;
    while (first < text.size() && text.at(first) == '\'')
        ++first;
    if (first < text.size() && isFormulaSign(text.at(first)))
        text.prepend('\'');
    const bool needsQuotes = std::any_of(
        text.cbegin(), text.cend(), [](char c) { return QByteArrayView(",;\"\t\r\n").contains(c); });
    return needsQuotes ? '"' + text.replace("\"", "\"\"") + '"' : text;
}

/// What writing put in front of a cell for the sake of spreadsheets.
void takeApostrophe(QByteArray &cell)
{
    qsizetype first = 0;
    while (first < cell.size() && cell.at(first) == '\'')
        ++first;
    if (first > 0 && first < cell.size() && isFormulaSign(cell.at(first)))
        cell.remove(0, 1);
}

/// RFC 4180, and what programs make of it: any end of line, a byte order mark, semicolons or tabs.
class CsvNames final : public NameFileReader::Parser
{
public:
    using Parser::Parser;

    Status feed(QByteArrayView bytes) override
    {
        for (const char c : bytes) {
            m_line += m_afterReturn && c != '\n';
            m_afterReturn = c == '\r';
            if (const Status good = step(c); !good)
                return good;
            m_line += c == '\n';
        }
        return Done{};
    }

    Status end() override
    {
        if (m_state == State::Quoted)
            return formError(QStringLiteral("the quote that opens here is never closed"), m_quote);
        if (!m_cells.empty() || !m_cell.isEmpty() || m_state != State::Begin) {
            if (const Status good = endRecord(); !good)
                return good;
        }
        if (!m_hasHeader)
            return formError(QStringLiteral("the file is empty"), m_line);
        return Done{};
    }

private:
    enum class State : quint8 { Begin, Plain, Quoted, AfterQuote };
    enum Column { Name, Kind, Uri, Meta, kColumns };

    bool isSeparator(char c) const
    {
        return m_hasHeader ? c == m_separator : QByteArrayView(",;\t").contains(c);
    }

    Status step(char c)
    {
        if (m_state == State::Quoted) {
            if (c == '"')
                m_state = State::AfterQuote;
            else
                return keep(c);
            return Done{};
        }
        if (c == '\n' && m_lastWasReturn) {
            m_lastWasReturn = false;
            return Done{};
        }
        m_lastWasReturn = c == '\r';
        if (c == '\r' || c == '\n')
            return m_state == State::Begin && m_cells.empty() ? Status(Done{}) : endRecord();
        if (m_state == State::Begin && m_cells.empty() && m_cell.isEmpty())
            m_begin = m_line;
        if (isSeparator(c)) {
            if (!m_hasHeader)
                m_separator = c;
            endCell();
            return Done{};
        }
        if (c == '"' && m_state == State::AfterQuote) { // a quote in quotes
            m_state = State::Quoted;
            return keep(c);
        }
        if (c == '"' && m_state == State::Begin) {
            m_state = State::Quoted;
            m_quote = m_line;
            return Done{};
        }
        if (m_state == State::AfterQuote)
            m_problem = QStringLiteral("text behind the closing quote");
        else
            m_state = State::Plain;
        return keep(c);
    }

    Status keep(char c)
    {
        if (++m_size > m_limits.maxEntryBytes) {
            // Inside quotes it may well be the whole rest of the file.
            if (m_state == State::Quoted)
                return formError(QStringLiteral("the quote that opens here is not closed for %1 bytes")
                                     .arg(m_limits.maxEntryBytes),
                    m_quote);
            m_problem = tooLong();
            return Done{};
        }
        m_cell += c;
        return Done{};
    }

    void endCell()
    {
        m_cells.push_back(std::exchange(m_cell, {}));
        m_state = State::Begin;
    }

    Status endRecord()
    {
        endCell();
        const std::vector<QByteArray> cells = std::exchange(m_cells, {});
        const QString problem = std::exchange(m_problem, {});
        m_size = 0;
        if (!m_hasHeader)
            return header(cells);
        NameFileRow row;
        row.line = m_begin;
        row.problem = problem;
        if (problem.isEmpty())
            read(row, cells);
        return give(std::move(row));
    }

    Status header(const std::vector<QByteArray> &cells)
    {
        m_hasHeader = true;
        static constexpr const char *kNames[kColumns] = {"name", "kind", "uri", "meta"};
        std::fill(std::begin(m_at), std::end(m_at), -1);
        for (size_t i = 0; i < cells.size(); ++i) {
            QByteArray title = cells[i].trimmed().toLower();
            if (i == 0 && title.startsWith("\xef\xbb\xbf"))
                title = title.sliced(3).trimmed();
            if (title.startsWith('"') && title.endsWith('"') && title.size() > 1) // behind a byte order mark
                title = title.sliced(1, title.size() - 2);
            for (int column = 0; column < kColumns; ++column) {
                if (title == kNames[column] && m_at[column] < 0)
                    m_at[column] = int(i);
            }
        }
        if (m_at[Name] < 0)
            return formError(QStringLiteral("no column is called \"name\""), m_begin);
        if (m_at[Uri] < 0)
            return formError(QStringLiteral("no column is called \"uri\""), m_begin);
        return Done{};
    }

    QByteArray cell(const std::vector<QByteArray> &cells, Column column) const
    {
        if (m_at[column] < 0 || size_t(m_at[column]) >= cells.size())
            return {};
        QByteArray text = cells[size_t(m_at[column])];
        takeApostrophe(text);
        return text;
    }

    void read(NameFileRow &row, const std::vector<QByteArray> &cells) const
    {
        for (const QByteArray &text : cells) {
            if (!utf8::isValid(text, utf8::Surrogates::Refused)) {
                row.problem = QStringLiteral("not UTF-8");
                return;
            }
        }
        const QByteArray kind = cell(cells, Kind);
        const QByteArray meta = cell(cells, Meta);
        row.registration.name = QString::fromUtf8(cell(cells, Name));
        row.registration.uri = QString::fromUtf8(cell(cells, Uri));
        row.registration.isGroup = kind == "group";
        if (row.registration.name.isEmpty())
            row.problem = QStringLiteral("no name");
        else if (!kind.isEmpty() && kind != "name" && kind != "group")
            row.problem = QStringLiteral("the kind is neither \"name\" nor \"group\"");
        else if (row.registration.isGroup == !row.registration.uri.isEmpty())
            row.problem
                = row.registration.isGroup ? QStringLiteral("a group with a URI") : QStringLiteral("no URI");
        else if (!meta.isEmpty()) {
            if (const auto json = Json::parse(meta, m_limits.maxDepth))
                readMeta(row, *json);
            else
                row.problem = QStringLiteral("meta: ") + json.error().what;
        }
    }

    State m_state = State::Begin;
    char m_separator = ',';
    bool m_hasHeader = false;
    bool m_lastWasReturn = false; ///< between records
    bool m_afterReturn = false;   ///< anywhere, for counting lines
    int m_at[kColumns] = {};      ///< where each column stands; -1 = nowhere
    std::vector<QByteArray> m_cells;
    QByteArray m_cell;
    qint64 m_size = 0;  ///< of the record
    qint64 m_begin = 1; ///< line of the record
    qint64 m_quote = 1; ///< line of the last opening quote
    QString m_problem;
};

} // namespace

QByteArray csvLine(const Registration &one)
{
    QByteArray line = csvCell(one.name.toUtf8()) + (one.isGroup ? ",group," : ",name,")
        + csvCell(one.isGroup ? QByteArray() : one.uri.toUtf8()) + ',';
    if (!one.meta.isNone())
        line += csvCell(metaJson(one.meta).toText());
    return line + "\r\n";
}

std::unique_ptr<NameFileReader::Parser> makeCsvNames(NameFileReader::Take take, const NameFileLimits &limits)
{
    return std::make_unique<CsvNames>(std::move(take), limits);
}

} // namespace pyrolens
