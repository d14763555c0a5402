// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme/elided_label.h"

#include "widgets/theme/theme.h"

#include <QPainter>
#include <QTextLayout>

namespace qmop {

QStringList elidedLines(const QString &text, const QFont &font, int width, int lines)
{
    if (text.isEmpty())
        return {};
    QStringList shown;
    int from = 0;
    if (lines > 1) {
        QTextLayout layout(text, font);
        layout.beginLayout();
        for (QTextLine line = layout.createLine(); line.isValid() && shown.size() < lines - 1;
             line = layout.createLine()) {
            line.setLineWidth(width);
            shown << text.mid(line.textStart(), line.textLength()).trimmed();
            from = line.textStart() + line.textLength();
        }
        layout.endLayout();
    }
    if (from < text.size())
        shown << QFontMetrics(font).elidedText(text.mid(from).replace(QChar::LineSeparator, u' '), Qt::ElideRight,
                                               width);
    return shown;
}

int neededLines(const QString &text, const QFont &font, int width)
{
    QTextLayout layout(text, font);
    int lines = 0;
    layout.beginLayout();
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine(), ++lines)
        line.setLineWidth(width);
    layout.endLayout();
    return lines;
}

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
    return qmop::neededLines(m_text, shownFont(), width - around.left() - around.right());
}

QStringList ElidedLabel::shownLines() const
{
    return elidedLines(m_text, shownFont(), contentsRect().width(), m_lines);
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
