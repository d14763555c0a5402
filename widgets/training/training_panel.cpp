// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/training/training_panel.h"

#include "widgets/plots/training_plot.h"
#include "widgets/theme/flow_layout.h"
#include "widgets/theme/theme.h"

#include <QComboBox>
#include <QDir>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QListWidget>
#include <QLocale>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <array>
#include <set>

namespace qmop {

namespace {

// Okabe and Ito's colours, for what has none of its own.
constexpr std::array<QRgb, 6> curveColours{0xff0072b2, 0xffd55e00, 0xff009e73, 0xffcc79a7, 0xffe69f00, 0xff56b4e9};
constexpr std::array<Qt::PenStyle, 4> runStyles{Qt::SolidLine, Qt::DashLine, Qt::DotLine, Qt::DashDotLine};

// What a choice draws: all curves whose key is one of them, or begins with one that ends with a space.
struct Quantity {
    QString title;
    QStringList keys;
    QString unit;
};

bool belongs(const QString &key, const Quantity &quantity)
{
    return std::any_of(quantity.keys.begin(), quantity.keys.end(), [&key](const QString &wanted) {
        return wanted.endsWith(u' ') ? key.startsWith(wanted) : key == wanted;
    });
}

std::vector<Quantity> quantitiesOf(const std::set<QString> &keys)
{
    std::vector<Quantity> all{{TrainingPanel::tr("Loss"), {QStringLiteral("loss")}, TrainingPanel::tr("loss")},
                              {TrainingPanel::tr("Accuracy"),
                               {QStringLiteral("accuracy"), QStringLiteral("accuracy ")},
                               TrainingPanel::tr("percent right, held out")}};
    std::set<QString> dimensions;
    for (const QString &key : keys)
        if (key.startsWith(QLatin1String("alpha ")))
            dimensions.insert(key.section(u' ', 1, 1));
    for (const QString &dimension : dimensions)
        all.push_back({TrainingPanel::tr("Mean α, %1").arg(dimension),
                       {QStringLiteral("alpha %1 ").arg(dimension)},
                       TrainingPanel::tr("mean weight")});
    all.push_back({TrainingPanel::tr("τ and γ"), {QStringLiteral("tau"), QStringLiteral("gamma")}, {}});
    all.push_back({TrainingPanel::tr("Rate"), {QStringLiteral("rate")}, TrainingPanel::tr("AdamW's rate")});
    all.push_back(
        {TrainingPanel::tr("Speed"), {QStringLiteral("pictures/s")}, TrainingPanel::tr("pictures per second")});
    std::erase_if(all, [&keys](const Quantity &quantity) {
        return std::none_of(keys.begin(), keys.end(), [&](const QString &key) { return belongs(key, quantity); });
    });
    return all;
}

QString titleOf(const TrainingRun &run)
{
    const QString folder = QFileInfo(run.path).dir().dirName();
    return run.curves && !run.curves->name.empty() && run.curves->name != folder.toStdString()
        ? QStringLiteral("%1 (%2)").arg(folder, QString::fromStdString(run.curves->name))
        : folder;
}

// "accuracy GU" -> "GU", "alpha GU pool" -> "P Pooling".
QString curveTitle(const QString &key)
{
    if (key == QLatin1String("tau"))
        return QStringLiteral("τ");
    if (key == QLatin1String("gamma"))
        return QStringLiteral("γ");
    if (key == QLatin1String("accuracy"))
        return TrainingPanel::tr("average");
    const QString last = key.section(u' ', -1);
    if (const auto branch = branchFromKey(last.toStdString()); branch && key.startsWith(QLatin1String("alpha ")))
        return branchTitle(*branch);
    return last;
}

QColor curveColour(const QString &key, int index)
{
    if (const auto branch = branchFromKey(key.section(u' ', -1).toStdString());
        branch && key.startsWith(QLatin1String("alpha ")))
        return branchColour(*branch);
    return QColor::fromRgb(curveColours[std::size_t(index) % curveColours.size()]);
}

QString stateOf(const TrainingRun &run)
{
    if (!run.curves || run.curves->stages.empty())
        return run.problem;
    const StageCurves &last = run.curves->stages.back();
    QString text = TrainingPanel::tr("%1, step %2")
                       .arg(QString::fromStdString(last.stage), QLocale().toString(qlonglong(last.steps)));
    if (run.curves->damaged > 0)
        text += TrainingPanel::tr("; %n damaged line(s) skipped", nullptr, int(run.curves->damaged));
    return text;
}

void setItems(QComboBox *box, const QStringList &items)
{
    const QSignalBlocker quiet(box);
    const QString chosen = box->currentText();
    box->clear();
    box->addItems(items);
    box->setCurrentIndex(std::max(0, int(items.indexOf(chosen))));
    box->setEnabled(!items.isEmpty());
}

}

TrainingPanel::TrainingPanel(QWidget *parent)
    : QWidget(parent)
    , m_open(new QToolButton(this))
    , m_remove(new QToolButton(this))
    , m_copy(new QToolButton(this))
    , m_list(new QListWidget(this))
    , m_stages(new QComboBox(this))
    , m_quantities(new QComboBox(this))
    , m_plot(new TrainingPlot(this))
{
    m_open->setText(tr("Open training folder…"));
    m_open->setToolTip(tr("A folder of qmop train, with its training.jsonl; it is followed while it grows"));
    m_remove->setText(tr("Remove"));
    m_remove->setToolTip(tr("Takes the chosen run out of this list; its files stay"));
    m_copy->setText(tr("Copy as command"));
    m_copy->setAccessibleName(tr("Copy the training as command"));
    m_list->setAccessibleName(tr("Training runs"));
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setMinimumHeight(2 * fontMetrics().height());
    m_stages->setAccessibleName(tr("Stage"));
    m_stages->setToolTip(tr("Stage of the training"));
    m_quantities->setAccessibleName(tr("Quantity"));
    m_quantities->setToolTip(tr("What is drawn over the stage's steps"));

    auto *bar = new FlowLayout;
    bar->setSpacing(metrics::gap);
    for (QWidget *widget : std::initializer_list<QWidget *>{m_open, m_remove, m_copy})
        bar->addWidget(widget);
    // Of long names the lists tell the rest.
    constexpr int leastLetters = 6;
    for (QComboBox *box : {m_stages, m_quantities}) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(leastLetters);
    }
    auto *choices = new QHBoxLayout;
    choices->setSpacing(metrics::gap);
    choices->addWidget(m_stages, 1);
    choices->addWidget(m_quantities, 1);
    auto *controls = new QVBoxLayout;
    controls->setSpacing(metrics::gap);
    controls->addLayout(bar);
    controls->addWidget(m_list, 1);
    controls->addLayout(choices);
    // A panel that is lower than controls and curves is scrolled.
    auto *content = new QWidget;
    auto *scroll = new QScrollArea(this);
    scroll->setWidget(content);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus); // the controls in it have the keys
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(scroll);
    m_layout = new QBoxLayout(QBoxLayout::TopToBottom, content);
    m_layout->setContentsMargins(metrics::margin, metrics::margin, metrics::margin, metrics::margin);
    m_layout->setSpacing(metrics::gap);
    m_layout->addLayout(controls);
    m_layout->addWidget(m_plot, 1);

    connectControls();
    setRuns({});
}

void TrainingPanel::connectControls()
{
    connect(m_open, &QToolButton::clicked, this, &TrainingPanel::openRequested);
    connect(m_remove, &QToolButton::clicked, this, [this] {
        if (m_list->currentRow() >= 0)
            emit removeRequested(m_list->currentRow());
    });
    connect(m_copy, &QToolButton::clicked, this, [this] { emit commandWanted(m_list->currentRow()); });
    connect(m_list, &QListWidget::currentRowChanged, this, &TrainingPanel::updateButtons);
    connect(m_list, &QListWidget::itemChanged, this, [this] {
        fillStages();
        fillQuantities();
        draw();
    });
    connect(m_stages, &QComboBox::currentIndexChanged, this, [this] {
        fillQuantities();
        draw();
        m_plot->showAll();
    });
    connect(m_quantities, &QComboBox::currentIndexChanged, this, [this] {
        draw();
        m_plot->showAll();
    });
}

// Curves beside the controls where the panel is wide (at the window's foot), else below them.
void TrainingPanel::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    const bool wide = width() > 80 * fontMetrics().averageCharWidth();
    m_plot->setMinimumHeight(8 * fontMetrics().height());
    m_layout->setDirection(wide ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
    m_list->setMaximumHeight(wide ? QWIDGETSIZE_MAX : 4 * fontMetrics().height() + 2 * metrics::margin);
    for (QWidget *widget : std::initializer_list<QWidget *>{m_list, m_stages, m_quantities})
        widget->setMaximumWidth(wide ? 40 * fontMetrics().averageCharWidth() : QWIDGETSIZE_MAX);
}

void TrainingPanel::setRuns(std::vector<TrainingRun> runs)
{
    m_runs = std::move(runs);
    fillList();
    fillStages();
    fillQuantities();
    draw();
}

void TrainingPanel::fillList()
{
    const QSignalBlocker quiet(m_list);
    std::map<QString, Qt::CheckState> ticks;
    for (int i = 0; i < m_list->count(); ++i)
        ticks[m_list->item(i)->data(Qt::UserRole).toString()] = m_list->item(i)->checkState();
    const int row = m_list->currentRow();
    m_list->clear();
    for (const TrainingRun &run : m_runs) {
        auto *item = new QListWidgetItem(QStringLiteral("%1: %2").arg(titleOf(run), stateOf(run)), m_list);
        item->setData(Qt::UserRole, run.path);
        item->setToolTip(QStringLiteral("%1\n%2").arg(item->text(), run.path));
        const auto found = ticks.find(run.path);
        item->setCheckState(found == ticks.end() ? Qt::Checked : found->second);
    }
    m_list->setCurrentRow(std::min(row, m_list->count() - 1));
    m_list->setVisible(!m_runs.empty());
    updateButtons();
}

void TrainingPanel::updateButtons()
{
    const int row = m_list->currentRow();
    m_remove->setEnabled(row >= 0);
    const QString obstacle = row < 0 || row >= int(m_runs.size()) ? tr("Choose a run of the list first")
                                                                  : m_runs[std::size_t(row)].commandObstacle;
    m_copy->setEnabled(obstacle.isEmpty());
    m_copy->setToolTip(
        obstacle.isEmpty() ? tr("The qmop train that made this training; where it ended early, it goes on") : obstacle);
}

const StageCurves *TrainingPanel::stageOf(const TrainingRun &run) const
{
    if (!run.curves)
        return nullptr;
    const auto found = std::find_if(run.curves->stages.begin(), run.curves->stages.end(), [this](const StageCurves &s) {
        return QString::fromStdString(s.stage) == m_stages->currentText();
    });
    return found == run.curves->stages.end() ? nullptr : &*found;
}

void TrainingPanel::fillStages()
{
    QStringList names;
    for (std::size_t i = 0; i < m_runs.size(); ++i)
        if (m_runs[i].curves && m_list->item(int(i))->checkState() == Qt::Checked)
            for (const StageCurves &stage : m_runs[i].curves->stages)
                if (const QString name = QString::fromStdString(stage.stage); !names.contains(name))
                    names << name;
    setItems(m_stages, names);
}

void TrainingPanel::fillQuantities()
{
    std::set<QString> keys;
    for (const TrainingRun &run : m_runs)
        if (const StageCurves *stage = stageOf(run))
            for (const auto &[key, points] : stage->curves)
                keys.insert(QString::fromStdString(key));
    QStringList titles;
    for (const Quantity &quantity : quantitiesOf(keys))
        titles << quantity.title;
    setItems(m_quantities, titles);
}

void TrainingPanel::draw()
{
    std::set<QString> keys;
    for (const TrainingRun &run : m_runs)
        if (const StageCurves *stage = stageOf(run))
            for (const auto &[key, points] : stage->curves)
                keys.insert(QString::fromStdString(key));
    std::vector<PlotCurve> curves;
    QString unit;
    for (const Quantity &quantity : quantitiesOf(keys)) {
        if (quantity.title != m_quantities->currentText())
            continue;
        unit = quantity.unit;
        for (std::size_t i = 0; i < m_runs.size(); ++i) {
            const StageCurves *stage = stageOf(m_runs[i]);
            if (!stage || m_list->item(int(i))->checkState() != Qt::Checked)
                continue;
            int index = 0; // of the quantity's curves: the same colour in every run
            for (const QString &key : keys) {
                if (!belongs(key, quantity))
                    continue;
                const QColor colour = curveColour(key, index++);
                const auto found = stage->curves.find(key.toStdString());
                if (found == stage->curves.end())
                    continue;
                const QString title = curveTitle(key);
                curves.push_back({m_runs.size() > 1 ? QStringLiteral("%1: %2").arg(titleOf(m_runs[i]), title) : title,
                                  colour, runStyles[i % runStyles.size()], found->second});
            }
        }
    }
    m_plot->setCurves(curves, unit);
}

} // namespace qmop
