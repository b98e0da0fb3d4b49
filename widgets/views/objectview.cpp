// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "objectview.h"

#include "delegates.h"
#include "parts.h"

#include <pyrolens/models/plaintext.h>
#include <pyrolens/theme/icons.h>
#include <pyrolens/theme/metrics.h>

#include <QBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableView>
#include <QTabWidget>

namespace pyrolens {

namespace {

/// Method names in the data font, learned ones in italics, oneway marked.
class MethodDelegate final : public RowDelegate
{
public:
    using RowDelegate::RowDelegate;

protected:
    void prepare(Look &look, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        if (index.column() == MethodModel::NameColumn) {
            look.font = metrics::dataFont(option.font);
            look.icon = QStringLiteral("method");
            look.font.setItalic(
                MethodRow::Source(index.data(MethodModel::SourceRole).toInt()) == MethodRow::Source::Learned);
            return;
        }
        look.color = themeColor(ColorRole::Muted, option.palette);
        if (index.column() == MethodModel::SignatureColumn)
            look.font = metrics::dataFont(option.font);
        if (index.column() == MethodModel::KindColumn && index.data(MethodModel::OnewayRole).toBool())
            look.color = themeColor(ColorRole::Sent, option.palette);
    }
};

class AttributeDelegate final : public RowDelegate
{
public:
    using RowDelegate::RowDelegate;

protected:
    void prepare(Look &look, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const QString error = index.data(AttributeModel::ErrorRole).toString();
        if (index.column() == AttributeModel::NameColumn) {
            look.font = metrics::dataFont(option.font);
            look.icon = QStringLiteral("attribute");
        } else if (index.column() == AttributeModel::ValueColumn && !error.isEmpty()) {
            look.color = themeColor(ColorRole::Error, option.palette);
        } else if (index.column() == AttributeModel::ValueColumn
            && !index.data(Qt::EditRole).toString().isEmpty()) {
            look.font = metrics::dataFont(option.font);
        } else {
            look.color = themeColor(ColorRole::Muted, option.palette);
        }
    }
};

} // namespace

ObjectView::ObjectView(QWidget *parent)
    : QWidget(parent)
    , m_methods(new MethodModel(this))
    , m_attributes(new AttributeModel(this))
    , m_header(makeHeader())
    , m_banner(new Banner(this))
    , m_pages(new QTabWidget(this))
{
    setObjectName(QStringLiteral("objectView"));
    m_pages->setObjectName(QStringLiteral("objectPages"));
    m_pages->setDocumentMode(true);
    m_pages->setMinimumHeight(80);
    m_pages->setElideMode(Qt::ElideRight);
    m_pages->setUsesScrollButtons(false);
    m_pages->addTab(makeMethods(), tr("Methods"));
    m_pages->addTab(makeAttributes(), tr("Attributes"));
    auto *metadataPage = new QWidget(m_pages);
    m_metadata = new TextLabel(TextLabel::Type::Data, metadataPage);
    m_metadata->setObjectName(QStringLiteral("metadata"));
    m_metadata->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_metadata->setWordWrap(true);
    m_metadata->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    auto *metadataLayout = new QVBoxLayout(metadataPage);
    metadataLayout->setContentsMargins(
        metrics::kPageMargin, metrics::kPageMargin, metrics::kPageMargin, metrics::kPageMargin);
    metadataLayout->addWidget(m_metadata, 1);
    m_pages->addTab(metadataPage, tr("Metadata"));

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_header);
    layout->addWidget(hairline(Qt::Horizontal, this));
    layout->addWidget(m_banner);
    layout->addWidget(m_pages, 1);
    updateMethods();
}

ObjectView::~ObjectView() = default;

QWidget *ObjectView::makeHeader()
{
    auto *header = new QWidget(this);
    m_name = new TextLabel(TextLabel::Type::Title, header);
    m_name->setObjectName(QStringLiteral("objectName"));
    m_name->setElided(true);
    m_uri = new TextLabel(TextLabel::Type::Data, header, ColorRole::Muted);
    m_uri->setObjectName(QStringLiteral("objectUri"));
    m_uri->setElided(true);
    m_generation = new Chip(header);
    m_generation->setObjectName(QStringLiteral("generationChip"));
    m_health = new Chip(header);
    m_health->setObjectName(QStringLiteral("healthChip"));
    auto *ping = new QPushButton(tr("Ping"), header);
    ping->setObjectName(QStringLiteral("ping"));
    ping->setToolTip(tr("Connect to the object's daemon and shake hands"));
    auto *copy = iconButton(QStringLiteral("edit-copy"), tr("Copy"), QStringLiteral("copyObject"), header);
    copy->setPopupMode(QToolButton::InstantPopup);
    auto *menu = new QMenu(copy);
    menu->addAction(tr("Copy name"), this, [this] { copyText(m_target.name); });
    menu->addAction(
        tr("Copy URI"), this, [this] { copyText(m_resolved.isEmpty() ? m_target.uri : m_resolved); });
    copy->setMenu(menu);

    auto *texts = new QVBoxLayout;
    texts->setSpacing(2);
    texts->addWidget(m_name);
    texts->addWidget(m_uri);
    auto *layout = new QHBoxLayout(header);
    layout->setContentsMargins(metrics::kPageMargin, metrics::kGap, metrics::kPageMargin, metrics::kGap);
    layout->setSpacing(metrics::kGap);
    layout->addLayout(texts, 1);
    layout->addWidget(m_health);
    layout->addWidget(m_generation);
    layout->addWidget(ping);
    layout->addWidget(copy);
    connect(ping, &QPushButton::clicked, this, &ObjectView::pingRequested);
    m_generation->set({}, {});
    m_health->set({}, {});
    return header;
}

QWidget *ObjectView::makeMethods()
{
    auto *page = new QWidget(m_pages);
    m_methodFilter = new QLineEdit(page);
    m_methodFilter->setObjectName(QStringLiteral("methodFilter"));
    m_methodFilter->setAccessibleName(tr("Filter methods"));
    m_methodFilter->setPlaceholderText(tr("Filter methods"));
    m_methodFilter->setClearButtonEnabled(true);
    m_methodFilter->addAction(
        themeIcon(QStringLiteral("edit-find"), ColorRole::Muted), QLineEdit::LeadingPosition);

    m_methodTable = new QTableView(page);
    m_methodTable->setModel(m_methods);
    setUpList(m_methodTable, new MethodDelegate(this), QStringLiteral("methodTable"), tr("Methods"));
    m_methodTable->setSelectionMode(QAbstractItemView::SingleSelection);
    QHeaderView *header = m_methodTable->horizontalHeader();
    header->setSectionResizeMode(MethodModel::SignatureColumn, QHeaderView::Stretch);
    header->resizeSection(MethodModel::NameColumn, metrics::em(font(), 7.5));
    header->resizeSection(MethodModel::KindColumn, metrics::em(font(), 4.2));
    header->resizeSection(MethodModel::CallsColumn, metrics::em(font(), 3.2));
    header->resizeSection(MethodModel::LastColumn, metrics::em(font(), 4));
    m_methodTable->setColumnHidden(MethodModel::CallsColumn, true);
    m_methodTable->setColumnHidden(MethodModel::LastColumn, true);

    m_checkRow = new QWidget(page);
    m_freeName = new QLineEdit(m_checkRow);
    m_freeName->setObjectName(QStringLiteral("freeMethod"));
    m_freeName->setAccessibleName(tr("Method name"));
    m_freeName->setPlaceholderText(tr("Any method name"));
    m_freeName->setFont(metrics::dataFont(font()));
    m_freeName->setMaxLength(1'000);
    m_freeName->setMinimumWidth(80); // a fixed font's widest glyph would ask for far more
    auto *check = new QPushButton(tr("Check name"), m_checkRow);
    check->setObjectName(QStringLiteral("checkName"));
    check->setToolTip(tr(
        "Asks the object whether it has a method of this name. The check may run code of a property there."));
    m_checkResult = new TextLabel(TextLabel::Type::Caption, m_checkRow);
    m_checkResult->setObjectName(QStringLiteral("checkResult"));
    m_checkResult->setWordWrap(true);
    m_checkResult->hide();
    auto *checkLine = new QHBoxLayout;
    checkLine->setSpacing(metrics::kGapSmall);
    checkLine->addWidget(m_freeName, 1);
    checkLine->addWidget(check);
    auto *checkLayout = new QVBoxLayout(m_checkRow);
    checkLayout->setContentsMargins(metrics::kPanelMargin, 0, metrics::kPanelMargin, metrics::kGapSmall);
    checkLayout->setSpacing(metrics::kGapSmall);
    checkLayout->addLayout(checkLine);
    checkLayout->addWidget(m_checkResult);

    m_noMethods = new EmptyState(QStringLiteral("method"), tr("This object publishes no methods"),
        tr("Objects of Pyro 3 do not tell their methods. Type a name above; names that have answered are "
           "kept here."),
        page);
    m_methodStack = new QStackedWidget(page);
    m_methodStack->addWidget(m_noMethods);
    m_methodStack->addWidget(m_methodTable);

    auto *filterRow = new QHBoxLayout;
    filterRow->setContentsMargins(metrics::kPanelMargin, 0, metrics::kPanelMargin, 0);
    filterRow->addWidget(m_methodFilter);
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, metrics::kGap, 0, 0);
    layout->setSpacing(metrics::kGapSmall);
    layout->addWidget(m_checkRow);
    layout->addLayout(filterRow);
    layout->addWidget(m_methodStack, 1);

    connect(m_methodFilter, &QLineEdit::textChanged, m_methods, &MethodModel::setFilter);
    connect(m_methodTable->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
        [this](const QModelIndex &index) {
            if (const MethodRow *row = m_methods->method(index))
                Q_EMIT methodSelected(row->name);
        });
    connect(m_methodTable, &QTableView::activated, this, [this](const QModelIndex &index) {
        if (const MethodRow *row = m_methods->method(index))
            Q_EMIT methodActivated(row->name);
    });
    connect(check, &QPushButton::clicked, this, [this] {
        if (!m_freeName->text().trimmed().isEmpty())
            Q_EMIT checkRequested(m_freeName->text().trimmed());
    });
    connect(m_freeName, &QLineEdit::returnPressed, this, [this] {
        if (!m_freeName->text().trimmed().isEmpty())
            Q_EMIT methodActivated(m_freeName->text().trimmed());
    });
    connect(m_methods, &QAbstractItemModel::modelReset, this, &ObjectView::updateMethods);
    return page;
}

QWidget *ObjectView::makeAttributes()
{
    auto *page = new QWidget(m_pages);
    m_attributeName = new QLineEdit(page);
    m_attributeName->setObjectName(QStringLiteral("attributeName"));
    m_attributeName->setAccessibleName(tr("Attribute name"));
    m_attributeName->setPlaceholderText(tr("Any attribute name"));
    m_attributeName->setFont(metrics::dataFont(font()));
    m_attributeName->setMinimumWidth(80);
    auto *get = new QPushButton(tr("Get"), page);
    get->setObjectName(QStringLiteral("getAttribute"));
    get->setToolTip(tr("Fetch the value (Enter in the list)"));
    m_attributeTable = new QTableView(page);
    m_attributeTable->setModel(m_attributes);
    setUpList(
        m_attributeTable, new AttributeDelegate(this), QStringLiteral("attributeTable"), tr("Attributes"));
    m_attributeTable->setSelectionMode(QAbstractItemView::SingleSelection);
    m_attributeTable->setEditTriggers(QAbstractItemView::EditKeyPressed);
    QHeaderView *header = m_attributeTable->horizontalHeader();
    header->setSectionResizeMode(AttributeModel::ValueColumn, QHeaderView::Stretch);
    header->resizeSection(AttributeModel::NameColumn, metrics::em(font(), 8));
    header->resizeSection(AttributeModel::WritableColumn, metrics::em(font(), 4.5));
    auto *hint = new TextLabel(TextLabel::Type::Caption, page);
    hint->setText(tr("Enter fetches a value, F2 changes it."));
    auto *line = new QHBoxLayout;
    line->setContentsMargins(metrics::kPanelMargin, 0, metrics::kPanelMargin, 0);
    line->setSpacing(metrics::kGapSmall);
    line->addWidget(m_attributeName, 1);
    line->addWidget(get);
    auto *hintRow = new QHBoxLayout;
    hintRow->setContentsMargins(metrics::kPanelMargin + 2, 0, metrics::kPanelMargin, metrics::kGapSmall);
    hintRow->addWidget(hint);
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, metrics::kGap, 0, 0);
    layout->setSpacing(metrics::kGapSmall);
    layout->addLayout(line);
    layout->addWidget(m_attributeTable, 1);
    layout->addLayout(hintRow);
    const auto fetch = [this] {
        QString name = m_attributeName->text().trimmed();
        if (name.isEmpty()) {
            if (const AttributeRow *row = m_attributes->attribute(m_attributeTable->currentIndex()))
                name = row->name;
        }
        if (!name.isEmpty())
            Q_EMIT attributeRequested(name);
    };
    connect(get, &QPushButton::clicked, this, fetch);
    connect(m_attributeName, &QLineEdit::returnPressed, this, fetch);
    connect(m_attributeTable, &QTableView::activated, this, [this](const QModelIndex &index) {
        if (const AttributeRow *row = m_attributes->attribute(index))
            Q_EMIT attributeRequested(row->name);
    });
    connect(m_attributes, &AttributeModel::setRequested, this, &ObjectView::attributeSetRequested);
    return page;
}

void ObjectView::setTarget(const ObjectTarget &target)
{
    m_target = target;
    m_name->setFullText(target.name.isEmpty() ? tr("Object without a name") : target.name);
    m_uri->setFullText(target.uri);
    setGeneration(target.generation);
}

void ObjectView::setResolvedUri(const QString &uri)
{
    m_resolved = uri;
    m_uri->setFullText(uri);
}

void ObjectView::setGeneration(int generation)
{
    m_generation->set({}, generation > 0 ? tr("Pyro %1").arg(generation) : QString(), ColorRole::Muted);
}

void ObjectView::setHealth(Health health, const QString &text)
{
    switch (health) {
    case Health::Ok:
        m_health->set(QStringLiteral("health-ok"), text, ColorRole::Ok);
        break;
    case Health::Slow:
        m_health->set(QStringLiteral("health-slow"), text, ColorRole::Warning);
        break;
    case Health::Dead:
        m_health->set(QStringLiteral("health-dead"), text, ColorRole::Error);
        break;
    case Health::Denied:
        m_health->set(QStringLiteral("health-denied"), text, ColorRole::Error);
        break;
    case Health::Unknown:
        m_health->set({}, text);
        break;
    }
}

void ObjectView::setInterface(const ObjectInterface &interface)
{
    m_known = interface.isKnown;
    m_methods->setMethods(interface.methods);
    m_attributes->setAttributes(interface.attributes);
    m_pages->setTabText(
        0, interface.methods.empty() ? tr("Methods") : tr("Methods (%1)").arg(interface.methods.size()));
    m_pages->setTabText(1,
        interface.attributes.empty() ? tr("Attributes")
                                     : tr("Attributes (%1)").arg(interface.attributes.size()));
    updateMethods();
}

void ObjectView::setMetadata(const std::vector<std::pair<QString, QString>> &rows)
{
    QStringList lines;
    for (const auto &[key, value] : rows)
        lines.append(visibleText(key, 100) + QLatin1String("\n  ") + visibleLines(value, 2'000));
    m_metadata->setText(lines.join(QLatin1String("\n\n")));
}

void ObjectView::learn(const QString &method)
{
    MethodRow row;
    row.name = method;
    row.source = MethodRow::Source::Learned;
    m_methods->learn(row);
}

void ObjectView::updateMethods()
{
    const bool any = m_methods->rowCount() > 0 || !m_methodFilter->text().isEmpty();
    m_methodStack->setCurrentWidget(any ? static_cast<QWidget *>(m_methodTable) : m_noMethods);
    m_checkRow->setVisible(!m_known);
    m_methodFilter->setVisible(
        any && (m_known || m_methods->rowCount() > 8 || !m_methodFilter->text().isEmpty()));
}

void ObjectView::setAttributeValue(const QString &name, const QString &python)
{
    m_attributes->setValue(name, python);
}

void ObjectView::setAttributeError(const QString &name, const QString &text)
{
    m_attributes->setError(name, text);
}

void ObjectView::setCheckResult(const QString &name, bool isMethod)
{
    m_checkResult->setText(isMethod ? tr("'%1' is a method").arg(visibleText(name, 100))
                                    : tr("'%1' is an attribute, or missing").arg(visibleText(name, 100)));
    m_checkResult->setRole(isMethod ? ColorRole::Ok : ColorRole::Warning);
    m_checkResult->show();
    if (isMethod) {
        MethodRow row;
        row.name = name;
        row.source = MethodRow::Source::Checked;
        m_methods->learn(row);
    }
}

void ObjectView::selectMethod(const QString &name)
{
    const QModelIndex index = m_methods->indexOfName(name);
    if (index.isValid())
        m_methodTable->setCurrentIndex(index);
}

} // namespace pyrolens
