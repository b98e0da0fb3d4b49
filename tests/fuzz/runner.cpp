// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

// Feeds a fuzz target without a fuzzer: the seeds, and damaged copies of them, always the same ones.

#include <QByteArray>
#include <QDirIterator>
#include <QFile>
#include <QRandomGenerator>

#include <cstdint>
#include <cstdio>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

namespace {

constexpr qsizetype kMaxSeed = 4'096;
constexpr int kDamagedCopies = 3;

/// The "hex" members of a recording, or the file as it is.
std::vector<QByteArray> seedsOf(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const QByteArray bytes = file.readAll();
    if (!path.endsWith(QStringLiteral(".json")))
        return {bytes};
    std::vector<QByteArray> seeds;
    const QByteArray mark = "\"hex\": \"";
    for (qsizetype at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at)) {
        at += mark.size();
        seeds.push_back(QByteArray::fromHex(bytes.mid(at, bytes.indexOf('"', at) - at)));
    }
    return seeds;
}

void run(const QByteArray &input)
{
    // A block of exactly this size, so that a sanitizer sees every byte read too many.
    const std::vector<std::uint8_t> copy(input.begin(), input.end());
    LLVMFuzzerTestOneInput(copy.data(), copy.size());
}

QByteArray damaged(QByteArray input, QRandomGenerator &random)
{
    const auto place = [&] { return qsizetype(random.bounded(quint32(input.size()))); };
    const int changes = 1 + random.bounded(4);
    for (int i = 0; i < changes && !input.isEmpty(); ++i) {
        switch (random.bounded(4)) {
        case 0:
            input[place()] = char(random.bounded(256));
            break;
        case 1:
            input.truncate(place());
            break;
        case 2:
            input.insert(place(), char(random.bounded(256)));
            break;
        default:
            input.remove(place(), 1);
            break;
        }
    }
    return input;
}

} // namespace

int main(int argc, char **argv)
{
    QRandomGenerator random(4'711);
    qsizetype inputs = 0;
    for (int i = 1; i < argc; ++i) {
        QDirIterator files(QString::fromLocal8Bit(argv[i]), QDir::Files, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            for (const QByteArray &seed : seedsOf(files.next())) {
                if (seed.size() > kMaxSeed)
                    continue;
                run(seed);
                for (int copy = 0; copy < kDamagedCopies; ++copy)
                    run(damaged(seed, random));
                inputs += 1 + kDamagedCopies;
            }
        }
    }
    std::printf("%s inputs\n", QByteArray::number(inputs).constData());
    return inputs > 0 ? 0 : 1; // without seeds nothing was tested
}
