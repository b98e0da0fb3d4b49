// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// The networks that the inspector knows, and their secrets.
#include "inspector.h"

#include <QCoreApplication>
#include <QPointer>
#include <QThreadPool>
#include <QUuid>

namespace pyrolens {

namespace {

QString identKey(const QString &profile)
{
    return profile + QLatin1String("/ident");
}

QString passphraseKey(const QString &profile)
{
    return profile + QLatin1String("/tls-passphrase");
}

} // namespace

void Inspector::keepProfiles(const QString &file)
{
    m_profiles = Profiles(file);
    m_keychain = std::make_unique<Keychain>();
    if (const Status loaded = m_profiles.load(); !loaded)
        Q_EMIT problem(tr("The list of networks could not be read."), {}, loaded.error().what);
    for (const ConnectionProfile &one : m_profiles.all()) {
        applyProfile(one);
        readSecrets(one.id);
    }
}

QString Inspector::setProfile(ConnectionProfile profile)
{
    const bool isNew = profile.id.isEmpty();
    if (isNew)
        profile.id = QUuid::createUuid().toString(QUuid::WithoutBraces);
    const ConnectionProfile *known = m_profiles.find(profile.id);
    const bool wasSaved = known && known->isSaved;
    m_profiles.set(profile);
    if (m_keychain && (profile.isSaved || wasSaved)) {
        const auto told = [self = QPointer<Inspector>(this)](const QString &problem) {
            if (self)
                self->m_keychainProblem = problem;
        };
        m_keychain->write(identKey(profile.id), profile.isSaved ? profile.ident : QString(), told);
        m_keychain->write(passphraseKey(profile.id), profile.isSaved ? profile.passphrase : QString(), told);
    }
    if (profile.isSaved || wasSaved)
        saveProfiles();
    m_hiddenSpaces.clear();
    applyProfile(profile);
    for (const QString &id : QStringList(profile.id) + spacesOf(profile.id))
        refresh(id);
    return profile.id;
}

void Inspector::applyProfile(const ConnectionProfile &profile)
{
    m_addresses.insert(profile.id, {profile.host, profile.port, 0, {}});
    if (profile.generation > 0)
        dropSpaces(profile.id);
    ProfileInfo info;
    if (const ProfileInfo *shown = m_names.profile(profile.id))
        info = *shown;
    info.id = profile.id;
    info.label = profile.label();
    if (info.generation == 0)
        info.generation = profile.generation > 0 ? profile.generation : profile.foundGeneration;
    if (const Generation *spoken = m_catalogue->find(info.generation)) {
        info.dialect = spoken->info().dialect;
        info.isFlat = !spoken->info().features.hierarchicalNames;
    }
    m_names.setProfile(info);
    for (const QString &id : QStringList(profile.id) + spacesOf(profile.id)) {
        Address &address = m_addresses[id];
        address.host = profile.host;
        address.port = profile.port;
        sendConnection(id, profile);
        Q_EMIT profileChanged(id);
    }
}

void Inspector::sendConnection(const QString &id, const ConnectionProfile &settings)
{
    const NetworkService::Connection connection{
        settings.options(), settings.addresses(), settings.nameServerTls};
    post([service = m_service, id, connection] { service->setConnection(id, connection); });
}

void Inspector::readSecrets(const QString &id)
{
    const auto take = [self = QPointer<Inspector>(this), id](
                          const QString &secret, const QString &problem, QString ConnectionProfile::*member) {
        if (!self)
            return;
        if (!problem.isEmpty())
            self->m_keychainProblem = problem;
        const ConnectionProfile *known = self->m_profiles.find(id);
        if (secret.isEmpty() || !known)
            return;
        ConnectionProfile profile = *known;
        profile.*member = secret;
        self->m_profiles.set(profile);
        self->applyProfile(profile);
    };
    m_keychain->read(identKey(id), [take](const QString &secret, const QString &problem) {
        take(secret, problem, &ConnectionProfile::ident);
    });
    m_keychain->read(passphraseKey(id), [take](const QString &secret, const QString &problem) {
        take(secret, problem, &ConnectionProfile::passphrase);
    });
}

void Inspector::saveProfiles()
{
    // A copy, written by a worker: the disk may take its time.
    QThreadPool::globalInstance()->start([profiles = m_profiles, self = QPointer<Inspector>(this)] {
        const Status saved = profiles.save();
        if (saved)
            return;
        QMetaObject::invokeMethod(
            QCoreApplication::instance(),
            [self, what = saved.error().what] {
                if (self)
                    Q_EMIT self->problem(tr("The list of networks could not be saved."), {}, what);
            },
            Qt::QueuedConnection);
    });
}

QString Inspector::secretNote() const
{
    if (!Keychain::isBuiltIn() || !m_keychain)
        return tr("Secrets are kept until the program ends: this program has no keychain.");
    if (!m_keychainProblem.isEmpty())
        return tr("Secrets are kept until the program ends: the keychain does not answer (%1).")
            .arg(m_keychainProblem);
    return tr("Secrets of networks in the list are kept in the keychain of this computer, others until the "
              "program ends.");
}

} // namespace pyrolens
