// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/mobilecode/codestore.h>
#include <pyrolens/mobilecode/modulefolder.h>

#include <QAbstractTableModel>

#include <vector>

namespace pyrolens {

/// Python modules that came from peers, and those that would be handed out to them. Names and sizes only: the
/// code itself is read when it is looked at.
class CodeModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { ModuleColumn, WayColumn, KindColumn, SizeColumn, PeerColumn, TimeColumn, HashColumn };
    static constexpr int kColumns = HashColumn + 1;

    /// Plain data.
    struct Row
    {
        QString module;
        bool isReceived = true; ///< else offered
        QString kind;
        qint64 size = 0;
        QString peer;
        QDateTime time;
        QByteArray sha256; ///< of received code
        QString file;      ///< of offered code
    };

    explicit CodeModel(QObject *parent = nullptr);
    ~CodeModel() override;

    void setReceived(const std::vector<CodeEntry> &entries);
    void setOffered(const QString &folder, const std::vector<OfferedModule> &modules);
    const Row *row(const QModelIndex &index) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void merge();

    std::vector<Row> m_received;
    std::vector<Row> m_offered;
    std::vector<Row> m_rows;
};

} // namespace pyrolens
