// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <QObject>
#include <QString>

#include <functional>

namespace pyrolens {

/// The secrets of networks in the keychain of the system: Secret Service or KWallet, macOS Keychain, Windows
/// Credential Manager. Without one (no such service, or a build without QtKeychain) nothing is written
/// anywhere: secrets then last until the program ends. Asynchronous; GUI thread.
class Keychain final : public QObject
{
    Q_OBJECT

public:
    explicit Keychain(QObject *parent = nullptr);
    ~Keychain() override;

    /// Whether this build can ask a keychain at all. Whether there is one shows with the first answer.
    static bool isBuiltIn();
    /// The handler gets the secret, or an empty one and the reason.
    void read(const QString &key, std::function<void(const QString &secret, const QString &problem)> handler);
    /// Empty secrets are deleted. The handler gets the reason when it did not work.
    void write(
        const QString &key, const QString &secret, std::function<void(const QString &problem)> handler);
};

} // namespace pyrolens
