// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/image/attention_bar.h"

#include "widgets/theme/scroll_area.h"
#include "widgets/theme/theme.h"

#include <QComboBox>
#include <QHBoxLayout>

namespace qmop {

AttentionBar::AttentionBar(QWidget *parent)
    : QWidget(parent)
    , m_layer(new QComboBox(this))
    , m_head(new QComboBox(this))
{
    m_layer->setAccessibleName(tr("Decoder layer of the answer's attention"));
    m_head->setAccessibleName(tr("Head of the answer's attention"));
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(metrics::gap, 0, 0, 0);
    row->setSpacing(metrics::gap);
    for (QComboBox *box : {m_layer, m_head}) {
        row->addWidget(box);
        useFont(box, smallFactor);
        connect(box, &QComboBox::activated, this, [this] { emit chosen(choice()); });
    }
    keepWheelFromControls(this);
    setObstacle({});
}

void AttentionBar::setShape(int layers, int heads)
{
    const AttentionChoice before = choice();
    m_layers = layers;
    m_layer->clear();
    m_head->clear();
    for (int layer = 0; layer < layers - 1; ++layer)
        m_layer->addItem(tr("layer %1").arg(layer), layer);
    if (layers > 0)
        m_layer->addItem(tr("layer %1 (last)").arg(layers - 1), -1);
    if (heads > 0)
        m_head->addItem(tr("mean of %1 heads").arg(heads), -1);
    for (int head = 0; head < heads; ++head)
        m_head->addItem(tr("head %1").arg(head), head);
    setChoice(before);
}

bool AttentionBar::hasShape() const
{
    return m_layer->count() > 0 && m_head->count() > 0;
}

AttentionChoice AttentionBar::choice() const
{
    if (!hasShape())
        return {};
    return {m_layer->currentData().toInt(), m_head->currentData().toInt()};
}

void AttentionBar::setChoice(const AttentionChoice &choice)
{
    if (!hasShape())
        return;
    const int layer = choice.layer < 0 ? choice.layer + m_layers : choice.layer;
    m_layer->setCurrentIndex(layer >= 0 && layer < m_layers ? layer : m_layers - 1);
    m_head->setCurrentIndex(std::max(0, m_head->findData(choice.head)));
}

void AttentionBar::setObstacle(const QString &why)
{
    for (QComboBox *box : {m_layer, m_head}) {
        box->setEnabled(why.isEmpty());
        box->setToolTip(!why.isEmpty() ? why
                            : box == m_layer
                            ? tr("Layer of the decoder whose attention is drawn; another one runs the question again")
                            : tr("Attention head that is drawn; another one runs the question again"));
    }
}

} // namespace qmop
