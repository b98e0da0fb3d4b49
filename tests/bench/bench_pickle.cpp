// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// Pickle decode and encode beside CPython's, on the same data, in alternating rounds. Prints the median of
// the ratios (their time / ours) with lowest and highest; the goals stand in the table below.

#include <pyrolens/pickle/pickle.h>

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <map>

using namespace pyrolens;

namespace {

struct Goal
{
    double decode;
    double encode;
};
const std::map<QByteArray, Goal> kGoals{{"dicts", {2.5, 2.0}}, {"ints", {0.7, 0.8}}, {"bytes", {0.8, 0.8}}};

/// CPU time of this process: holds still on a busy machine.
double now()
{
    return double(std::clock()) / CLOCKS_PER_SEC;
}

/// Best of at least five and half a second.
template <class Work>
double best(Work &&work)
{
    double least = 1e9;
    const double started = now();
    (void)work();
    for (int i = 0; i < 5 || now() - started < 0.5; ++i) {
        const double before = now();
        const auto result = work();
        least
            = std::min(least, now() - before); // taking the result apart again is not counted on either side
    }
    return least;
}

struct Ratios
{
    std::vector<double> decode;
    std::vector<double> encode;
    double decodeTime = 0;
    double encodeTime = 0;
};

double median(std::vector<double> ratios)
{
    std::sort(ratios.begin(), ratios.end());
    return ratios[ratios.size() / 2];
}

QByteArray shown(const std::vector<double> &ratios)
{
    const auto [low, high] = std::minmax_element(ratios.begin(), ratios.end());
    char text[64];
    std::snprintf(text, sizeof text, "%.2f (%.2f to %.2f)", median(ratios), *low, *high);
    return text;
}

/// One case: `theirs` is their time; for bytes the yardstick is memcpy.
bool measure(const QString &file, bool isBytes, double theirDecode, double theirEncode, Ratios &ratios)
{
    QFile in(file);
    if (!in.open(QIODevice::ReadOnly))
        return false;
    const QByteArray bytes = in.readAll();
    const Result<Decoded> decoded = pickle::decode(bytes);
    if (!decoded)
        return false;
    const pickle::WriteOptions options{isBytes ? 4 : 2, Dialect::Python3, true};
    ratios.decodeTime = best([&] { return pickle::decode(bytes); });
    ratios.encodeTime = best([&] { return pickle::encode(decoded->value, options); });
    if (isBytes) {
        theirDecode = theirEncode = best([&] {
            QByteArray copy(bytes.size(), Qt::Uninitialized);
            std::memcpy(copy.data(), bytes.constData(), std::size_t(bytes.size()));
            return copy;
        });
    }
    ratios.decode.push_back(theirDecode / ratios.decodeTime);
    ratios.encode.push_back(theirEncode / ratios.encodeTime);
    return true;
}

} // namespace

int main(int argc, char **argv)
{
    const int rounds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 5;
    const QString python = qEnvironmentVariable("PYROLENS_PYTHON3", QStringLiteral("python3"));
    QTemporaryDir folder;
    std::map<QByteArray, Ratios> all;
    for (int round = 0; round < rounds; ++round) {
        QProcess theirs;
        theirs.start(python, {QStringLiteral(PYROLENS_BENCH_DIR "/bench_pickle.py"), folder.path()});
        if (!theirs.waitForFinished(120'000) || theirs.exitCode() != 0) {
            std::printf("no Python 3 to compare with\n");
            return 1;
        }
        for (const QByteArray &line : theirs.readAllStandardOutput().trimmed().split('\n')) {
            const QList<QByteArray> parts = line.split(' ');
            const QString file = folder.filePath(QString::fromLatin1(parts[0] + ".pickle"));
            if (!measure(file, parts[0] == "bytes", parts[1].toDouble(), parts[2].toDouble(), all[parts[0]]))
                return 1;
        }
    }
    const double share = argc > 2 ? QByteArray(argv[2]).toDouble() : 0;
    bool isFine = true;
    for (const auto &[name, ratios] : all) {
        const Goal &goal = kGoals.at(name);
        std::printf("%-6s decode %7.3f ms, %s of %s, goal %.1f\n", name.constData(), ratios.decodeTime * 1e3,
            shown(ratios.decode).constData(), name == "bytes" ? "memcpy" : "CPython", goal.decode);
        std::printf("%-6s encode %7.3f ms, %s of %s, goal %.1f\n", name.constData(), ratios.encodeTime * 1e3,
            shown(ratios.encode).constData(), name == "bytes" ? "memcpy" : "CPython", goal.encode);
        isFine = isFine && median(ratios.decode) >= share * goal.decode
            && median(ratios.encode) >= share * goal.encode;
    }
    return isFine ? 0 : 1;
}
