// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/stories/story_bar.h"

#include "widgets/theme/accessible_role.h"
#include "widgets/theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

namespace qmop {

StoryBar::StoryBar(QWidget *parent)
    : QFrame(parent)
    , m_title(new QLabel(this))
    , m_sentence(new QLabel(this))
    , m_back(new QToolButton(this))
    , m_next(new QToolButton(this))
{
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleRole(this, QAccessible::StaticText);
    setAccessibleName(tr("Story"));
    useFont(m_sentence, 1.45);
    useFont(m_title, 1, true);
    m_sentence->setWordWrap(true);
    m_sentence->setTextFormat(Qt::PlainText);
    m_title->setTextFormat(Qt::PlainText);
    // Two lines from the start: the picture does not jump from step to step.
    m_sentence->setMinimumHeight(2 * m_sentence->fontMetrics().lineSpacing());
    m_sentence->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_back->setText(QStringLiteral("←"));
    m_back->setAccessibleName(tr("Step before"));
    m_back->setToolTip(tr("The step before (←, Page Up)"));
    m_next->setText(QStringLiteral("→"));
    m_next->setAccessibleName(tr("Next step"));
    m_next->setToolTip(tr("The next step (→, Space, Page Down)"));
    auto *head = new QHBoxLayout;
    head->addWidget(m_title, 1);
    head->addWidget(m_back);
    head->addWidget(m_next);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(metrics::margin, metrics::gap, metrics::margin, metrics::gap);
    layout->addLayout(head);
    layout->addWidget(m_sentence);
    for (QToolButton *button : {m_back, m_next})
        button->setFocusPolicy(Qt::TabFocus);
    connect(m_back, &QToolButton::clicked, this, &StoryBar::backRequested);
    connect(m_next, &QToolButton::clicked, this, &StoryBar::nextRequested);
}

void StoryBar::setStep(const QString &title, const QString &place, const QString &sentence)
{
    m_title->setText(place.isEmpty() ? title : QStringLiteral("%1 · %2").arg(title, place));
    m_sentence->setText(sentence);
    setAccessibleName(m_title->text() + QStringLiteral(". ") + sentence);
}

QString StoryBar::title() const
{
    return m_title->text();
}

QString StoryBar::sentence() const
{
    return m_sentence->text();
}

} // namespace qmop
