// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "mobilecode.h"

#include <pyrolens/mobilecode/codestore.h>
#include <pyrolens/mobilecode/modulefolder.h>

namespace pyrolens::cli {

namespace {

const QString kCodeDir = QStringLiteral("code-dir");
const QString kAcceptCode = QStringLiteral("accept-code");

/// Queued when a daemon's thread received something: only the command's own thread prints.
void tellPeople(const CodeStore &store, Output &output)
{
    const auto tell = [&output](const QString &text) { output.message(text); };
    QObject::connect(&store, &CodeStore::received, &store, [tell, &store](const CodeEntry &entry) {
        const CodeOrigin &origin = entry.origins.back();
        const QString kind = entry.kind == CodeKind::Source ? QStringLiteral("source")
            : entry.version.isEmpty()                       ? QStringLiteral("byte code")
                                                            : QStringLiteral("byte code of ") + entry.version;
        tell(QStringLiteral("received module %1 from %2: %3, %4 bytes, kept unrun as %5/%6.code")
                 .arg(origin.module, origin.peer, kind, QString::number(entry.size), store.folder(),
                     QString::fromLatin1(entry.sha256)));
    });
    QObject::connect(&store, &CodeStore::refused, &store,
        [tell](const QString &module, const QString &peer, const QString &reason) {
            tell(QStringLiteral("code of module %1 not exchanged with %2: %3").arg(module, peer, reason));
        });
    QObject::connect(
        &store, &CodeStore::sent, &store, [tell](const QString &module, qint64 size, const QString &peer) {
            tell(
                QStringLiteral("handed module %1 (%2 bytes) to %3").arg(module, QString::number(size), peer));
        });
}

} // namespace

std::vector<OptionSpec> codeOptions()
{
    return {{kCodeDir, QStringLiteral("D"),
                QStringLiteral("give peers that ask for Python modules those of this folder"), false},
        {kAcceptCode, {},
            QStringLiteral(
                "ask peers for the modules of classes that are unknown here; they are kept and never run"),
            false}};
}

Result<std::shared_ptr<const MobileCode>> mobileCode(const Invocation &invocation)
{
    const ParsedLine &line = invocation.line;
    if (!line.has(kCodeDir) && !line.has(kAcceptCode))
        return std::shared_ptr<const MobileCode>();
    auto code = std::make_shared<MobileCode>();
    if (line.has(kCodeDir)) {
        const auto folder = ModuleFolder::open(line.value(kCodeDir));
        if (!folder)
            return Error::usage(QStringLiteral("--code-dir: ") + folder.error().what);
        code->source = *folder;
    }
    if (line.has(kAcceptCode)) {
        const auto store = CodeStore::open(CodeStore::defaultFolder());
        if (!store)
            return Error::usage(QStringLiteral("--accept-code: ") + store.error().what);
        tellPeople(**store, *invocation.output);
        code->sink = *store;
    }
    return std::shared_ptr<const MobileCode>(code);
}

} // namespace pyrolens::cli
