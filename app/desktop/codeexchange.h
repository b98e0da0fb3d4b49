// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/models/codemodel.h>

#include <QObject>

#include <memory>

namespace pyrolens {

/// The program's part in the exchange of mobile code: what it takes, what it hands out, and the list of both.
/// Lives in the GUI thread; files are read and written by workers. Off until it is switched on.
class CodeExchange final : public QObject
{
    Q_OBJECT

public:
    /// \param storeFolder where received code is kept.
    explicit CodeExchange(QString storeFolder, QObject *parent = nullptr);
    ~CodeExchange() override;

    CodeModel *model() { return &m_model; }
    bool accepts() const { return m_accept; }
    QString folder() const { return m_folder; }
    /// Takes effect when changed() comes; problem() when a folder cannot be used.
    void choose(bool accept, const QString &folder);
    void read(const CodeModel::Row &row); ///< answered by codeRead()
    void save(const CodeModel::Row &row, const QString &file);
    void remove(const QByteArray &sha256);

Q_SIGNALS:
    /// For the clients of the program; null when nothing is exchanged.
    void changed(std::shared_ptr<const pyrolens::MobileCode> code);
    void codeRead(const QString &module, const QByteArray &code, const QString &problem);
    void problem(const QString &text);

private:
    using Opened = std::pair<std::shared_ptr<CodeStore>, std::shared_ptr<ModuleFolder>>;
    void opened(const Opened &parts, bool accept, const QString &folder);
    void list();
    template <class Work, class Then>
    void inWorker(Work work, Then then);

    const QString m_storeFolder;
    CodeModel m_model;
    bool m_accept = false;
    QString m_folder;
    std::shared_ptr<CodeStore> m_store;
    std::shared_ptr<ModuleFolder> m_modules;
};

} // namespace pyrolens
