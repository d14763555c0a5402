// SPDX-License-Identifier: GPL-3.0-or-later
//
// The tokens of an answer, each with its probability as a bar and its
// alternatives in the tool tip.
#pragma once

#include "qmop/run_trace.h"
#include "widgets/selection/selection.h"

#include <QWidget>

#include <array>
#include <vector>

namespace qmop {

class TokenBars : public QWidget {
    Q_OBJECT

public:
    explicit TokenBars(QWidget *parent = nullptr);

    void setTokens(std::vector<DecodedToken> tokens);
    // Lines "fox .970", most probable first.
    QString alternativesText(int token) const;
    // Tokens that light up, ascending.
    void setHighlights(const std::vector<int> &hovered, const std::vector<int> &locked);
    const std::vector<int> &highlighted(bool locked) const { return m_lit[locked ? 1 : 0]; }
    // Where a token is drawn.
    QRect tokenRect(int token) const;
    // Token under a point, or -1.
    int tokenAt(QPoint pos) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;

signals:
    void tokenHovered(int token); // -1: none
    void tokenClicked(int token, qmop::LockMode mode);

protected:
    void mouseMoveEvent(QMouseEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;

private:
    // Boxes in rows, as many a row as fit `width`.
    std::vector<QRect> boxes(int width) const;
    int boxHeight() const;

    std::vector<DecodedToken> m_tokens;
    std::array<std::vector<int>, 2> m_lit; // hovered, locked
    int m_cursor = -1; // of the keyboard
};

// A token's text for the screen: a leading space and a bare line break are
// made visible, broken UTF-8 becomes a replacement character.
QString shownToken(const std::string &text);

} // namespace qmop
