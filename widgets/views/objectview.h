// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/models/callrecord.h>
#include <pyrolens/models/methodmodel.h>
#include <pyrolens/models/nametreemodel.h>

#include <QWidget>

class QLineEdit;
class QPushButton;
class QStackedWidget;
class QTableView;
class QTabWidget;

namespace pyrolens {

class Banner;
class Chip;
class EmptyState;
class TextLabel;

/// One object: header with name, URI, generation and health; its methods, or a free method name where the
/// object cannot tell; attributes to get and set; what the name server keeps about it.
class ObjectView final : public QWidget
{
    Q_OBJECT

public:
    explicit ObjectView(QWidget *parent = nullptr);
    ~ObjectView() override;

    void setTarget(const ObjectTarget &target);
    void setResolvedUri(const QString &uri);
    void setGeneration(int generation);
    void setHealth(Health health, const QString &text);
    void setInterface(const ObjectInterface &interface);
    void setMetadata(const std::vector<std::pair<QString, QString>> &rows);
    void learn(const QString &method);
    void setAttributeValue(const QString &name, const QString &python);
    void setAttributeError(const QString &name, const QString &text);
    void setCheckResult(const QString &name, bool isMethod);
    void selectMethod(const QString &name);
    MethodModel *methods() const { return m_methods; }
    AttributeModel *attributes() const { return m_attributes; }
    /// Header and lists are laid out apart, so that the page can put the call beside the lists.
    QWidget *header() const { return m_header; }
    QTabWidget *pages() const { return m_pages; }
    Banner *banner() const { return m_banner; }

Q_SIGNALS:
    void methodSelected(const QString &name);
    void methodActivated(const QString &name);
    void pingRequested();
    void checkRequested(const QString &name);
    void attributeRequested(const QString &name);
    void attributeSetRequested(const QString &name, const QString &python);

private:
    QWidget *makeHeader();
    QWidget *makeMethods();
    QWidget *makeAttributes();
    void updateMethods();

    ObjectTarget m_target;
    QString m_resolved;
    bool m_known = false;
    MethodModel *m_methods;
    AttributeModel *m_attributes;
    QWidget *m_header;
    TextLabel *m_name;
    TextLabel *m_uri;
    Chip *m_generation;
    Chip *m_health;
    Banner *m_banner;
    QTabWidget *m_pages;
    QStackedWidget *m_methodStack;
    QTableView *m_methodTable;
    QLineEdit *m_methodFilter;
    QWidget *m_checkRow;
    QLineEdit *m_freeName;
    TextLabel *m_checkResult;
    EmptyState *m_noMethods;
    QTableView *m_attributeTable;
    QLineEdit *m_attributeName;
    TextLabel *m_metadata;
};

} // namespace pyrolens
