// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/base/result.h>

#include <QByteArrayView>
#include <QDeadlineTimer>
#include <QRegularExpression>
#include <QString>

namespace pyrolens::naming {

/// A regular expression over names as the originals use it: Python's `re.match`, which begins at the start of
/// the name and may end before its end. Bounded: so many steps for one name, so much time for all of them.
class NamePattern
{
public:
    static constexpr int kMaxBytes = 1'024;                    ///< of the expression
    static constexpr int kMaxSteps = 100'000;                  ///< of the matcher, for one name
    static constexpr std::chrono::milliseconds kPatience{500}; ///< for all names together, from make() on

    /// \return NamingError "invalid regex: REASON at position N".
    static Result<NamePattern> make(const QString &expression);
    /// \return NamingError "pattern too costly".
    Result<bool> matches(QByteArrayView name) const;

private:
    explicit NamePattern(QRegularExpression regex) : m_regex(std::move(regex)), m_deadline(kPatience) { }

    QRegularExpression m_regex;
    QDeadlineTimer m_deadline;
};

} // namespace pyrolens::naming
