// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme/elided_label.h"

#include "widgets/theme/theme.h"

#include <QPainter>
#include <QTextLayout>

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

void ElidedLabel::setLines(int lines)
{
    if (m_lines == std::max(1, lines))
        return;
    m_lines = std::max(1, lines);
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
            m_lines * metrics.height() + 2 + around.top() + around.bottom()};
}

QSize ElidedLabel::minimumSizeHint() const
{
    return {40, sizeHint().height()};
}

int ElidedLabel::neededLines(int width) const
{
    const QMargins around = contentsMargins();
    QTextLayout layout(m_text, shownFont());
    int lines = 0;
    layout.beginLayout();
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine(), ++lines)
        line.setLineWidth(width - around.left() - around.right());
    layout.endLayout();
    return lines;
}

QStringList ElidedLabel::shownLines() const
{
    if (m_text.isEmpty())
        return {};
    const int width = contentsRect().width();
    const QFontMetrics metrics(shownFont());
    QStringList lines;
    int from = 0;
    if (m_lines > 1) {
        QTextLayout layout(m_text, shownFont());
        layout.beginLayout();
        for (QTextLine line = layout.createLine(); line.isValid() && lines.size() < m_lines - 1;
             line = layout.createLine()) {
            line.setLineWidth(width);
            lines << m_text.mid(line.textStart(), line.textLength()).trimmed();
            from = line.textStart() + line.textLength();
        }
        layout.endLayout();
    }
    if (from < m_text.size())
        lines << metrics.elidedText(m_text.mid(from).replace(QChar::LineSeparator, u' '), Qt::ElideRight, width);
    return lines;
}

void ElidedLabel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setFont(shownFont());
    const PanelColours colours = panelColours(palette());
    painter.setPen(m_muted ? colours.muted : colours.text);
    painter.drawText(contentsRect(), Qt::AlignLeft | (m_lines > 1 ? Qt::AlignTop : Qt::AlignVCenter),
                     shownLines().join(u'\n'));
}

} // namespace qmop
