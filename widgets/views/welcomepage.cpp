// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "welcomepage.h"

#include "parts.h"

#include <pyrolens/models/plaintext.h>
#include <pyrolens/theme/flatstyle.h>
#include <pyrolens/theme/icons.h>
#include <pyrolens/theme/metrics.h>

#include <QBoxLayout>
#include <QGridLayout>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>

namespace pyrolens {

namespace {

constexpr int kTwoColumns = 50; ///< em; in a narrower page three cards a row would cut their texts

/// A demo object as a big button: icon, name, one sentence.
class Card final : public QAbstractButton
{
public:
    Card(QString icon, const QString &title, QString text, QWidget *parent)
        : QAbstractButton(parent), m_icon(std::move(icon)), m_text(std::move(text))
    {
        setText(title);
        setAccessibleName(title);
        setAccessibleDescription(m_text);
        setFocusPolicy(Qt::StrongFocus);
        setAttribute(Qt::WA_Hover);
        setCursor(Qt::PointingHandCursor);
        setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    }
    QSize sizeHint() const override { return {metrics::em(font(), 14), metrics::em(font(), 4) + 12}; }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const QPalette colours = palette();
        const bool hover = underMouse() || isDown();
        painter.setBrush(hover ? themeColor(ColorRole::Hover, colours) : colours.color(QPalette::Base));
        painter.setPen(QPen(
            themeColor(hasFocus() ? ColorRole::Accent : ColorRole::Hairline, colours), hasFocus() ? 1.5 : 1));
        painter.drawRoundedRect(
            QRectF(rect()).adjusted(0.75, 0.75, -0.75, -0.75), metrics::kRadius, metrics::kRadius);
        painter.drawPixmap(14, (height() - 24) / 2,
            iconPixmap(m_icon, themeColor(ColorRole::Muted, colours), 24, devicePixelRatioF()));
        const QRect area = rect().adjusted(52, 8, -10, -8);
        QFont title = font();
        title.setWeight(QFont::DemiBold);
        painter.setFont(title);
        painter.setPen(colours.color(QPalette::WindowText));
        const int line = QFontMetrics(title).height();
        painter.drawText(QRect(area.left(), area.top(), area.width(), line), Qt::AlignLeft | Qt::AlignVCenter,
            painter.fontMetrics().elidedText(text(), Qt::ElideRight, area.width()));
        painter.setFont(metrics::captionFont(font()));
        painter.setPen(themeColor(ColorRole::Muted, colours));
        painter.drawText(QRect(area.left(), area.top() + line, area.width(), area.height() - line),
            Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, m_text);
    }

private:
    QString m_icon;
    QString m_text;
};

struct CardText
{
    const char *name;
    const char *text;
};

const CardText kCards[] = {
    {"echo", QT_TRANSLATE_NOOP("pyrolens::WelcomePage", "Echoes values, raises errors")},
    {"thermometer", QT_TRANSLATE_NOOP("pyrolens::WelcomePage", "A reading that drifts, as an attribute")},
    {"bank", QT_TRANSLATE_NOOP("pyrolens::WelcomePage", "Accounts, balances, an exception of its own")},
    {"clock", QT_TRANSLATE_NOOP("pyrolens::WelcomePage", "Calls back those who register")},
    {"files", QT_TRANSLATE_NOOP("pyrolens::WelcomePage", "Bytes, tables, proxies to new objects")},
    {"market", QT_TRANSLATE_NOOP("pyrolens::WelcomePage", "Publishes trades as events")},
};

} // namespace

WelcomePage::WelcomePage(QWidget *parent)
    : QWidget(parent)
    , m_recent(new QVBoxLayout)
    , m_demoHint(new TextLabel(TextLabel::Type::Caption, this))
    , m_demo(new QPushButton(tr("Start demo network"), this))
{
    setObjectName(QStringLiteral("welcomePage"));
    auto *content = new QWidget(this);
    content->setMaximumWidth(metrics::em(font(), 46));
    auto *title = new TextLabel(TextLabel::Type::Title, content);
    title->setText(QStringLiteral("Pyrolens"));
    auto *subtitle = new TextLabel(TextLabel::Type::Body, content, ColorRole::Muted);
    subtitle->setText(tr("See what is going on in a Pyro network, and call what is in it."));
    subtitle->setWordWrap(true);
    auto *flame = new QLabel(content);
    flame->setPixmap(QIcon(QStringLiteral(":/pyrolens/app.svg")).pixmap(QSize(48, 48), devicePixelRatioF()));
    auto *heading = new QHBoxLayout;
    heading->setSpacing(metrics::kGapLarge);
    heading->addWidget(flame);
    auto *headingTexts = new QVBoxLayout;
    headingTexts->setSpacing(2);
    headingTexts->addStretch();
    headingTexts->addWidget(title);
    headingTexts->addWidget(subtitle);
    headingTexts->addStretch();
    heading->addLayout(headingTexts, 1);

    FlatStyle::setPrimary(m_demo);
    m_demo->setObjectName(QStringLiteral("startDemo"));
    auto *discover = new QPushButton(tr("Discover on this network"), content);
    discover->setObjectName(QStringLiteral("welcomeDiscover"));
    discover->setToolTip(tr("Broadcast and list the name servers that answer (Ctrl+Shift+D)"));
    auto *connectButton = new QPushButton(tr("Connect to\u2026"), content);
    connectButton->setObjectName(QStringLiteral("welcomeConnect"));
    connectButton->setToolTip(tr("Type a host, host:port or URI (Ctrl+K)"));
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(metrics::kGap);
    buttons->addWidget(m_demo);
    buttons->addWidget(discover);
    buttons->addWidget(connectButton);
    buttons->addStretch();

    auto *cardsTitle = new TextLabel(TextLabel::Type::Body, content, ColorRole::Muted);
    cardsTitle->setText(tr("Demo objects"));
    m_grid = new QGridLayout;
    m_grid->setSpacing(metrics::kGap);
    for (const CardText &one : kCards) {
        const QString name = QString::fromLatin1(one.name);
        auto *card
            = new Card(QStringLiteral("demo-") + name, QStringLiteral("demo.") + name, tr(one.text), content);
        card->setObjectName(QStringLiteral("card-") + name);
        m_cards.append(card);
        connect(card, &QAbstractButton::clicked, this,
            [this, name] { Q_EMIT cardChosen(QStringLiteral("demo.") + name); });
    }
    arrangeCards();

    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(24, 24, 24, 24);
    column->setSpacing(metrics::kGap);
    column->addStretch(1);
    column->addLayout(heading);
    column->addSpacing(metrics::kGapLarge);
    column->addLayout(buttons);
    column->addWidget(m_demoHint);
    column->addSpacing(metrics::kGapLarge);
    column->addWidget(cardsTitle);
    column->addLayout(m_grid);
    column->addSpacing(metrics::kGapLarge);
    column->addLayout(m_recent);
    column->addStretch(2);
    auto *scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->viewport()->setAutoFillBackground(false);
    auto *centre = new QWidget(scroll);
    auto *centreLayout = new QHBoxLayout(centre);
    centreLayout->setContentsMargins(0, 0, 0, 0);
    centreLayout->addStretch(1);
    centreLayout->addWidget(content, 10);
    centreLayout->addStretch(1);
    scroll->setWidget(centre);
    centre->setAutoFillBackground(false);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(scroll);

    connect(m_demo, &QPushButton::clicked, this, &WelcomePage::demoRequested);
    connect(discover, &QPushButton::clicked, this, &WelcomePage::discoverRequested);
    connect(connectButton, &QPushButton::clicked, this, &WelcomePage::connectRequested);
    setDemoRunning(false);
    setRecent({});
}

WelcomePage::~WelcomePage() = default;

void WelcomePage::arrangeCards()
{
    const int columns = width() < metrics::em(font(), kTwoColumns) ? 2 : 3;
    if (columns == m_columns)
        return;
    m_columns = columns;
    for (int i = 0; i < m_cards.size(); ++i)
        m_grid->addWidget(m_cards[i], i / columns, i % columns); // moves it when it is there already
}

void WelcomePage::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    arrangeCards();
}

void WelcomePage::setDemoRunning(bool running)
{
    m_demo->setEnabled(!running);
    m_demoHint->setText(running
            ? tr("The demo network runs inside this program, on loopback only, until you quit.")
            : tr("The demo runs inside this program, on loopback only. No Python is needed."));
}

void WelcomePage::setRecent(const QList<RecentPlace> &places)
{
    while (QLayoutItem *item = m_recent->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    if (places.isEmpty())
        return;
    auto *title = new TextLabel(TextLabel::Type::Body, this, ColorRole::Muted);
    title->setText(tr("Recent"));
    m_recent->addWidget(title);
    for (const auto &[place, generation] : places) {
        auto *button = new QToolButton(this);
        button->setText(generation > 0
                ? tr("%1  \u00b7  Pyro %2", "place, generation").arg(visibleText(place, 120)).arg(generation)
                : visibleText(place, 120));
        button->setIcon(themeIcon(QStringLiteral("document-open-recent")));
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        button->setAutoRaise(true);
        m_recent->addWidget(button, 0, Qt::AlignLeft);
        connect(button, &QToolButton::clicked, this, [this, place = place] { Q_EMIT recentChosen(place); });
    }
}

} // namespace pyrolens
