// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/runs/budget_slider.h"

#include "widgets/theme/theme.h"

#include <QPainter>
#include <QStyle>
#include <QStyleOptionSlider>
#include <QStylePainter>

#include <algorithm>
#include <cstdlib>

namespace qmop {

namespace {
constexpr std::size_t mostMarks = 16; // more would be one grey line
constexpr int markHeight = 4;
}

BudgetSlider::BudgetSlider(QWidget *parent)
    : QSlider(Qt::Horizontal, parent)
{
    setPageStep(8);
    connect(this, &QSlider::actionTriggered, this, &BudgetSlider::snap);
    connect(this, &QSlider::valueChanged, this, [this](int value) {
        if (!isSliderDown() && !m_stops.empty() && value != nearestStop(value))
            setValue(nearestStop(value));
    });
    connect(this, &QSlider::sliderReleased, this, [this] {
        const int rest = stop();
        setValue(rest);
        emit moved(rest);
        emit released(rest);
    });
}

void BudgetSlider::setStops(std::vector<int> stops, int highest)
{
    const int before = value();
    m_stops = std::move(stops);
    setRange(m_stops.empty() ? 0 : 1, highest);
    if (!m_stops.empty())
        setValue(nearestStop(before));
    update();
}

QSize BudgetSlider::sizeHint() const
{
    return {std::max(120, 12 * fontMetrics().averageCharWidth()), QSlider::sizeHint().height() + markHeight};
}

int BudgetSlider::nearestStop(int budget) const
{
    const auto closer = [budget](int a, int b) { return std::abs(a - budget) < std::abs(b - budget); };
    return m_stops.empty() ? 0 : *std::ranges::min_element(m_stops, closer);
}

// At least as far as `towards`, and never back.
int BudgetSlider::nextStop(int from, int towards) const
{
    if (towards > from) {
        const auto at = std::ranges::lower_bound(m_stops, towards);
        return at == m_stops.end() ? std::max(from, m_stops.back()) : *at;
    }
    const auto at = std::ranges::upper_bound(m_stops, towards);
    return at == m_stops.begin() ? std::min(from, m_stops.front()) : *std::prev(at);
}

void BudgetSlider::snap(int action)
{
    if (m_stops.empty() || action == SliderNoAction)
        return;
    if (!isSliderDown() && sliderPosition() != value())
        setSliderPosition(nextStop(value(), sliderPosition()));
    emit moved(sliderPosition());
}

// Where the scale can be run, as far as these are few.
void BudgetSlider::paintEvent(QPaintEvent *event)
{
    if (!isEnabled()) { // no M is chosen: no handle
        QStyleOptionSlider groove;
        initStyleOption(&groove);
        groove.subControls = QStyle::SC_SliderGroove;
        groove.sliderPosition = minimum(); // nor is a part of it filled
        QStylePainter(this).drawComplexControl(QStyle::CC_Slider, groove);
        return;
    }
    QSlider::paintEvent(event);
    if (m_stops.empty() || m_stops.size() > mostMarks)
        return;
    QStyleOptionSlider option;
    initStyleOption(&option);
    const int handle = style()->pixelMetric(QStyle::PM_SliderLength, &option, this);
    QPainter painter(this);
    painter.setPen(QPen(panelColours(palette()).muted, 1));
    for (int stop : m_stops) {
        const int x = handle / 2
            + QStyle::sliderPositionFromValue(minimum(), maximum(), stop, width() - handle, option.upsideDown);
        painter.drawLine(x, height() - markHeight, x, height() - 1);
    }
}

} // namespace qmop
