// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "gotobox.h"

#include "delegates.h"

#include <pyrolens/theme/colors.h>
#include <pyrolens/theme/icons.h>
#include <pyrolens/theme/metrics.h>

#include <QAccessible>
#include <QAction>
#include <QKeyEvent>
#include <QListView>
#include <QPainter>
#include <QTimer>

namespace pyrolens {

namespace {

constexpr int kVisibleRows = 12;

/// Title on the left, detail on the right in the muted colour.
class GotoDelegate final : public RowDelegate
{
public:
    using RowDelegate::RowDelegate;

protected:
    void prepare(Look &look, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        switch (GotoEntry::Kind(index.data(GotoModel::KindRole).toInt())) {
        case GotoEntry::Kind::Target:
            look.icon = QStringLiteral("network-connect");
            break;
        case GotoEntry::Kind::Name:
            look.icon = QStringLiteral("object");
            look.font = metrics::dataFont(option.font);
            break;
        case GotoEntry::Kind::Command:
            look.icon = QStringLiteral("pan-end");
            break;
        case GotoEntry::Kind::History:
            look.icon = QStringLiteral("document-open-recent");
            look.font = metrics::dataFont(option.font);
            break;
        }
    }
    void paintText(QPainter *painter, const QRect &area, const QString &text, const Look &,
        const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const QString detail = index.data(GotoModel::DetailRole).toString();
        const QFontMetrics small(metrics::captionFont(option.font));
        // One pixel more than measured: elidedText() rounds the other way.
        const int detailWidth = std::min(small.horizontalAdvance(detail) + 2, area.width() / 2);
        painter->drawText(area.adjusted(0, 0, -detailWidth - 12, 0), Qt::AlignVCenter | Qt::TextSingleLine,
            painter->fontMetrics().elidedText(text, Qt::ElideMiddle, area.width() - detailWidth - 12));
        painter->setFont(metrics::captionFont(option.font));
        painter->setPen(themeColor(ColorRole::Muted, option.palette));
        painter->drawText(QRect(area.right() - detailWidth, area.top(), detailWidth, area.height()),
            Qt::AlignVCenter | Qt::AlignRight | Qt::TextSingleLine,
            small.elidedText(detail, Qt::ElideRight, detailWidth));
    }
};

} // namespace

GotoBox::GotoBox(QWidget *parent)
    : QLineEdit(parent), m_model(new GotoModel(this)), m_list(new QListView(this))
{
    setObjectName(QStringLiteral("gotoBox"));
    setAccessibleName(tr("Go to name, URI or command"));
    setAccessibleDescription(tr("Start with > for commands, @ for names, ! for past calls"));
    setPlaceholderText(tr("Go to name, URI or command\u2026 (Ctrl+K)"));
    setClearButtonEnabled(true);
    addAction(themeIcon(QStringLiteral("edit-find"), ColorRole::Muted), QLineEdit::LeadingPosition);
    m_list->setModel(m_model);
    setUpList(m_list, new GotoDelegate(this), QStringLiteral("gotoList"), tr("Places to go to"));
    m_list->setFrameShape(QFrame::StyledPanel);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setUniformItemSizes(true);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->hide();
    connect(this, &QLineEdit::textEdited, this, [this](const QString &text) {
        m_model->search(text);
        openList();
    });
    connect(m_list, &QListView::clicked, this, &GotoBox::choose);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, &GotoBox::announce);
}

GotoBox::~GotoBox() = default;

void GotoBox::activate()
{
    if (hasFocus() && m_refresh)
        m_refresh(); // else focusInEvent() does: the names may be newer than the focus
    setFocus(Qt::ShortcutFocusReason);
    selectAll();
}

void GotoBox::openList()
{
    if (m_model->rowCount() == 0) {
        closeList();
        return;
    }
    // A child of the window, not a window of its own: the focus stays where it is and nothing has to be
    // grabbed.
    QWidget *top = window();
    if (m_list->parentWidget() != top) {
        m_list->setParent(top);
        m_list->setAutoFillBackground(true);
    }
    const int row = m_list->sizeHintForRow(0);
    const int width = std::max(this->width(), metrics::em(font(), 30));
    const QPoint place = mapTo(top, QPoint(0, height() + 2));
    const int rows = std::min(m_model->rowCount(), kVisibleRows);
    m_list->setGeometry(std::min(place.x(), std::max(0, top->width() - width)), place.y(),
        std::min(width, top->width()),
        std::min(rows * row + 2 * m_list->frameWidth(), top->height() - place.y()));
    m_list->show();
    m_list->raise();
    m_list->setCurrentIndex(m_model->index(0, 0));
}

void GotoBox::closeList()
{
    m_list->hide();
}

void GotoBox::announce()
{
    if (!m_list->isVisible() || !m_list->currentIndex().isValid())
        return;
    QAccessibleEvent event(m_list, QAccessible::Selection);
    event.setChild(m_list->currentIndex().row());
    QAccessible::updateAccessibility(&event);
    setAccessibleDescription(m_list->currentIndex().data(Qt::AccessibleTextRole).toString());
}

void GotoBox::choose(const QModelIndex &index)
{
    const GotoEntry *found = m_model->entry(index);
    if (!found)
        return;
    const GotoEntry entry = *found;
    closeList();
    clear();
    switch (entry.kind) {
    case GotoEntry::Kind::Target:
        Q_EMIT targetChosen(entry.text);
        break;
    case GotoEntry::Kind::Name:
        Q_EMIT nameChosen(entry.profile, entry.text);
        break;
    case GotoEntry::Kind::History:
        Q_EMIT recordChosen(entry.record);
        break;
    case GotoEntry::Kind::Command:
        if (entry.action)
            entry.action->trigger();
        break;
    }
}

void GotoBox::keyPressEvent(QKeyEvent *event)
{
    const int row = m_list->currentIndex().row();
    const auto go = [this](int wanted) {
        m_list->setCurrentIndex(m_model->index(std::clamp(wanted, 0, m_model->rowCount() - 1), 0));
    };
    if (m_list->isVisible()) {
        switch (event->key()) {
        case Qt::Key_Down:
            go(row + 1);
            return;
        case Qt::Key_Up:
            go(row - 1);
            return;
        case Qt::Key_PageDown:
            go(row + kVisibleRows);
            return;
        case Qt::Key_PageUp:
            go(row - kVisibleRows);
            return;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            choose(m_list->currentIndex());
            return;
        case Qt::Key_Escape:
            closeList();
            return;
        default:
            break;
        }
    } else if (event->key() == Qt::Key_Down || event->key() == Qt::Key_Return
        || event->key() == Qt::Key_Enter) {
        m_model->search(text());
        if (event->key() == Qt::Key_Down) {
            openList();
        } else {
            choose(m_model->index(0, 0));
        }
        return;
    } else if (event->key() == Qt::Key_Escape) {
        clear();
        return;
    }
    QLineEdit::keyPressEvent(event);
}

void GotoBox::focusInEvent(QFocusEvent *event)
{
    QLineEdit::focusInEvent(event);
    if (m_refresh)
        m_refresh();
    m_model->search(text());
}

void GotoBox::focusOutEvent(QFocusEvent *event)
{
    QLineEdit::focusOutEvent(event);
    // A click into the list takes the focus away for a moment only.
    QTimer::singleShot(150, this, [this] {
        if (!hasFocus()) {
            closeList();
            clear();
        }
    });
}

} // namespace pyrolens
