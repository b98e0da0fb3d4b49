// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/models/callrecord.h>
#include <pyrolens/models/nametreemodel.h>
#include <pyrolens/value/literal.h>

#include <QWidget>

/// What the tests of the views share: an object, values, records, a small name server.
namespace pyrolens::test {

inline ObjectTarget echo()
{
    return {QStringLiteral("p"), QStringLiteral(":demo.echo"), QStringLiteral("PYRO://127.0.0.1:7766/7f"), 3,
        Dialect::Python2};
}

inline Value parsed(const char *text)
{
    const auto result = parseLiteral(QString::fromUtf8(text), Dialect::Python2);
    return result ? result.value().value : Value();
}

inline std::shared_ptr<CallRecord> record(const Value &value)
{
    auto result = std::make_shared<CallRecord>();
    result->request.id = 1;
    result->request.target = echo();
    result->request.member = QStringLiteral("echo");
    result->request.argumentText = QStringLiteral("'x'");
    result->started = QDateTime::currentDateTime();
    result->outcome = CallRecord::Outcome::Ok;
    result->result = value;
    result->trace.total = std::chrono::microseconds(4'100);
    result->trace.bytesReceived = 212;
    result->trace.generation = 3;
    return result;
}

inline void fill(NameTreeModel &model, int count = 3)
{
    ProfileInfo info;
    info.id = QStringLiteral("p");
    info.label = QStringLiteral("plant");
    info.state = ProfileInfo::State::Ok;
    model.setProfile(info);
    std::vector<NameRow> rows;
    for (int i = 0; i < count; ++i) {
        rows.push_back(
            {QStringLiteral(":lab.pump%1").arg(i), QStringLiteral("PYRO://h:1/%1").arg(i), {}, false});
        rows.push_back(
            {QStringLiteral(":robot.arm%1").arg(i), QStringLiteral("PYRO://h:1/%1").arg(i), {}, false});
    }
    model.setNames(QStringLiteral("p"), NameList::build(std::move(rows)));
}

template <class T>
T *child(QWidget &parent, const char *name)
{
    T *found = parent.findChild<T *>(QString::fromLatin1(name));
    if (!found)
        qFatal("no %s", name);
    return found;
}

} // namespace pyrolens::test
