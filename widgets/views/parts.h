// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/theme/colors.h>

#include <QFrame>
#include <QLabel>
#include <QToolButton>
#include <QWidget>

#include <functional>

class QHBoxLayout;
class QLineEdit;
class QPushButton;
class QVBoxLayout;

/// Small pieces that the views share.
namespace pyrolens {

/// A label in a role's colour and type size; follows theme and font changes. Always plain text.
class TextLabel : public QLabel
{
    Q_OBJECT

public:
    enum class Type : quint8 { Body, Title, Caption, Data };
    explicit TextLabel(Type type, QWidget *parent = nullptr, std::optional<ColorRole> role = {});
    ~TextLabel() override;
    void setRole(std::optional<ColorRole> role);
    /// Elides in the middle when there is no room; the whole text is in the tooltip.
    void setElided(bool elided);
    void setFullText(const QString &text);
    QString fullText() const { return m_full; }
    QSize minimumSizeHint() const override;
    QSize sizeHint() const override;

protected:
    bool event(QEvent *event) override;
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void apply();
    void elide();

    Type m_type;
    std::optional<ColorRole> m_role;
    bool m_elided = false;
    bool m_applying = false;
    QString m_full;
};

/// State in one glance: an icon and a word on a faint surface of the state's colour.
class Chip final : public QWidget
{
    Q_OBJECT

public:
    explicit Chip(QWidget *parent = nullptr);
    ~Chip() override;
    void set(const QString &icon, const QString &text, std::optional<ColorRole> role = {});
    QString text() const { return m_text; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_icon;
    QString m_text;
    std::optional<ColorRole> m_role;
};

/// What an empty view shows: an icon, a title, one sentence, and the next steps as buttons.
class EmptyState final : public QWidget
{
    Q_OBJECT

public:
    EmptyState(const QString &icon, const QString &title, const QString &text, QWidget *parent = nullptr);
    ~EmptyState() override;
    QPushButton *addButton(const QString &text, const QString &objectName, bool primary = false);
    void setTexts(const QString &title, const QString &text);

private:
    TextLabel *m_title;
    TextLabel *m_text;
    QVBoxLayout *m_buttons;
};

/// An error inside the view it belongs to: what happened, where, what to try; technical detail folded below.
class Banner final : public QFrame
{
    Q_OBJECT

public:
    enum class Level : quint8 { Information, Warning, Error };
    explicit Banner(QWidget *parent = nullptr);
    ~Banner() override;
    void showMessage(Level level, const QString &text, const QString &hint = {}, const QString &detail = {});
    void setRetryVisible(bool visible);
    QString text() const;

Q_SIGNALS:
    void retryRequested();
    void closed();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Level m_level = Level::Error;
    QLabel *m_icon;
    TextLabel *m_text;
    TextLabel *m_hint;
    TextLabel *m_detail;
    QToolButton *m_retry;
    QToolButton *m_details;
};

/// Gives a widget the name that tests find it by and the one that a screen reader speaks.
template <class W>
W *named(W *widget, const char *objectName, const QString &accessible)
{
    widget->setObjectName(QString::fromLatin1(objectName));
    widget->setAccessibleName(accessible);
    return widget;
}
QPushButton *pushButton(const QString &text, const char *objectName, QWidget *parent);
QLineEdit *lineEdit(const char *objectName, const QString &accessible, QWidget *parent);

/// A flat button with an icon from our set, with tooltip and accessible name.
QToolButton *iconButton(
    const QString &icon, const QString &text, const QString &objectName, QWidget *parent = nullptr);
/// A hairline.
QWidget *hairline(Qt::Orientation orientation, QWidget *parent = nullptr);
/// Puts text on the clipboard, always as plain text.
void copyText(const QString &text);

} // namespace pyrolens
