// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "mobilecode.h"

#include <algorithm>
#include <array>

namespace pyrolens {

namespace {

constexpr qsizetype kMaxModuleName = 1024;
constexpr qsizetype kMaxModuleParts = 20;
constexpr qsizetype kMagicSize = 4;

bool isNameStart(QChar c)
{
    return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || c == u'_';
}

bool isIdentifier(QStringView part)
{
    return !part.isEmpty() && isNameStart(part.front())
        && std::ranges::all_of(part, [](QChar c) { return isNameStart(c) || (c >= u'0' && c <= u'9'); });
}

int magicNumber(QByteArrayView code)
{
    return int(uchar(code[0])) | (int(uchar(code[1])) << 8);
}

Error refusedTransfer(const QString &what)
{
    return Error::denied(what, QStringLiteral("mobile.refused"));
}

/// The part of a line that is code, without the comment (strings with '#' in an import line do not occur).
QByteArrayView withoutComment(QByteArrayView line)
{
    const qsizetype hash = line.indexOf('#');
    return (hash < 0 ? line : line.first(hash)).trimmed();
}

void addModule(QStringList &modules, QByteArrayView word)
{
    const QString name = QString::fromLatin1(word.trimmed());
    if (isModuleName(name) && !isLibraryModule(name) && !modules.contains(name))
        modules.append(name);
}

} // namespace

bool isModuleName(QStringView name)
{
    if (name.isEmpty() || name.size() > kMaxModuleName)
        return false;
    qsizetype parts = 0;
    for (const QStringView part : name.tokenize(u'.')) {
        if (++parts > kMaxModuleParts || !isIdentifier(part))
            return false;
    }
    return true;
}

QString moduleOfClass(QByteArrayView className)
{
    const qsizetype dot = className.lastIndexOf('.');
    return dot <= 0 ? QString() : QString::fromUtf8(className.first(dot));
}

CodeKind codeKind(QByteArrayView code)
{
    if (code.size() < kMagicSize || code[2] != '\r' || code[3] != '\n')
        return CodeKind::Source;
    // All magic numbers of CPython since 1.5 are 0x4e99, 0xc6xx to 0xf3xx (2.x) or 0x0bxx to 0x0exx (3.x).
    const int high = magicNumber(code) >> 8;
    const bool isMagic = magicNumber(code) == 20121 || high >= 0xc6 || (high >= 0x0b && high <= 0x0e);
    return isMagic ? CodeKind::ByteCode : CodeKind::Source;
}

QString byteCodeVersion(QByteArrayView code)
{
    if (codeKind(code) != CodeKind::ByteCode)
        return {};
    struct Known
    {
        int first;
        int last;
        const char *version;
    };
    static constexpr std::array<Known, 18> kKnown{{{20121, 20121, "1.5"}, {50428, 50428, "1.6"},
        {50823, 50823, "2.0"}, {60202, 60202, "2.1"}, {60717, 60717, "2.2"}, {62011, 62021, "2.3"},
        {62041, 62061, "2.4"}, {62071, 62131, "2.5"}, {62151, 62161, "2.6"}, {62171, 62211, "2.7"},
        {3350, 3351, "3.5"}, {3360, 3379, "3.6"}, {3390, 3394, "3.7"}, {3400, 3413, "3.8"},
        {3420, 3425, "3.9"}, {3430, 3439, "3.10"}, {3450, 3495, "3.11"}, {3500, 3531, "3.12"}}};
    const int magic = magicNumber(code);
    // -U builds of Python 2 have the next number.
    for (const Known &known : kKnown) {
        if (magic >= known.first && magic <= known.last + (known.last > 20'000 ? 1 : 0))
            return QStringLiteral("Python ") + QLatin1StringView(known.version);
    }
    return {};
}

QStringList importedModules(QByteArrayView source)
{
    QStringList modules;
    if (codeKind(source) == CodeKind::ByteCode)
        return modules;
    for (qsizetype start = 0; start < source.size();) {
        qsizetype end = source.indexOf('\n', start);
        end = end < 0 ? source.size() : end;
        const QByteArrayView line = withoutComment(source.sliced(start, end - start));
        start = end + 1;
        if (line.startsWith("import ")) {
            for (const QByteArray &part : line.sliced(7).toByteArray().split(','))
                addModule(modules, QByteArrayView(part).trimmed().toByteArray().split(' ').first());
        } else if (line.startsWith("from ")) {
            addModule(modules, line.sliced(5).trimmed().toByteArray().split(' ').first());
        }
    }
    return modules;
}

void CodeSink::failed(const CodeTransfer &transfer, const Error &error)
{
    Q_UNUSED(transfer);
    Q_UNUSED(error);
}

void CodeSink::handedOut(const CodeTransfer &transfer)
{
    Q_UNUSED(transfer);
}

bool MobileCode::mayAskFor(const QString &module) const
{
    return sink && isModuleName(module) && !isLibraryModule(module);
}

Result<QByteArray> MobileCode::handOut(const CodeTransfer &request) const
{
    if (!source)
        return refusedTransfer(QStringLiteral("no module is handed out here"));
    if (!isModuleName(request.module))
        return refusedTransfer(QStringLiteral("that is no name of a module"));
    if (isLibraryModule(request.module)) {
        return refusedTransfer(QStringLiteral("'%1' belongs to Python's own library").arg(request.module));
    }
    CodeTransfer transfer = request;
    transfer.direction = CodeTransfer::Direction::Sent;
    transfer.code.clear();
    if (validator && !validator(transfer))
        return refusedTransfer(QStringLiteral("the code validator says no to '%1'").arg(request.module));
    Result<QByteArray> code = source->module(request.module);
    if (!code)
        return code;
    if (code->size() > limits.maxModuleBytes) {
        return Error::limit(QStringLiteral("module '%1' has %2 bytes; the limit is %3")
                                .arg(request.module)
                                .arg(code->size())
                                .arg(limits.maxModuleBytes),
            QStringLiteral("mobile.too-large"));
    }
    if (sink) {
        transfer.code = *code;
        sink->handedOut(transfer);
    }
    return code;
}

Status MobileCode::take(const CodeTransfer &transfer) const
{
    if (!sink)
        return refusedTransfer(QStringLiteral("no code is taken here"));
    if (!isModuleName(transfer.module))
        return refusedTransfer(QStringLiteral("that is no name of a module"));
    if (isLibraryModule(transfer.module)) {
        return refusedTransfer(QStringLiteral("'%1' belongs to Python's own library").arg(transfer.module));
    }
    if (transfer.code.size() > limits.maxModuleBytes) {
        return Error::limit(QStringLiteral("module '%1' has %2 bytes; the limit is %3")
                                .arg(transfer.module)
                                .arg(transfer.code.size())
                                .arg(limits.maxModuleBytes),
            QStringLiteral("mobile.too-large"));
    }
    if (validator && !validator(transfer))
        return refusedTransfer(QStringLiteral("the code validator says no to '%1'").arg(transfer.module));
    return sink->receive(transfer);
}

} // namespace pyrolens
