// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/editors/argumentedit.h>
#include <pyrolens/models/callrecord.h>
#include <pyrolens/models/methodmodel.h>

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

#include <optional>

class QCheckBox;
class QComboBox;
class QLineEdit;
class QPushButton;

namespace pyrolens {

class BatchPanel;
class TextLabel;
class TimeoutControl;

/// Composes one call: method, argument line, timeout, oneway, Send and Cancel, all visible. Knows no network:
/// it emits sendRequested() and is told when the call runs.
class CallView final : public QWidget
{
    Q_OBJECT

public:
    explicit CallView(QWidget *parent = nullptr);
    ~CallView() override;

    void setTarget(const ObjectTarget &target);
    void setMethod(const QString &name, const MethodRow *known = nullptr);
    QString method() const;
    /// What the network's settings say: the time limit, and which methods are oneway unless the object tells.
    void setDefaults(std::chrono::milliseconds timeout, const QStringList &onewayMethods);
    void setChoices(const CallChoices &choices);
    QByteArray serializer() const; ///< as chosen; empty: the generation's default
    void setSerializer(const QByteArray &serializer);
    QString annotations() const;
    void setAnnotations(const QString &text);
    BatchPanel *batch() const { return m_batch; }
    void restore(const CallRequest &request); ///< everything a record holds
    void setOlderLines(const QStringList &lines);
    void setRunning(bool running);
    bool isRunning() const { return m_running; }
    void focusArguments();
    void focusMethod();
    ArgumentEdit *arguments() const { return m_arguments; }
    /// The request as it stands; nothing when the line is not valid or the method is missing (then it says
    /// so).
    std::optional<CallRequest> request();
    void send();       ///< as the button
    void sendOneway(); ///< once, whatever the box says
    void addToBatch();
    void sendBatch();
    QString commandLine(); ///< of the call as it stands; empty when it is not complete

Q_SIGNALS:
    void sendRequested(const pyrolens::CallRequest &request);
    void cancelRequested();
    void extendRequested(std::chrono::milliseconds by);
    void methodEdited(const QString &method);
    void draftChanged();

private:
    void updateButtons();
    void tick();
    void sendWith(bool oneway);
    QWidget *makeOptions();
    void followSerializer();
    void checkAnnotations();

    ObjectTarget m_target;
    QStringList m_onewayMethods;
    TextLabel *m_object;
    QLineEdit *m_method;
    TextLabel *m_signature;
    ArgumentEdit *m_arguments;
    TimeoutControl *m_timeout;
    QCheckBox *m_oneway;
    QPushButton *m_onewayReset;
    QPushButton *m_send;
    QPushButton *m_cancel;
    QPushButton *m_extend;
    TextLabel *m_status;
    QWidget *m_options = nullptr; ///< the line for what only some generations have
    QWidget *m_serializerLabel = nullptr;
    QComboBox *m_serializer = nullptr;
    QLineEdit *m_annotations = nullptr;
    QPushButton *m_addToBatch = nullptr;
    BatchPanel *m_batch = nullptr;
    CallChoices m_choices;
    QString m_annotationProblem;
    QTimer m_ticker;
    QElapsedTimer m_elapsed;
    bool m_running = false;
    std::optional<bool> m_declaredOneway; ///< what the object says about the method
};

} // namespace pyrolens
