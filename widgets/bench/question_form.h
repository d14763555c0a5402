// SPDX-License-Identifier: GPL-3.0-or-later
//
// A question of one's own about a picture: what is asked, what counts as right,
// and what it tests.
#pragma once

#include "qmop/suite.h"

#include <QDialog>

class QComboBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace qmop {

class QuestionForm : public QDialog {
    Q_OBJECT

public:
    explicit QuestionForm(QWidget *parent = nullptr);

    // The id and the picture of `sample` are not looked at.
    void setSample(const SuiteSample &sample);
    // Without id and picture; answers without blank lines.
    SuiteSample sample() const;

    QLineEdit *questionEdit() const { return m_question; }
    QPlainTextEdit *answersEdit() const { return m_answers; }
    QComboBox *dimensionBox() const { return m_dimension; }
    QLineEdit *typeEdit() const { return m_type; }
    QPushButton *okButton() const { return m_ok; }

private:
    void check();

    QLineEdit *m_question;
    QPlainTextEdit *m_answers;
    QComboBox *m_dimension;
    QLineEdit *m_type;
    QLabel *m_obstacle;
    QPushButton *m_ok = nullptr;
};

} // namespace qmop
