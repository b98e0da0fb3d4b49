// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// What a result shows beside its value: how the call went, and each call of a batch.
#include "resultview.h"

#include "delegates.h"
#include "textview.h"

#include <pyrolens/models/annotationtext.h>
#include <pyrolens/models/batchmodel.h>
#include <pyrolens/models/plaintext.h>
#include <pyrolens/theme/metrics.h>

#include <QHeaderView>
#include <QScrollArea>
#include <QTableView>
#include <QTreeView>
#include <QUuid>

namespace pyrolens {

namespace {

class BatchDelegate final : public RowDelegate
{
public:
    using RowDelegate::RowDelegate;

protected:
    void prepare(Look &look, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const auto state = BatchModel::State(index.data(BatchModel::StateRole).toInt());
        if (index.column() == BatchModel::CallColumn || index.column() == BatchModel::ResultColumn)
            look.font = metrics::dataFont(option.font);
        if (state == BatchModel::State::NotRun || index.column() == BatchModel::NumberColumn)
            look.color = themeColor(ColorRole::Muted, option.palette);
        if (index.column() != BatchModel::OutcomeColumn)
            return;
        switch (state) {
        case BatchModel::State::Done:
            look.icon = QStringLiteral("health-ok");
            look.iconColor = look.color = themeColor(ColorRole::Ok, option.palette);
            break;
        case BatchModel::State::Raised:
            look.icon = QStringLiteral("dialog-error");
            look.iconColor = look.color = themeColor(ColorRole::Error, option.palette);
            break;
        case BatchModel::State::Sent:
            look.icon = QStringLiteral("document-send");
            look.iconColor = look.color = themeColor(ColorRole::Sent, option.palette);
            break;
        case BatchModel::State::NotRun:
            break;
        }
    }
};

} // namespace

QTableView *ResultView::makeCalls()
{
    auto *table = new QTableView(this);
    table->setModel(m_batch);
    setUpList(table, new BatchDelegate(table), QStringLiteral("batchResults"), tr("Results of the batch"));
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    QHeaderView *header = table->horizontalHeader();
    header->setSectionResizeMode(BatchModel::ResultColumn, QHeaderView::Stretch);
    header->resizeSection(BatchModel::NumberColumn, metrics::em(font(), 2.6));
    header->resizeSection(BatchModel::CallColumn, metrics::em(font(), 14));
    header->resizeSection(BatchModel::OutcomeColumn, metrics::em(font(), 6));
    return table;
}

QWidget *ResultView::pageOf(Mode mode) const
{
    switch (mode) {
    case Mode::Tree:
        return m_tree;
    case Mode::Text:
        return m_text;
    case Mode::Error:
        return m_errorArea;
    case Mode::Calls:
        return m_calls;
    case Mode::Details:
        break;
    }
    return m_details;
}

QString ResultView::phases(const CallTrace &trace)
{
    const std::pair<QString, CallTrace::Duration> all[] = {
        {tr("resolve", "phase of a call"), trace.resolve},
        {tr("connect", "phase of a call"), trace.connect},
        {tr("handshake", "phase of a call"), trace.handshake},
        {tr("send", "phase of a call"), trace.send},
        {tr("wait", "phase of a call"), trace.wait},
        {tr("receive", "phase of a call"), trace.receive},
        {tr("decode", "phase of a call"), trace.decode},
    };
    QStringList parts;
    for (const auto &[name, duration] : all) {
        if (duration.count() > 0)
            parts.append(name + u' ' + durationText(duration.count()));
    }
    return parts.join(QStringLiteral("\n"));
}

QString ResultView::detailsOf(const CallRecord &record) const
{
    const CallTrace &trace = record.trace;
    QStringList lines;
    const auto add = [&lines](const QString &name, const QString &value) {
        if (!value.isEmpty())
            lines.append(tr("%1: %2", "property, value").arg(name, value));
    };
    const auto addList = [&lines](const QString &name, const std::vector<Annotation> &annotations) {
        if (annotations.empty())
            return;
        lines.append({QString(), name});
        for (const QString &one : annotationLines(annotations).split(u'\n'))
            lines.append(QLatin1String("    ") + one);
    };
    add(tr("Started"), record.started.toString(Qt::ISODateWithMs));
    add(tr("Server"), trace.endpoint.isEmpty() ? record.endpoint : trace.endpoint);
    if (trace.generation > 0)
        add(tr("Generation"), tr("Pyro %1").arg(trace.generation));
    add(tr("Serializer"), QString::fromLatin1(record.serializer));
    add(tr("Correlation id"), QUuid::fromRfc4122(trace.correlationId).toString(QUuid::WithoutBraces));
    if (trace.correlationId.isEmpty())
        lines.removeLast();
    if (trace.generation > 0)
        add(tr("Connection"), trace.newConnection ? tr("made for this call") : tr("was open"));
    add(tr("Sent, received"),
        tr("%1, %2", "sizes").arg(sizeText(trace.bytesSent), sizeText(trace.bytesReceived)));
    if (trace.replyFlags != 0)
        add(tr("Flags of the reply"), QStringLiteral("0x%1").arg(trace.replyFlags, 4, 16, QLatin1Char('0')));
    add(tr("Stream"), trace.stream);
    addList(tr("Annotations of the request"), record.request.annotations);
    addList(tr("Annotations of the reply"), trace.annotations);
    if (const QString times = phases(trace); !times.isEmpty())
        lines.append({QString(), tr("Where the time went"), times});
    return lines.join(u'\n');
}

} // namespace pyrolens
