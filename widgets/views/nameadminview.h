// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/models/registrationmodel.h>
#include <pyrolens/nameadmin/nameadmin.h>
#include <pyrolens/nameadmin/nameplan.h>

#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QMenu;
class QPushButton;
class QStackedWidget;
class QTableView;
class QToolButton;

namespace pyrolens {

class Banner;
class PlanView;
class TagEdit;
class TextLabel;

/// Administration of one name server: the flat table of its names, changes to them, removal of many with a
/// preview, the health of all.
class NameAdminView final : public QWidget
{
    Q_OBJECT

public:
    /// From so many names on, the count has to be typed before they are removed.
    static constexpr int kTypedCount = 20;

    explicit NameAdminView(RegistrationModel *model, QWidget *parent = nullptr);
    ~NameAdminView() override;

    /// The names are flat ones with tags (4, 5): no groups, and changes of tags with a preview.
    void setFlat(bool flat);
    QTableView *table() const { return m_table; }
    void setProgress(int done, int total); ///< of the health check
    void checkFinished();
    void actionDone(const pyrolens::NameAction &action);
    void actionFailed(const QString &text);
    void actionsFinished(int done, int failed);
    // Export and import; the names of the file are chosen in the menu.
    void exportFile(const QString &path);
    void importFile(const QString &path);
    void setTransferProgress(int done, int total);
    void exported(const QString &path, int names);
    void showPlan(const std::shared_ptr<const pyrolens::NamePlan> &plan);
    void transferFailed(const QString &text);
    void applied(int done, int failed);
    PlanView *plan() const { return m_plan; }

Q_SIGNALS:
    void checkRequested(const std::vector<pyrolens::HealthTarget> &targets);
    void cancelRequested();
    void actionsRequested(const std::vector<pyrolens::NameAction> &actions);
    void refreshRequested();
    void compareRequested();
    void exportRequested(const QString &path);
    void importRequested(const QString &path);
    void cancelTransferRequested();
    void applyRequested(const std::vector<pyrolens::NameAction> &actions); ///< of an import
    void stopRequested();

private:
    enum Page { TablePage, PreviewPage, PlanPage };
    using Kind = NameAction::Kind;
    void makeBar();
    void makePreview();
    QMenu *makeMenu();
    void selectDead();
    void selectStale();
    void select(const std::vector<int> &rows);
    static QString fileFilter();
    void chooseExport();
    void chooseImport();
    void beginTransfer(const QString &text);
    void preview();
    void updatePreview();
    void remove();
    void ask(Kind kind);
    void askGroup();
    void perform();
    void askTags();
    void previewTags();
    std::vector<NameRow> selectedRows() const;
    QStringList commonTags(const std::vector<NameRow> &rows) const;
    void filterTags();
    void showUndo();
    void showBar(const QString &what, const QString &apply);
    void updateFullName();
    QString fullName(const QString &text) const; ///< ":Default.x" for "x"
    const NameRow *current() const;

    RegistrationModel *m_model;
    QStackedWidget *m_stack;
    QTableView *m_table;
    Banner *m_banner;
    QLineEdit *m_filter;
    QPushButton *m_check;
    QPushButton *m_cancel;
    QPushButton *m_stopTransfer;
    QPushButton *m_dead;
    QPushButton *m_removeButton;
    TextLabel *m_progress;
    QWidget *m_bar; ///< the line for one change
    QLabel *m_what;
    QLineEdit *m_first;
    QLineEdit *m_second;
    QPushButton *m_apply;
    TextLabel *m_fullName;
    TagEdit *m_tags; ///< in the line for one change
    QLineEdit *m_tagFilter;
    QComboBox *m_tagMode;
    QList<QAction *> m_treeActions; ///< that a flat server has nothing for
    bool m_isFlat = false;
    bool m_asksTags = false;       ///< the line is for tags, not for m_kind
    std::vector<NameRow> m_tagged; ///< names whose tags the line is for
    QToolButton *m_regex;
    QString m_group = QStringLiteral(":Default"); ///< where names without a leading ":" go
    bool m_asksGroup = false;                     ///< the line is for m_group, not for m_kind
    Kind m_kind = Kind::Register;
    NameRow m_target;
    PlanView *m_plan;
    QString m_file; ///< that is imported
    QWidget *m_preview;
    QListWidget *m_victims;
    TextLabel *m_count;
    QLineEdit *m_typed;
    QPushButton *m_confirm;
    std::vector<NameAction> m_undo; ///< what was done last, to be taken back
    QPushButton *m_undoButton;
};

} // namespace pyrolens
