// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/answer/token_bars.h"

#include "widgets/theme/accessible_role.h"
#include "widgets/theme/theme.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace qmop {

namespace {

constexpr int boxPadding = 5;
constexpr int boxGap = 4;
constexpr int barThickness = 5;

QString probability(double value)
{
    return QString::number(value, 'f', 3).mid(value < 0.9995 ? 1 : 0); // ".970", "1.000"
}

}

QString shownToken(const std::string &text)
{
    QString shown = QString::fromUtf8(text);
    shown.replace(u'\n', QChar(0x21b5));
    if (shown.trimmed().isEmpty())
        shown.replace(u' ', QChar(0x2423));
    return shown.trimmed();
}

TokenBars::TokenBars(QWidget *parent)
    : QWidget(parent)
{
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setAccessibleRole(this, QAccessible::List);
    setAccessibleName(tr("Tokens of the answer"));
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
}

void TokenBars::setHighlights(const std::vector<int> &hovered, const std::vector<int> &locked)
{
    if (m_lit[0] == hovered && m_lit[1] == locked)
        return;
    m_lit = {hovered, locked};
    update();
}

QRect TokenBars::tokenRect(int token) const
{
    const std::vector<QRect> all = boxes(width());
    return token >= 0 && token < int(all.size()) ? all[std::size_t(token)] : QRect();
}

void TokenBars::mouseMoveEvent(QMouseEvent *event)
{
    emit tokenHovered(tokenAt(event->position().toPoint()));
}

void TokenBars::leaveEvent(QEvent *)
{
    emit tokenHovered(-1);
}

void TokenBars::mousePressEvent(QMouseEvent *event)
{
    const int token = tokenAt(event->position().toPoint());
    if (token < 0 || event->button() != Qt::LeftButton)
        return;
    m_cursor = token;
    emit tokenClicked(token, lockMode(event->modifiers()));
}

void TokenBars::keyPressEvent(QKeyEvent *event)
{
    const int step = event->key() == Qt::Key_Right ? 1 : event->key() == Qt::Key_Left ? -1 : 0;
    const bool locks = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (m_tokens.empty() || (step == 0 && !locks)) {
        QWidget::keyPressEvent(event);
        return;
    }
    m_cursor = std::clamp(m_cursor + step, 0, int(m_tokens.size()) - 1);
    if (locks)
        emit tokenClicked(m_cursor, lockMode(event->modifiers()));
    else
        emit tokenHovered(m_cursor);
}

void TokenBars::setTokens(std::vector<DecodedToken> tokens)
{
    m_tokens = std::move(tokens);
    QStringList spoken;
    for (const DecodedToken &token : m_tokens)
        spoken << shownToken(token.text) + u' ' + probability(token.probability);
    setAccessibleDescription(spoken.join(QStringLiteral(", ")));
    updateGeometry();
    update();
}

QString TokenBars::alternativesText(int token) const
{
    if (token < 0 || token >= int(m_tokens.size()))
        return {};
    QStringList lines;
    for (const TokenAlternative &alternative : m_tokens[std::size_t(token)].alternatives)
        lines << shownToken(alternative.text) + u' ' + probability(alternative.probability);
    return lines.join(u'\n');
}

int TokenBars::boxHeight() const
{
    return fontMetrics().height() + barThickness + QFontMetrics(smallFont(this)).height() + 2 * boxPadding + 2;
}

std::vector<QRect> TokenBars::boxes(int width) const
{
    std::vector<QRect> result;
    const QFontMetrics small(smallFont(this));
    int x = 0, y = 0;
    for (const DecodedToken &token : m_tokens) {
        const int wanted = std::max({fontMetrics().horizontalAdvance(shownToken(token.text)),
                                     small.horizontalAdvance(QStringLiteral("1.000")), 34})
            + 2 * boxPadding + 2; // widths are rounded, and what lacks a fraction would be elided
        const int boxWidth = std::min(wanted, std::max(width, 1));
        if (x > 0 && x + boxWidth > width) {
            x = 0;
            y += boxHeight() + boxGap;
        }
        result.emplace_back(x, y, boxWidth, boxHeight());
        x += boxWidth + boxGap;
    }
    return result;
}

int TokenBars::tokenAt(QPoint pos) const
{
    const std::vector<QRect> all = boxes(width());
    for (std::size_t i = 0; i < all.size(); ++i)
        if (all[i].contains(pos))
            return int(i);
    return -1;
}

int TokenBars::heightForWidth(int width) const
{
    const std::vector<QRect> all = boxes(width);
    return all.empty() ? boxHeight() : all.back().bottom() + 1;
}

QSize TokenBars::sizeHint() const
{
    return {240, heightForWidth(std::max(240, width()))};
}

QSize TokenBars::minimumSizeHint() const
{
    return {60, boxHeight()};
}

void TokenBars::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const PanelColours colours = panelColours(palette());
    const std::vector<QRect> all = boxes(width());
    for (std::size_t i = 0; i < all.size(); ++i) {
        const DecodedToken &token = m_tokens[i];
        const QRectF box = all[i];
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(colours.line, 1));
        painter.setBrush(palette().base());
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), metrics::radius, metrics::radius);
        for (std::size_t which : {std::size_t(1), std::size_t(0)})
            if (std::ranges::binary_search(m_lit[which], int(i))) {
                painter.setPen(which ? QPen(colours.accent, 2, Qt::DashLine) : QPen(colours.text, 2));
                painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), metrics::radius, metrics::radius);
            }
        painter.setRenderHint(QPainter::Antialiasing, false);
        const QRectF inner = box.adjusted(boxPadding, boxPadding, -boxPadding, -boxPadding);
        painter.setPen(colours.text);
        painter.setFont(font());
        painter.drawText(QRectF(inner.left(), inner.top(), inner.width(), fontMetrics().height()), Qt::AlignCenter,
                         fontMetrics().elidedText(shownToken(token.text), Qt::ElideMiddle, int(inner.width())));
        const QRectF bar(inner.left(), inner.top() + fontMetrics().height() + 1, inner.width(), barThickness);
        painter.fillRect(bar, colours.track);
        const double share = std::clamp(token.probability, 0.0, 1.0);
        painter.fillRect(QRectF(bar.left(), bar.top(), bar.width() * share, bar.height()), colours.accent);
        painter.setFont(smallFont(this));
        painter.setPen(colours.muted);
        painter.drawText(QRectF(inner.left(), bar.bottom() + 1, inner.width(), inner.bottom() - bar.bottom()),
                         Qt::AlignCenter, probability(token.probability));
    }
}

bool TokenBars::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    QToolTip::showText(help->globalPos(), alternativesText(tokenAt(help->pos())), this);
    return true;
}

} // namespace qmop
