// SPDX-License-Identifier: GPL-3.0-or-later
//
// The tokens of an answer, each with its probability as a bar and its
// alternatives in the tool tip.
#pragma once

#include "qmop/run_trace.h"

#include <QWidget>

#include <vector>

namespace qmop {

class TokenBars : public QWidget {
    Q_OBJECT

public:
    explicit TokenBars(QWidget *parent = nullptr);

    void setTokens(std::vector<DecodedToken> tokens);
    // Lines "fox .970", most probable first.
    QString alternativesText(int token) const;
    // Token under a point, or -1.
    int tokenAt(QPoint pos) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;

private:
    // Boxes in rows, as many a row as fit `width`.
    std::vector<QRect> boxes(int width) const;
    int boxHeight() const;

    std::vector<DecodedToken> m_tokens;
};

// A token's text for the screen: a leading space and a bare line break are
// made visible, broken UTF-8 becomes a replacement character.
QString shownToken(const std::string &text);

} // namespace qmop
