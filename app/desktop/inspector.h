// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "codeexchange.h"
#include "feeds.h"
#include "historystore.h"
#include "hosting.h"
#include "keychain.h"
#include "networkservice.h"
#include "profiles.h"

#include <pyrolens/models/historymodel.h>
#include <pyrolens/models/nametreemodel.h>
#include <pyrolens/models/trafficmodel.h>
#include <pyrolens/models/watchmodel.h>

#include <QObject>
#include <QSet>
#include <QThread>

#include <memory>

namespace pyrolens {

class Administration;
class Comparison;
class DiagnosisRun;
class TrafficCapture;

/// The program without its windows: models, requests, and the network thread. Lives in the GUI thread and
/// never waits; every action returns at once and is answered by a signal or a change of a model.
class Inspector final : public QObject
{
    Q_OBJECT

public:
    explicit Inspector(std::shared_ptr<const Catalogue> catalogue, QObject *parent = nullptr);
    ~Inspector() override;

    NameTreeModel *names() { return &m_names; }
    HistoryModel *history() { return &m_history; }
    TrafficModel *traffic() { return &m_traffic; }
    WatchModel *watches() { return &m_watches; }
    Feeds *feeds() { return m_feeds.get(); }
    Hosting *hosting() { return m_hosting.get(); }
    /// The name servers in the explorer that answered, with their addresses.
    QList<NameServerChoice> nameServers() const;
    /// Health checks and changes for a name server of the explorer; nothing when it has not answered yet.
    std::unique_ptr<Administration> administration(const QString &profile) const;
    /// Why an object, or (with an empty target) the name server of a profile cannot be reached. \return Usage
    /// when there is nothing to look at.
    Result<std::unique_ptr<DiagnosisRun>> diagnosis(const QString &profile, const ObjectTarget &target) const;
    /// The same for comparing it with another one.
    std::unique_ptr<Comparison> comparison(const QString &profile) const;
    /// How a name server is reached: one of the explorer, or (without an id) HOST[:PORT] as typed, of the
    /// same kind as that of `like`.
    Result<NameServerAddress> nameServerAddress(
        const QString &profile, const QString &text = {}, const QString &like = {}) const;
    const Catalogue &catalogue() const { return *m_catalogue; }

    /// What a person typed: a name server to list, an object to open, or why it is neither.
    struct Place
    {
        enum class Kind : quint8 { Server, Object, Unknown };
        Kind kind = Kind::Unknown;
        QString host;
        int port = 0;
        ObjectTarget object;
        QString problem;
    };
    Place understand(const QString &text) const;

    /// Adds a name server and lists it. \return the id of its profile.
    QString connectTo(const QString &host, int port, const QString &label = {}, const QString &id = {});
    void refresh(const QString &profile);
    void cancelList(const QString &profile);
    void removeProfile(const QString &profile);
    // inspector_profiles.cpp
    /// Keeps networks in this file from now on, their secrets in the keychain, and shows those of earlier
    /// runs.
    void keepProfiles(const QString &file);
    const ConnectionProfile *profile(const QString &id) const { return m_profiles.find(ownerOf(id)); }
    /// Takes over settings and lists the network with them. Without an id it is a new one.
    QString setProfile(ConnectionProfile profile);
    /// What a call of this object leaves to choose.
    CallChoices choices(const ObjectTarget &target) const;
    /// What becomes of secrets, for people.
    QString secretNote() const;
    CodeExchange *codeExchange() { return m_code.get(); }
    /// Where and how long discover() asks; the default is everywhere.
    void setDiscovery(DiscoveryOptions options) { m_discovery = std::move(options); }
    void discover();
    void cancelDiscovery();
    bool isDiscovering() const { return m_discovering; }
    void startDemo();
    bool isDemoRunning() const { return m_demo; }
    static QString demoProfile() { return QStringLiteral("demo"); }

    /// Keeps the history in this file from now on, and shows what it holds from earlier runs.
    void keepHistory(const QString &file);
    /// Sends a call; it stands in the history at once. \return its id.
    quint64 send(CallRequest request);
    /// The same for a watch: it is no part of the history. WatchModel::polled() is told the end.
    quint64 poll(CallRequest request);
    void cancel(quint64 id);
    void extend(quint64 id, std::chrono::milliseconds by);
    QList<quint64> inFlight() const { return m_inFlight.values(); }
    void setRecording(bool on);

    void ping(quint64 page, const ObjectTarget &target);
    void listHosted(quint64 page, const ObjectTarget &target); ///< answered by hostedListed()
    void describe(quint64 page, const ObjectTarget &target);
    void checkName(quint64 page, const ObjectTarget &target, const QString &name);
    /// Takes a frame apart in a worker; fieldsReady() answers.
    void dissect(const TrafficRecord &record);

Q_SIGNALS:
    void callFinished(std::shared_ptr<const pyrolens::CallRecord> record);
    void namesArrived(const QString &profile);
    void listFailed(const QString &profile);
    void profileChanged(const QString &profile);
    void demoReady(const QString &profile);
    void discoveryFinished(int found);
    void problem(const QString &text, const QString &hint, const QString &detail);
    void pinged(quint64 page, pyrolens::Health health, const QString &text, const QString &resolvedUri);
    void described(quint64 page, const pyrolens::ObjectInterface &interface, const QString &resolvedUri);
    void hostedListed(quint64 page, const std::vector<pyrolens::RegisteredObject> &objects);
    void hostedFailed(quint64 page, const QString &text, const QString &hint, const QString &detail);
    void metadataListed(quint64 page, const std::vector<std::pair<QString, QString>> &rows);
    void nameChecked(quint64 page, const QString &name, bool isMethod);
    void checkFailed(quint64 page, const QString &text, const QString &hint);
    void fieldsReady(quint64 number, const std::vector<pyrolens::Field> &fields);
    void inFlightChanged(int calls);
    void connectionsChanged(int connections);

private:
    struct Address
    {
        QString host;
        int port = 0;
        int generation = 0; ///< of a further name space; 0: as the settings say
        QString owner;      ///< of a further name space: the profile that it belongs to
    };
    void wire();
    void namesListed(const QString &profile, const QString &uri, int generation,
        const std::shared_ptr<const NameList> &names);
    void addSpace(const QString &profile, int generation);
    void dropSpaces(const QString &profile);
    QStringList spacesOf(const QString &profile) const;
    /// The profile whose settings count: of a further name space of a server that of the server.
    QString ownerOf(const QString &id) const;
    bool findRegistered(const Uri &uri, Place &place) const;
    void applyProfile(const ConnectionProfile &profile);
    /// Tells the network thread how to connect into the network of this profile.
    void sendConnection(const QString &id, const ConnectionProfile &settings);
    void readSecrets(const QString &profile);
    void saveProfiles();
    void finished(const CallRecord &record);
    void updateProfile(
        const QString &id, ProfileInfo::State state, const Error *error = nullptr, const QString &place = {});
    /// Runs something in the network thread.
    template <class F>
    void post(F &&work)
    {
        QMetaObject::invokeMethod(m_service, std::forward<F>(work), Qt::QueuedConnection);
    }

    std::shared_ptr<const Catalogue> m_catalogue;
    NameTreeModel m_names;
    HistoryModel m_history;
    TrafficModel m_traffic;
    WatchModel m_watches;
    std::unique_ptr<Feeds> m_feeds;
    std::shared_ptr<TrafficCapture> m_capture;
    std::unique_ptr<Hosting> m_hosting;
    QThread m_thread;
    NetworkService *m_service = nullptr; ///< lives in m_thread
    QHash<QString, Address> m_addresses;
    QSet<QString> m_hiddenSpaces; ///< that a person has taken out of the list
    Profiles m_profiles;
    std::unique_ptr<Keychain> m_keychain; ///< with keepProfiles()
    QString m_keychainProblem;
    std::unique_ptr<CodeExchange> m_code;
    QSet<quint64> m_inFlight;
    QSet<quint64> m_polls;
    std::unique_ptr<HistoryStore> m_store;
    quint64 m_nextCall; ///< grows over all runs: it is the key in the stored history
    bool m_demo = false;
    bool m_discovering = false;
    DiscoveryOptions m_discovery;
};

} // namespace pyrolens
