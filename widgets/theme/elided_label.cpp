// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme/elided_label.h"

#include "widgets/theme/theme.h"

#include <QPainter>

namespace qmop {

ElidedLabel::ElidedLabel(QWidget *parent)
    : QFrame(parent)
{
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
}

void ElidedLabel::setText(const QString &text)
{
    if (m_text == text)
        return;
    m_text = text;
    setToolTip(text);
    setAccessibleName(text);
    updateGeometry();
    update();
}

void ElidedLabel::setMuted(bool muted)
{
    m_muted = muted;
    updateGeometry();
    update();
}

QFont ElidedLabel::shownFont() const
{
    return m_muted ? smallFont(this) : font();
}

QSize ElidedLabel::sizeHint() const
{
    const QFontMetrics metrics(shownFont());
    const QMargins around = contentsMargins();
    return {metrics.horizontalAdvance(m_text) + 2 + around.left() + around.right(),
            metrics.height() + 2 + around.top() + around.bottom()};
}

QSize ElidedLabel::minimumSizeHint() const
{
    return {40, sizeHint().height()};
}

void ElidedLabel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setFont(shownFont());
    const PanelColours colours = panelColours(palette());
    painter.setPen(m_muted ? colours.muted : colours.text);
    painter.drawText(contentsRect(), Qt::AlignLeft | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(m_text, Qt::ElideRight, contentsRect().width()));
}

} // namespace qmop
