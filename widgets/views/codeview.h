// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/models/codemodel.h>

#include <QWidget>

class QCheckBox;
class QLineEdit;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace pyrolens {

class Banner;
class HexView;
class TextLabel;
class TextView;

/// Mobile code of Pyro 3: what arrived, what would be sent, the text of either, read-only. Nothing here runs
/// any of it.
class CodeView final : public QWidget
{
    Q_OBJECT

public:
    explicit CodeView(CodeModel *model, QWidget *parent = nullptr);
    ~CodeView() override;

    QTableView *table() const { return m_table; }
    void setChoices(bool accept, const QString &folder);
    /// Answers codeRequested(); with a problem instead of code when it could not be read.
    void showCode(const QString &module, const QByteArray &code, const QString &problem);
    void showProblem(const QString &text);

Q_SIGNALS:
    void codeRequested(const pyrolens::CodeModel::Row &row);
    void saveRequested(const pyrolens::CodeModel::Row &row, const QString &file);
    void removeRequested(const QByteArray &sha256);
    void choicesMade(bool accept, const QString &folder);

private:
    void showCurrent();
    void chooseFolder();
    void save();

    CodeModel *m_model;
    QTableView *m_table;
    QStackedWidget *m_stack;
    Banner *m_banner;
    QCheckBox *m_accept;
    QLineEdit *m_folder;
    QStackedWidget *m_code; ///< source as text, byte code as bytes
    TextView *m_text;
    HexView *m_bytes;
    TextLabel *m_title;
    QPushButton *m_save;
    QPushButton *m_remove;
};

} // namespace pyrolens
