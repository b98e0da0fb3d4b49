// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/models/healthwords.h>
#include <pyrolens/theme/colors.h>

#include <QStyledItemDelegate>

class QAbstractItemView;
class QHeaderView;
class QTreeView;

namespace pyrolens {

/// How the health of an object looks in every list.
struct HealthLook
{
    QString icon; ///< name in our set
    ColorRole role;
};
HealthLook healthLook(Health health);

/// Row painter of all lists: fixed row height, flat selection with an accent mark while the view has focus,
/// elided plain text. Derived ones change the text's colour and font, and add icons.
class RowDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    explicit RowDelegate(QObject *parent = nullptr);
    ~RowDelegate() override;
    void paint(
        QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

protected:
    struct Look
    {
        QColor color;
        QFont font;
        QString icon; ///< name in our set, empty for none
        QColor iconColor;
        bool strike = false;
        QColor background;
    };
    virtual void prepare(Look &look, const QStyleOptionViewItem &option, const QModelIndex &index) const;
    /// Paints the check box of an index that has one. \return what is left of the area.
    QRect paintCheck(QPainter *painter, const QRect &area, const Look &look,
        const QStyleOptionViewItem &option, const QModelIndex &index) const;
    /// Paints the text, behind a check box if there is one; overridden to highlight parts of it.
    virtual void paintText(QPainter *painter, const QRect &area, const QString &text, const Look &look,
        const QStyleOptionViewItem &option, const QModelIndex &index) const;
};

/// Names: icons by kind, highlighted matches, the generation beside a name server, health as icon and word,
/// message rows in the error colour.
class NameDelegate final : public RowDelegate
{
    Q_OBJECT

public:
    using RowDelegate::RowDelegate;

protected:
    void prepare(Look &look, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    void paintText(QPainter *painter, const QRect &area, const QString &text, const Look &look,
        const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    static int paintBadge(QPainter *painter, const QRect &area, const QString &text, const QString &badge,
        const Look &look, const QStyleOptionViewItem &option);
};

/// Values: data font, colours by type.
class ValueDelegate final : public RowDelegate
{
    Q_OBJECT

public:
    using RowDelegate::RowDelegate;

protected:
    void prepare(Look &look, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
};

/// Settings every list shares: uniform rows, no frame, own delegate, plain selection, accessible name.
void setUpList(
    QAbstractItemView *view, RowDelegate *delegate, const QString &objectName, const QString &accessibleName);

/// Shows as many of the wanted columns, in the order of their importance, as leave `least` pixels for the
/// main one; hides all others. To be called when the width or the wanted ones change.
void fitColumns(QHeaderView *header, int mainColumn, int least, const QList<int> &wanted);

} // namespace pyrolens
