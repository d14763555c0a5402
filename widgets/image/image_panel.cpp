// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/image/image_panel.h"

#include "widgets/image/attention_bar.h"
#include "widgets/image/image_view.h"
#include "widgets/theme/elided_label.h"
#include "widgets/theme/flow_layout.h"
#include "widgets/theme/theme.h"

#include <QAction>
#include <QButtonGroup>
#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QSlider>
#include <QToolButton>
#include <QVBoxLayout>

namespace qmop {

ImagePanel::ImagePanel(Selection *selection, QWidget *parent)
    : QWidget(parent)
    , m_selection(selection)
    , m_view(new ImageView(selection, this))
    , m_trustStrip(new ElidedLabel(this))
    , m_attention(new AttentionBar(this))
{
    m_trustStrip->setMuted(true);
    m_trustStrip->setLines(2); // the caveats stand at its end
    m_trustStrip->setContentsMargins(metrics::gap, 0, metrics::gap, 0);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addWidget(makeBar());
    layout->addWidget(m_view, 1);
    layout->addWidget(m_trustStrip);
    connect(m_view, &ImageView::trustStripChanged, this, &ImagePanel::updateStrip);
}

bool ImagePanel::event(QEvent *event)
{
    if (event->type() == QEvent::Resize || event->type() == QEvent::LayoutRequest)
        fitChoice();
    return QWidget::event(event);
}

void ImagePanel::fitChoice()
{
    int needed = 2 * metrics::gap;
    for (const QToolButton *button : m_overlayButtons)
        needed += button->sizeHint().width() + 2;
    const bool fits = needed <= width();
    if (fits == m_overlayBox->isHidden())
        return;
    m_overlayBox->setHidden(fits);
    for (QToolButton *button : m_overlayButtons)
        button->setVisible(fits);
}

void ImagePanel::addOther(QWidget *other, const QList<QAction *> &tools)
{
    other->hide();
    for (QAction *action : tools) {
        auto *button = new QToolButton(m_bar);
        button->setDefaultAction(action);
        button->setAutoRaise(true);
        button->setFocusPolicy(Qt::TabFocus);
        button->setAccessibleName(action->text());
        button->hide();
        m_bar->layout()->addWidget(button);
        m_otherTools << button;
    }
    static_cast<QVBoxLayout *>(layout())->insertWidget(2, other, 1);
}

void ImagePanel::showOther(QWidget *other)
{
    if (m_other == other)
        return;
    if (m_other)
        m_other->hide();
    m_other = other;
    m_view->setVisible(!other);
    for (QToolButton *tool : m_otherTools)
        tool->setVisible(other);
    if (other)
        other->show();
    updateStrip();
}

void ImagePanel::setOtherStrip(const QString &text)
{
    m_otherStrip = text;
    updateStrip();
}

void ImagePanel::updateStrip()
{
    m_trustStrip->setText(m_other ? m_otherStrip : m_view->trustStrip());
}

QWidget *ImagePanel::makeBar()
{
    auto *bar = m_bar = new QWidget(this);
    auto *layout = new FlowLayout(bar);
    layout->setContentsMargins(metrics::gap, metrics::gap, metrics::gap, 2);
    layout->setSpacing(2);
    auto *group = new QButtonGroup(this);
    for (OverlayKind kind : allOverlays) {
        auto *button = new QToolButton(bar);
        button->setText(overlayTitle(kind));
        button->setCheckable(true);
        button->setAutoRaise(true);
        button->setAccessibleName(tr("Overlay %1").arg(overlayTitle(kind)));
        button->setToolTip(tr("Show the overlay “%1” (O: next)").arg(overlayTitle(kind)));
        button->setChecked(kind == m_selection->overlay());
        group->addButton(button, int(kind));
        m_overlayButtons[std::size_t(kind)] = button;
        layout->addWidget(button);
    }
    m_overlayBox = new QComboBox(bar);
    for (OverlayKind kind : allOverlays)
        m_overlayBox->addItem(overlayTitle(kind));
    m_overlayBox->setCurrentIndex(int(m_selection->overlay()));
    m_overlayBox->setAccessibleName(tr("Overlay"));
    m_overlayBox->setToolTip(tr("What is drawn over the picture (O: next)"));
    m_overlayBox->hide();
    layout->addWidget(m_overlayBox);
    connect(m_overlayBox, &QComboBox::activated, this, [this](int id) { m_selection->setOverlay(OverlayKind(id)); });
    connect(group, &QButtonGroup::idClicked, this, [this](int id) { m_selection->setOverlay(OverlayKind(id)); });
    connect(m_selection, &Selection::overlayChanged, this, [this](OverlayKind kind) {
        m_overlayButtons[std::size_t(kind)]->setChecked(true);
        m_overlayBox->setCurrentIndex(int(kind));
        m_attention->setVisible(kind == OverlayKind::Answer && m_attention->hasShape());
    });
    auto *opacity = new QWidget(bar);
    auto *opacityRow = new QHBoxLayout(opacity);
    opacityRow->setContentsMargins(metrics::gap, 0, 0, 0);
    auto *label = new QLabel(tr("Opacity"), bar);
    useFont(label, smallFactor);
    m_opacity = new QSlider(Qt::Horizontal, bar);
    m_opacity->setRange(0, 100);
    m_opacity->setValue(int(m_view->opacity() * 100));
    m_opacity->setFixedWidth(90);
    m_opacity->setAccessibleName(tr("Opacity of the overlay"));
    m_opacity->setToolTip(tr("Opacity of the overlay ([ and ]); hold Space to hide it"));
    opacityRow->addWidget(label);
    opacityRow->addWidget(m_opacity);
    // Beside the buttons they are of; the opacity, which is of all, may wrap alone.
    layout->addWidget(m_attention);
    layout->addWidget(opacity);
    m_attention->setVisible(m_selection->overlay() == OverlayKind::Answer);
    connect(m_opacity, &QSlider::valueChanged, m_view, [this](int value) { m_view->setOpacity(value / 100.0); });
    connect(m_view, &ImageView::opacityChanged, m_opacity,
            [this](double opacity) { m_opacity->setValue(int(opacity * 100 + 0.5)); });
    return bar;
}

} // namespace qmop
