// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "tlstunnel.h"

#include "tlspump_p.h"

#include <QHash>
#include <QPointer>

#include <condition_variable>

namespace pyrolens {

/// Owns the pumps; lives in the tunnels' thread.
class TlsTunnels::Yard : public QObject
{
public:
    ~Yard() override
    {
        const auto pumps = m_shaking.values();
        for (const QPointer<TlsPump> &pump : pumps) {
            if (pump)
                pump->giveUp();
        }
    }
    void start(quint64 number, std::unique_ptr<Stream> plain, TlsOrder order, Handler done)
    {
        auto *pump = new TlsPump(
            takeDescriptor(std::move(plain)), std::move(order),
            [this, number, done = std::move(done)](Result<std::unique_ptr<Stream>> outcome) {
                m_shaking.remove(number);
                done(std::move(outcome));
            },
            this);
        m_shaking.insert(number, pump);
        pump->begin();
    }
    void cancel(quint64 number) { delete m_shaking.take(number).data(); }

private:
    QHash<quint64, QPointer<TlsPump>> m_shaking;
};

TlsTunnels::TlsTunnels() : m_yard(new Yard)
{
    m_thread.setObjectName(QStringLiteral("pyrolens TLS"));
    m_yard->moveToThread(&m_thread);
    QObject::connect(&m_thread, &QThread::finished, m_yard, &QObject::deleteLater);
    m_thread.start();
}

TlsTunnels::~TlsTunnels()
{
    m_thread.quit();
    m_thread.wait();
}

quint64 TlsTunnels::start(std::unique_ptr<Stream> plain, TlsOrder order, Handler done)
{
    const quint64 number = ++m_last;
    const auto shared = std::make_shared<std::unique_ptr<Stream>>(std::move(plain)); // functions are copyable
    QMetaObject::invokeMethod(
        m_yard,
        [yard = m_yard, number, shared, order = std::move(order), done = std::move(done)]() mutable {
            yard->start(number, std::move(*shared), std::move(order), std::move(done));
        },
        Qt::QueuedConnection);
    return number;
}

void TlsTunnels::cancel(quint64 number)
{
    const auto type
        = QThread::currentThread() == &m_thread ? Qt::DirectConnection : Qt::BlockingQueuedConnection;
    QMetaObject::invokeMethod(
        m_yard, [yard = m_yard, number] { yard->cancel(number); }, type);
}

Result<std::unique_ptr<Stream>> TlsTunnels::startBlocking(
    std::unique_ptr<Stream> plain, TlsOrder order, const std::atomic<bool> *cancelled)
{
    struct Answer
    {
        std::mutex mutex;
        std::condition_variable came;
        std::optional<Result<std::unique_ptr<Stream>>> result; // guarded by mutex
    };
    const auto answer = std::make_shared<Answer>();
    const quint64 number
        = start(std::move(plain), std::move(order), [answer](Result<std::unique_ptr<Stream>> result) {
              const std::scoped_lock lock(answer->mutex);
              answer->result.emplace(std::move(result));
              answer->came.notify_one();
          });
    using namespace std::chrono_literals;
    std::unique_lock lock(answer->mutex);
    while (!answer->came.wait_for(lock, 20ms, [&] { return answer->result.has_value(); })) {
        if (cancelled == nullptr || !cancelled->load())
            continue;
        lock.unlock();
        cancel(number);
        return Error::cancelled();
    }
    return std::move(*answer->result);
}

} // namespace pyrolens
