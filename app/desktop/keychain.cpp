// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "keychain.h"

#ifdef PYROLENS_KEYCHAIN
#include <qt6keychain/keychain.h>
#endif

namespace pyrolens {

#ifdef PYROLENS_KEYCHAIN

namespace {

const auto kService = QStringLiteral("io.github.pyrolens.Pyrolens");

} // namespace

bool Keychain::isBuiltIn()
{
    return true;
}

void Keychain::read(
    const QString &key, std::function<void(const QString &secret, const QString &problem)> handler)
{
    auto *job = new QKeychain::ReadPasswordJob(kService, this);
    job->setInsecureFallback(false);
    job->setKey(key);
    connect(job, &QKeychain::Job::finished, this, [job, handler = std::move(handler)] {
        const bool none = job->error() == QKeychain::EntryNotFound;
        const bool good = job->error() == QKeychain::NoError;
        handler(good ? job->textData() : QString(), good || none ? QString() : job->errorString());
    });
    job->start(); // deletes itself
}

void Keychain::write(
    const QString &key, const QString &secret, std::function<void(const QString &problem)> handler)
{
    QKeychain::Job *job = nullptr;
    if (secret.isEmpty()) {
        job = new QKeychain::DeletePasswordJob(kService, this);
    } else {
        auto *writing = new QKeychain::WritePasswordJob(kService, this);
        writing->setTextData(secret);
        job = writing;
    }
    job->setInsecureFallback(false);
    job->setKey(key);
    connect(job, &QKeychain::Job::finished, this, [job, handler = std::move(handler)] {
        const bool good = job->error() == QKeychain::NoError || job->error() == QKeychain::EntryNotFound;
        handler(good ? QString() : job->errorString());
    });
    job->start();
}

#else

bool Keychain::isBuiltIn()
{
    return false;
}

void Keychain::read(const QString &, std::function<void(const QString &, const QString &)> handler)
{
    handler({}, tr("this program was built without a keychain"));
}

void Keychain::write(const QString &, const QString &, std::function<void(const QString &)> handler)
{
    handler(tr("this program was built without a keychain"));
}

#endif

Keychain::Keychain(QObject *parent) : QObject(parent) { }

Keychain::~Keychain() = default;

} // namespace pyrolens
