// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "locator_p.h"

#include "flatregistry.h"
#include "names.h"

#include <QHostInfo>
#include <QSet>

#include <mutex>

namespace pyrolens::naming {

namespace {

// Source: Pyro 3.16, configuration.py, PYRO_NS_PORT and PYRO_NS2_PORT.
constexpr int kPrimaryPort = 9090;
constexpr int kSecondaryPort = 9091;
constexpr char kLoopback[] = "127.0.0.1";
constexpr std::chrono::milliseconds kPatience(1'200); // both halves of a pair are tried within 3 s

/// Hosts where the secondary was found and the primary was not. The original swaps its settings likewise.
class Swapped
{
public:
    bool contains(const QString &host)
    {
        const std::lock_guard lock(m_mutex);
        return m_hosts.contains(host);
    }
    void set(const QString &host, bool isSwapped)
    {
        const std::lock_guard lock(m_mutex);
        if (isSwapped && m_hosts.size() < kMaxHosts)
            m_hosts.insert(host);
        else if (!isSwapped)
            m_hosts.remove(host);
    }

private:
    static constexpr qsizetype kMaxHosts = 1'000;
    std::mutex m_mutex; // guards m_hosts
    QSet<QString> m_hosts;
};

Swapped &swapped()
{
    static Swapped hosts;
    return hosts;
}

} // namespace

namespace {

bool isTree(const Catalogue &catalogue, int generation)
{
    const Generation *found = catalogue.find(generation);
    return found && found->info().features.hierarchicalNames;
}

} // namespace

Locator::Locator(const NameServerAddress &address, const Catalogue &catalogue)
    : m_address(address)
    , m_catalogue(catalogue)
    , m_wantsTree(address.generation == 0 ? !address.onlyFlat : isTree(catalogue, address.generation))
    , m_wantsFlat(address.generation == 0 || !m_wantsTree)
    , m_mustSearch(address.host.isEmpty())
{
    const QString host = address.host.isEmpty() ? QString::fromLatin1(kLoopback) : address.host;
    if (address.port != 0) {
        add(host, address.port);
        return;
    }
    if (address.host.isEmpty() || !m_wantsTree) {
        add(host, kPrimaryPort); // a broadcast asks both halves of a pair
        return;
    }
    const bool isSwapped = swapped().contains(host);
    add(host, isSwapped ? kSecondaryPort : kPrimaryPort);
    add(host, isSwapped ? kPrimaryPort : kSecondaryPort);
}

void Locator::add(const QString &host, int port)
{
    if (m_wantsTree && m_wantsFlat) {
        Uri bare;
        bare.host = host;
        bare.port = port;
        m_candidates.push_back({Step::Kind::Probe, bare});
    } else {
        m_candidates.push_back({Step::Kind::Try, m_wantsTree ? location(host, port) : flatUri(host, port)});
    }
}

DiscoveryOptions Locator::search() const
{
    DiscoveryOptions options;
    options.hierarchical = m_wantsTree;
    options.flat = m_wantsFlat;
    return options;
}

void Locator::probed(const Uri &uri, const Generation &found)
{
    const bool isTree = found.info().features.hierarchicalNames;
    m_candidates.push_front(
        {Step::Kind::Try, isTree ? location(uri.host, uri.port) : flatUri(uri.host, uri.port)});
}

std::chrono::milliseconds Locator::patience() const
{
    return m_candidates.empty() || m_address.host.isEmpty() ? kNoTimeout : kPatience;
}

void Locator::succeeded(const Uri &uri)
{
    if (m_address.port == 0 && uri.form == Uri::Form::Location && !m_tried.isEmpty())
        swapped().set(uri.host, uri.port == kSecondaryPort);
}

Uri Locator::location(const QString &host, int port) const
{
    Uri uri;
    uri.form = Uri::Form::Location;
    uri.classic = true;
    uri.tls = m_address.tls;
    uri.host = host;
    uri.port = port;
    uri.object = QString::fromLatin1(kOwnName);
    return uri;
}

/// Source: Pyro5, core.py, locate_ns.
Uri Locator::flatUri(const QString &host, int port) const
{
    Uri uri;
    uri.host = host;
    uri.port = port;
    uri.object = QString::fromLatin1(kFlatOwnName);
    return uri;
}

Locator::Step Locator::next()
{
    if (!m_isOver && !m_candidates.empty()) {
        const Step step = m_candidates.front();
        m_candidates.pop_front();
        return step;
    }
    if (!m_isOver && m_mustSearch) {
        m_mustSearch = false;
        return {Step::Kind::Search, {}};
    }
    m_isOver = true;
    return {};
}

void Locator::failed(const Uri &uri, const Error &error)
{
    m_last = error;
    // Only slow, perhaps: when the other one is not there either, it gets all the time it wants.
    if (error.kind == Error::Kind::Timeout && patience() != kNoTimeout)
        m_candidates.push_back({uri.object.isEmpty() ? Step::Kind::Probe : Step::Kind::Try, uri});
    if (!m_tried.contains(uri.endpoint()))
        m_tried.append(uri.endpoint());
    // There is one, and it does not want us: another one would hide that.
    if (error.kind == Error::Kind::Denied || error.kind == Error::Kind::Cancelled)
        m_isOver = true;
}

void Locator::answered(const QStringList &uris)
{
    for (const QString &text : uris) {
        const Result<Uri> uri = m_catalogue.parseUri(text, m_address.generation);
        // Anybody can answer a broadcast: never back to clear text. What is no classic URI does not say.
        if (uri && (uri->classic ? m_wantsTree && (uri->tls || !m_address.tls) : m_wantsFlat))
            m_candidates.push_back({Step::Kind::Try, uri.value()});
    }
    if (const QString own = QHostInfo::localHostName(); !own.isEmpty() && m_wantsTree)
        add(own, kPrimaryPort);
}

Error Locator::error() const
{
    if (m_last && m_isOver && (m_last->kind == Error::Kind::Denied || m_last->kind == Error::Kind::Cancelled))
        return *m_last;
    // With one place its own error says most.
    if (m_last && m_tried.size() == 1)
        return *m_last;
    return Error::disconnected(u"could not find a name server; tried " + m_tried.join(u", ")
        + (m_address.host.isEmpty() ? u" and a broadcast" : u""));
}

} // namespace pyrolens::naming
