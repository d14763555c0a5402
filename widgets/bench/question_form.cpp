// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bench/question_form.h"

#include "widgets/theme/theme.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace qmop {

namespace {

QString text(std::string_view value)
{
    return QString::fromUtf8(value.data(), qsizetype(value.size()));
}

}

QuestionForm::QuestionForm(QWidget *parent)
    : QDialog(parent)
    , m_question(new QLineEdit(this))
    , m_answers(new QPlainTextEdit(this))
    , m_dimension(new QComboBox(this))
    , m_type(new QLineEdit(this))
    , m_obstacle(new QLabel(this))
{
    setWindowTitle(tr("Question about this picture"));
    m_question->setAccessibleName(tr("Question"));
    m_answers->setAccessibleName(tr("Answers that count as right, one a line"));
    m_answers->setPlaceholderText(tr("One a line. Case, punctuation and articles do not matter; “two” is “2”."));
    m_answers->setTabChangesFocus(true);
    m_answers->setMinimumHeight(4 * fontMetrics().lineSpacing());
    m_dimension->setAccessibleName(tr("Dimension"));
    m_type->setAccessibleName(tr("Type of question"));
    m_type->setPlaceholderText(tr("optional, such as “count”"));
    for (Dimension dimension : allDimensions)
        m_dimension->addItem(
            QStringLiteral("%1  %2").arg(text(dimensionKey(dimension)), text(dimensionTitle(dimension))));
    auto *form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(tr("Question"), m_question);
    form->addRow(tr("Right answers"), m_answers);
    form->addRow(tr("Tests"), m_dimension);
    form->addRow(tr("Type"), m_type);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    m_ok = buttons->button(QDialogButtonBox::Ok);
    m_ok->setText(tr("Save"));
    m_obstacle->setForegroundRole(QPalette::PlaceholderText);
    auto *layout = new QVBoxLayout(this);
    layout->setSpacing(metrics::gap);
    layout->addLayout(form);
    layout->addWidget(m_obstacle);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_question, &QLineEdit::textChanged, this, &QuestionForm::check);
    connect(m_answers, &QPlainTextEdit::textChanged, this, &QuestionForm::check);
    check();
    resize(sizeHint().expandedTo(QSize(75 * fontMetrics().averageCharWidth(), 0)));
}

void QuestionForm::setSample(const SuiteSample &sample)
{
    m_question->setText(text(sample.question));
    m_question->setCursorPosition(0); // a long one is read from its beginning
    QStringList answers;
    for (const std::string &answer : sample.answers)
        answers << text(answer);
    m_answers->setPlainText(answers.join(u'\n'));
    m_dimension->setCurrentIndex(int(sample.dimension));
    m_type->setText(text(sample.questionType));
    (m_question->text().isEmpty() ? static_cast<QWidget *>(m_question) : m_answers)->setFocus();
}

SuiteSample QuestionForm::sample() const
{
    SuiteSample sample;
    sample.question = m_question->text().trimmed().toStdString();
    for (const QString &line : m_answers->toPlainText().split(u'\n'))
        if (const QString answer = line.trimmed(); !answer.isEmpty())
            sample.answers.push_back(answer.toStdString());
    sample.dimension = allDimensions[std::size_t(m_dimension->currentIndex())];
    sample.questionType = m_type->text().trimmed().toStdString();
    return sample;
}

// A disabled button says why.
void QuestionForm::check()
{
    const SuiteSample draft = sample();
    m_obstacle->setText(draft.question.empty()      ? tr("Type a question.")
                            : draft.answers.empty() ? tr("Give one answer or more that count as right.")
                                                    : QString());
    m_ok->setEnabled(m_obstacle->text().isEmpty());
    m_ok->setToolTip(m_obstacle->text());
}

} // namespace qmop
