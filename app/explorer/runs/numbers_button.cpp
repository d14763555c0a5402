// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/runs/numbers_button.h"

#include "app/explorer/commands/commands.h"
#include "widgets/answer/answer_panel.h"

#include <QActionGroup>
#include <QMenu>

namespace qmop {

namespace {

constexpr Precision all[] = {Precision::Automatic, Precision::Float32, Precision::BFloat16};

QString shortName(Precision precision)
{
    return precision == Precision::Automatic ? NumbersButton::tr("automatic")
                                             : QString::fromUtf8(precisionKey(precision));
}

QString longName(Precision precision)
{
    switch (precision) {
    case Precision::Float32:
        return NumbersButton::tr("float32: exact, most memory");
    case Precision::BFloat16:
        return NumbersButton::tr("bfloat16: half the memory, rounded");
    case Precision::Automatic:
        break;
    }
    return NumbersButton::tr("Automatic: what suits model and processor");
}

}

NumbersButton::NumbersButton(QWidget *parent)
    : QToolButton(parent)
{
    setAutoRaise(true);
    setPopupMode(QToolButton::InstantPopup);
    setFocusPolicy(Qt::TabFocus);
    auto *menu = new QMenu(this);
    auto *group = new QActionGroup(this);
    for (Precision precision : all) {
        QAction *action = menu->addAction(longName(precision), this, [this, precision] { choose(precision); });
        action->setCheckable(true);
        group->addAction(action);
        m_actions[precision] = action;
    }
    setMenu(menu);
    updateText();
}

void NumbersButton::addCommands(Commands &commands)
{
    QMenu *menu = commands.menu(CommandMenu::Run)->addMenu(tr("Numbers"));
    for (const auto &[precision, action] : m_actions) {
        menu->addAction(action);
        commands.adopt(QStringLiteral("numbers.") + QString::fromUtf8(precisionKey(precision)), action,
                       tr("Numbers: %1").arg(shortName(precision)), KeyScope::Window);
    }
}

void NumbersButton::choose(Precision precision)
{
    m_chosen = precision;
    updateText();
}

void NumbersButton::showRun(const RunTrace &trace)
{
    const RunEnvironment &environment = trace.environment;
    m_shown = Shown{QString::fromStdString(environment.device), QString::fromStdString(environment.computeType),
                    QString::fromStdString(environment.modelName)};
    m_asked = trace.request.precision;
    m_distance = pictureDistanceText(trace);
    updateText();
}

QSize NumbersButton::sizeHint() const
{
    return {QToolButton::sizeHint().width(), fontMetrics().height()};
}

// "float32 → bfloat16": the run shown, and what the next one would be.
void NumbersButton::updateText()
{
    m_actions.at(m_chosen)->setChecked(true);
    const QString next = shortName(m_chosen);
    QString numbers = m_shown ? m_shown->numbers : next;
    if (m_shown && m_asked != m_chosen && numbers != next)
        numbers += QStringLiteral(" → ") + next;
    setText(m_shown ? QStringLiteral("%1 · %2 · %3").arg(m_shown->device, numbers, m_shown->model)
                    : tr("numbers: %1").arg(numbers));
    setAccessibleName(tr("Numbers of the next runs: %1").arg(next));
    setAccessibleDescription(m_shown ? text() : QString());
    const QString tip = tr("The next runs are computed in these numbers: %1").arg(longName(m_chosen));
    setToolTip(m_distance.isEmpty() ? tip : m_distance + u'\n' + tip);
}

} // namespace qmop
