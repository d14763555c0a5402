// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/runs/run_controls.h"

#include "app/explorer/runs/budget_slider.h"
#include "qmop/sweep.h"
#include "widgets/theme/elided_label.h"
#include "widgets/theme/theme.h"

#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QPushButton>

#include <algorithm>
#include <numeric>

namespace qmop {

RunControls::RunControls(QWidget *parent)
    : QToolBar(tr("Picture and model"), parent)
    , m_choices(new QToolBar(tr("Compression"), parent))
    , m_runBar(new QToolBar(tr("Run"), parent))
    , m_model(new QPushButton(this))
    , m_compressor(new QComboBox(this))
    , m_fusion(new QComboBox(this))
    , m_budget(new BudgetSlider(this))
    , m_budgetLabel(new QLabel(this))
    , m_run(new QPushButton(tr("Run"), this))
    , m_cancel(new QPushButton(tr("Cancel"), this))
    , m_obstacle(new ElidedLabel(this))
{
    setObjectName(QStringLiteral("runControls"));
    setMovable(false);
    setToolButtonStyle(Qt::ToolButtonTextOnly);
    QAction *open = addAction(tr("Open"), this, &RunControls::openRequested);
    open->setToolTip(tr("Open a picture (Ctrl+O)"));
    QAction *paste = addAction(tr("Paste"), this, &RunControls::pasteRequested);
    paste->setToolTip(tr("Paste a picture (Ctrl+V)"));
    addSeparator();
    m_model->setFlat(true);
    m_model->setAccessibleName(tr("Model"));
    connect(m_model, &QPushButton::clicked, this, &RunControls::modelRequested);
    addWidget(m_model);
    for (QToolBar *bar : {m_choices, m_runBar}) {
        bar->setMovable(false);
        bar->setToolButtonStyle(Qt::ToolButtonTextOnly);
    }
    m_choices->setObjectName(QStringLiteral("choiceBar"));
    m_runBar->setObjectName(QStringLiteral("runBar"));
    addChoices();
    addBudget();

    m_run->setDefault(true);
    m_run->setAccessibleName(tr("Run"));
    m_obstacle->setMuted(true);
    m_obstacle->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    m_obstacle->setContentsMargins(metrics::gap, 0, 0, 0);
    m_runBar->addWidget(m_run);
    m_runBar->addWidget(m_cancel);
    m_runBar->addWidget(m_obstacle);
    connect(m_run, &QPushButton::clicked, this, &RunControls::runRequested);
    connect(m_cancel, &QPushButton::clicked, this, &RunControls::cancelRequested);
    showReady(tr("Open a picture first"));
}

void RunControls::addChoices()
{
    const auto label = [this](const QString &text) {
        auto *word = new QLabel(text, this);
        word->setContentsMargins(metrics::gap, 0, 3, 0);
        m_choices->addWidget(word);
        return word;
    };
    label(tr("Compressor"))->setBuddy(m_compressor);
    m_compressor->addItem(tr("QMoP (routed)"), QStringLiteral("qmop"));
    m_compressor->addItem(tr("P pooling only"), QStringLiteral("pool"));
    m_compressor->addItem(tr("R resampler only"), QStringLiteral("resample"));
    m_compressor->addItem(tr("K pruning only"), QStringLiteral("prune"));
    m_compressor->addItem(tr("avgpool (no training)"), QStringLiteral("avgpool"));
    m_compressor->addItem(tr("cls-prune (no training)"), QStringLiteral("cls-prune"));
    m_compressor->addItem(tr("blind (no tokens)"), QStringLiteral("blind"));
    m_compressor->addItem(tr("none (all tokens)"), QStringLiteral("none"));
    m_compressor->setAccessibleName(tr("Compressor"));
    m_compressor->setToolTip(
        tr("What turns the patches into visual tokens. “Only” forces that branch of the loaded "
           "QMoP; it is not a model trained with that branch alone. avgpool averages patches, cls-prune "
           "keeps those that the class token attends to; both use the uncompressed model. blind asks without the "
           "picture."));
    m_choices->addWidget(m_compressor);
    connect(m_compressor, &QComboBox::currentIndexChanged, this, [this] {
        updateStops();
        updateBudget();
        emit settingsChanged();
    });
    label(tr("Fusion"))->setBuddy(m_fusion);
    m_fusion->addItem(tr("top 2"), int(FusionMode::Top2));
    m_fusion->addItem(tr("threshold"), int(FusionMode::Threshold));
    m_fusion->addItem(tr("soft"), int(FusionMode::Soft));
    m_fusion->setAccessibleName(tr("Fusion"));
    m_choices->addWidget(m_fusion);
    connect(m_fusion, &QComboBox::currentIndexChanged, this, &RunControls::settingsChanged);
}

void RunControls::addBudget()
{
    auto *word = new QLabel(tr("Budget"), this);
    word->setContentsMargins(metrics::gap, 0, 3, 0);
    m_choices->addWidget(word);
    m_budget->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    m_budget->setAccessibleName(tr("Budget"));
    m_choices->addWidget(m_budget);
    m_budgetLabel->setContentsMargins(3, 0, metrics::gap, 0);
    m_budgetLabel->setMinimumWidth(fontMetrics().horizontalAdvance(QStringLiteral("576 of 576")) + metrics::gap);
    m_choices->addWidget(m_budgetLabel);
    connect(m_budget, &QSlider::valueChanged, this, [this] {
        updateBudget();
        emit settingsChanged();
    });
    updateBudget();
}

void RunControls::setBudgets(const std::vector<int> &budgets, int patches)
{
    m_budgets = budgets;
    m_patches = patches;
    updateStops();
    // The largest that still compresses fourfold is the gentlest start.
    const auto start = std::ranges::find_if(budgets.rbegin(), budgets.rend(),
                                            [patches](int budget) { return budget * 4 <= patches; });
    if (start != budgets.rend())
        m_budget->setValue(*start);
    else if (!budgets.empty())
        m_budget->setValue(budgets.front());
    updateBudget();
}

// Every number of tokens that this compressor can make of the picture.
void RunControls::updateStops()
{
    std::vector<int> all(std::size_t(std::max(0, m_patches)));
    std::iota(all.begin(), all.end(), 1);
    std::vector<int> stops;
    for (const SweepPoint &point : sweepPoints({compressor()}, all, m_budgets, m_patches))
        if (point.budget > 0)
            stops.push_back(point.budget);
    std::ranges::sort(stops);
    if (stops.empty())
        stops = m_budgets; // "none": the slider waits for another compressor
    // Where only trained budgets can be asked, a scale up to N would leave these few no room.
    const bool trainedOnly = !m_budgets.empty() && stops == m_budgets;
    const int highest = trainedOnly ? std::min(m_patches, 2 * m_budgets.back()) : m_patches;
    std::erase_if(stops, [highest](int stop) { return stop > highest; });
    m_budget->setStops(std::move(stops), highest);
}

std::string RunControls::compressor() const
{
    return m_compressor->currentData().toString().toStdString();
}

void RunControls::setModelName(const QString &name, const QString &toolTip)
{
    m_model->setText(tr("Model: %1").arg(name));
    m_model->setToolTip(toolTip);
}

int RunControls::budget() const
{
    return m_budget->stop();
}

void RunControls::updateBudget()
{
    const std::string chosen = compressor();
    const bool blind = chosen == "blind", all = chosen == "none", routed = chosen == "qmop";
    m_budget->setEnabled(!all && !blind && !m_budget->stops().empty());
    m_budget->setToolTip(
        all                             ? tr("Without a compressor all tokens are used")
            : blind                     ? tr("Blind asks without any visual token")
            : m_budget->stops().empty() ? tr("This model has no trained budgets")
            : m_budget->stops().size() < 2
            ? tr("This model was trained for one budget; drag to see what others would keep")
            : tr("Visual tokens that the decoder sees. Drag to see what would be kept; letting go runs."));
    m_fusion->setEnabled(routed);
    m_fusion->setToolTip(routed ? tr("Which branches run: the two of highest weight, those above a threshold, or all")
                                : tr("Only the routed QMoP fuses branches"));
    m_budgetLabel->setText(
        m_patches == 0 ? tr("–")
            : all      ? tr("%1 of %1").arg(m_patches)
            : blind    ? tr("0 of %1").arg(m_patches)
                       : tr("%1 of %2").arg(m_budget->isSliderDown() ? m_budget->value() : budget()).arg(m_patches));
}

void RunControls::choose(const std::string &compressor, int budget)
{
    if (const int place = m_compressor->findData(QString::fromStdString(compressor)); place >= 0)
        m_compressor->setCurrentIndex(place);
    if (std::ranges::count(m_budget->stops(), budget) > 0)
        m_budget->setValue(budget);
}

void RunControls::fill(RunRequest &request) const
{
    request.compressor = compressor();
    for (const SweepPoint &point : sweepPoints({compressor()}, {budget()}, m_budgets, m_patches))
        request = atPoint(std::move(request), point);
    request.fusion = FusionMode(m_fusion->currentData().toInt());
}

void RunControls::take(const RunRequest &request)
{
    if (const int at = m_fusion->findData(int(request.fusion)); at >= 0)
        m_fusion->setCurrentIndex(at);
    choose(request.compressor, request.overrides.keepCount.value_or(request.budget));
}

void RunControls::showReady(const QString &obstacle)
{
    m_run->setEnabled(obstacle.isEmpty());
    m_run->setToolTip(obstacle.isEmpty() ? tr("Ask the model (Enter in the question, Ctrl+Enter anywhere)") : obstacle);
    m_run->setAccessibleDescription(obstacle);
    m_cancel->setEnabled(false);
    m_cancel->setText(tr("Cancel"));
    m_cancel->setToolTip(tr("Nothing runs"));
    m_obstacle->setText(obstacle);
}

void RunControls::showRunning()
{
    m_run->setEnabled(false);
    m_run->setToolTip(tr("A run is going on; Esc cancels it"));
    m_cancel->setEnabled(true);
    m_cancel->setToolTip(tr("Stop the run (Esc)"));
    m_obstacle->setText({});
}

void RunControls::showCancelling()
{
    m_cancel->setEnabled(false);
    m_cancel->setText(tr("Cancelling…"));
}

int RunControls::obstacleWidth() const
{
    return std::max(0, m_obstacle->sizeHint().width() - m_obstacle->minimumSizeHint().width());
}

QString RunControls::obstacle() const
{
    return m_obstacle->text();
}

} // namespace qmop
