// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "parts.h"

#include <pyrolens/models/plaintext.h>
#include <pyrolens/theme/flatstyle.h>
#include <pyrolens/theme/icons.h>
#include <pyrolens/theme/metrics.h>

#include <QBoxLayout>
#include <QClipboard>
#include <QEvent>
#include <QGuiApplication>
#include <QPainter>
#include <QPushButton>

namespace pyrolens {

namespace {

class Hairline final : public QWidget
{
public:
    Hairline(Qt::Orientation orientation, QWidget *parent) : QWidget(parent)
    {
        if (orientation == Qt::Horizontal)
            setFixedHeight(1);
        else
            setFixedWidth(1);
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter(this).fillRect(rect(), themeColor(ColorRole::Hairline, palette()));
    }
};

/// An icon of ours in the muted colour of the theme that is on.
class Picture final : public QWidget
{
public:
    Picture(QString icon, int size, QWidget *parent) : QWidget(parent), m_icon(std::move(icon)), m_size(size)
    {
        setFixedHeight(size);
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter(this).drawPixmap((width() - m_size) / 2, 0,
            iconPixmap(m_icon, themeColor(ColorRole::Muted, palette()), m_size, devicePixelRatioF()));
    }

private:
    QString m_icon;
    int m_size;
};

} // namespace

TextLabel::TextLabel(Type type, QWidget *parent, std::optional<ColorRole> role)
    : QLabel(parent), m_type(type), m_role(role)
{
    setTextFormat(Qt::PlainText);
    setTextInteractionFlags(Qt::NoTextInteraction);
    apply();
}

TextLabel::~TextLabel() = default;

void TextLabel::apply()
{
    if (m_applying)
        return;
    m_applying = true;
    const QFont base = parentWidget() ? parentWidget()->font() : QGuiApplication::font();
    switch (m_type) {
    case Type::Body:
        setFont(base);
        break;
    case Type::Title:
        setFont(metrics::titleFont(base));
        break;
    case Type::Caption:
        setFont(metrics::captionFont(base));
        break;
    case Type::Data:
        setFont(metrics::dataFont(base));
        break;
    }
    // Only the one colour is ours: a whole palette of its own would stay behind when the theme changes.
    QPalette colours;
    const auto role
        = m_role ? m_role : (m_type == Type::Caption ? std::optional(ColorRole::Muted) : std::nullopt);
    if (role)
        colours.setColor(QPalette::WindowText, themeColor(*role, QGuiApplication::palette()));
    setPalette(colours);
    m_applying = false;
}

void TextLabel::setRole(std::optional<ColorRole> role)
{
    m_role = role;
    apply();
}

void TextLabel::setElided(bool elided)
{
    m_elided = elided;
    setSizePolicy(elided ? QSizePolicy::Ignored : QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void TextLabel::setFullText(const QString &text)
{
    m_full = visibleText(text, 2'000);
    setAccessibleName(m_full);
    if (m_elided)
        elide();
    else
        setText(m_full);
}

QSize TextLabel::minimumSizeHint() const
{
    const QSize hint = QLabel::minimumSizeHint();
    return m_elided ? QSize(metrics::em(font(), 3), hint.height()) : hint;
}

QSize TextLabel::sizeHint() const
{
    const QSize hint = QLabel::sizeHint();
    return m_elided ? QSize(fontMetrics().horizontalAdvance(m_full) + 2, hint.height()) : hint;
}

void TextLabel::elide()
{
    const QString shown = fontMetrics().elidedText(m_full, Qt::ElideMiddle, std::max(width(), 10));
    if (shown != text())
        setText(shown);
    setToolTip(shown == m_full ? QString() : m_full.toHtmlEscaped());
}

void TextLabel::resizeEvent(QResizeEvent *event)
{
    QLabel::resizeEvent(event);
    if (m_elided)
        elide();
}

void TextLabel::changeEvent(QEvent *event)
{
    QLabel::changeEvent(event);
    if (event->type() == QEvent::ParentChange || event->type() == QEvent::PaletteChange)
        apply();
}

bool TextLabel::event(QEvent *event)
{
    const bool done = QLabel::event(event);
    // These two are not passed on to changeEvent(). The parent may get its new font after us.
    if (event->type() == QEvent::ApplicationPaletteChange || event->type() == QEvent::ApplicationFontChange) {
        apply();
        QMetaObject::invokeMethod(this, &TextLabel::apply, Qt::QueuedConnection);
    }
    return done;
}

Chip::Chip(QWidget *parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

Chip::~Chip() = default;

void Chip::set(const QString &icon, const QString &text, std::optional<ColorRole> role)
{
    m_icon = icon;
    m_text = text;
    m_role = role;
    setAccessibleName(text);
    setVisible(!text.isEmpty());
    updateGeometry();
    update();
}

QSize Chip::sizeHint() const
{
    const QFontMetrics fm(font());
    const int icon = m_icon.isEmpty() ? 0 : metrics::kIcon + 4;
    return {fm.horizontalAdvance(m_text) + icon + (m_role ? 16 : 8),
        std::max(metrics::kHitTarget, fm.height() + 6)};
}

void Chip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const QColor colour = m_role ? themeColor(*m_role, palette()) : themeColor(ColorRole::Muted, palette());
    QRect area = rect();
    if (m_role) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(blend(palette().color(QPalette::Window), colour, 0.12));
        painter.drawRoundedRect(area, metrics::kRadius, metrics::kRadius);
    }
    area.adjust(m_role ? 8 : 4, 0, -4, 0);
    if (!m_icon.isEmpty()) {
        painter.drawPixmap(area.left(), area.top() + (area.height() - metrics::kIcon) / 2,
            iconPixmap(m_icon, colour, metrics::kIcon, devicePixelRatioF()));
        area.setLeft(area.left() + metrics::kIcon + 4);
    }
    painter.setPen(colour);
    painter.drawText(area, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine, m_text);
}

EmptyState::EmptyState(const QString &icon, const QString &title, const QString &text, QWidget *parent)
    : QWidget(parent)
    , m_title(new TextLabel(TextLabel::Type::Body, this))
    , m_text(new TextLabel(TextLabel::Type::Caption, this))
    , m_buttons(new QVBoxLayout)
{
    auto *picture = new Picture(icon, 24, this);
    m_title->setAlignment(Qt::AlignCenter);
    m_title->setWordWrap(true);
    m_text->setAlignment(Qt::AlignCenter);
    m_text->setWordWrap(true);
    setTexts(title, text);
    m_buttons->setSpacing(metrics::kGap);
    m_buttons->setAlignment(Qt::AlignHCenter);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(
        metrics::kPageMargin, metrics::kPageMargin, metrics::kPageMargin, metrics::kPageMargin);
    layout->setSpacing(metrics::kGap);
    layout->addStretch(2);
    layout->addWidget(picture);
    layout->addWidget(m_title);
    layout->addWidget(m_text);
    layout->addSpacing(metrics::kGapSmall);
    layout->addLayout(m_buttons);
    layout->addStretch(3);
}

EmptyState::~EmptyState() = default;

void EmptyState::setTexts(const QString &title, const QString &text)
{
    m_title->setText(title);
    m_text->setText(text);
    m_text->setVisible(!text.isEmpty());
    setAccessibleName(title);
    setAccessibleDescription(text);
}

QPushButton *EmptyState::addButton(const QString &text, const QString &objectName, bool primary)
{
    auto *button = new QPushButton(text, this);
    button->setObjectName(objectName);
    button->setSizePolicy(QSizePolicy::Minimum, QSizePolicy::Fixed);
    button->setMinimumWidth(metrics::em(font(), 12));
    if (primary)
        FlatStyle::setPrimary(button);
    m_buttons->addWidget(button, 0, Qt::AlignHCenter);
    return button;
}

Banner::Banner(QWidget *parent)
    : QFrame(parent)
    , m_icon(new QLabel(this))
    , m_text(new TextLabel(TextLabel::Type::Body, this))
    , m_hint(new TextLabel(TextLabel::Type::Caption, this))
    , m_detail(new TextLabel(TextLabel::Type::Data, this, ColorRole::Muted))
    , m_retry(new QToolButton(this))
    , m_details(new QToolButton(this))
{
    setObjectName(QStringLiteral("banner"));
    setFrameShape(QFrame::NoFrame);
    m_text->setObjectName(QStringLiteral("bannerText"));
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_hint->setObjectName(QStringLiteral("bannerHint"));
    m_hint->setWordWrap(true);
    m_detail->setObjectName(QStringLiteral("bannerDetail"));
    m_detail->setWordWrap(true);
    m_detail->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_detail->hide();
    m_retry->setText(tr("Retry"));
    m_retry->setObjectName(QStringLiteral("bannerRetry"));
    m_details->setText(tr("Details"));
    m_details->setObjectName(QStringLiteral("bannerDetails"));
    m_details->setCheckable(true);
    auto *close = iconButton(
        QStringLiteral("window-close"), tr("Close this message"), QStringLiteral("bannerClose"), this);

    auto *texts = new QVBoxLayout;
    texts->setSpacing(2);
    texts->addWidget(m_text);
    texts->addWidget(m_hint);
    texts->addWidget(m_detail);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(metrics::kPageMargin, metrics::kGap, metrics::kGap, metrics::kGap);
    layout->addWidget(m_icon, 0, Qt::AlignTop);
    layout->addLayout(texts, 1);
    layout->addWidget(m_retry, 0, Qt::AlignTop);
    layout->addWidget(m_details, 0, Qt::AlignTop);
    layout->addWidget(close, 0, Qt::AlignTop);

    connect(m_retry, &QToolButton::clicked, this, &Banner::retryRequested);
    connect(m_details, &QToolButton::toggled, m_detail, &QWidget::setVisible);
    connect(close, &QToolButton::clicked, this, [this] {
        hide();
        Q_EMIT closed();
    });
    hide();
}

Banner::~Banner() = default;

QString Banner::text() const
{
    return m_text->text();
}

void Banner::setRetryVisible(bool visible)
{
    m_retry->setVisible(visible);
}

void Banner::showMessage(Level level, const QString &text, const QString &hint, const QString &detail)
{
    m_level = level;
    const ColorRole role = level == Level::Error
        ? ColorRole::Error
        : (level == Level::Warning ? ColorRole::Warning : ColorRole::Muted);
    const QString icon = level == Level::Error
        ? QStringLiteral("dialog-error")
        : (level == Level::Warning ? QStringLiteral("dialog-warning") : QStringLiteral("dialog-information"));
    m_icon->setPixmap(
        themeIcon(icon, role).pixmap(QSize(metrics::kIcon, metrics::kIcon), devicePixelRatioF()));
    m_text->setText(visibleText(text, 1'000));
    m_hint->setText(visibleText(hint, 1'000));
    m_hint->setVisible(!hint.isEmpty());
    m_detail->setText(visibleLines(detail, 10'000));
    m_details->setVisible(!detail.isEmpty());
    m_details->setChecked(false);
    setAccessibleName(m_text->text());
    setAccessibleDescription(m_hint->text());
    show();
    update();
}

void Banner::paintEvent(QPaintEvent *)
{
    const ColorRole role = m_level == Level::Error
        ? ColorRole::Error
        : (m_level == Level::Warning ? ColorRole::Warning : ColorRole::Muted);
    const QColor colour = themeColor(role, palette());
    QPainter painter(this);
    painter.fillRect(rect(), blend(palette().color(QPalette::Window), colour, 0.08));
    painter.fillRect(QRect(0, 0, 3, height()), colour);
}

QPushButton *pushButton(const QString &text, const char *objectName, QWidget *parent)
{
    auto *button = new QPushButton(text, parent);
    button->setObjectName(QString::fromLatin1(objectName));
    return button;
}

QLineEdit *lineEdit(const char *objectName, const QString &accessible, QWidget *parent)
{
    return named(new QLineEdit(parent), objectName, accessible);
}

QToolButton *iconButton(const QString &icon, const QString &text, const QString &objectName, QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setIcon(themeIcon(icon));
    button->setToolTip(text);
    button->setAccessibleName(text);
    button->setObjectName(objectName);
    button->setAutoRaise(true);
    return button;
}

QWidget *hairline(Qt::Orientation orientation, QWidget *parent)
{
    return new Hairline(orientation, parent);
}

void copyText(const QString &text)
{
    QGuiApplication::clipboard()->setText(text);
}

} // namespace pyrolens
