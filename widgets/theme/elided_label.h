// SPDX-License-Identifier: GPL-3.0-or-later
//
// One line of text that shortens itself instead of widening its panel; the
// whole text is its tool tip and accessible name.
#pragma once

#include <QFrame>

namespace qmop {

class ElidedLabel : public QFrame {
    Q_OBJECT

public:
    explicit ElidedLabel(QWidget *parent = nullptr);

    void setText(const QString &text);
    QString text() const { return m_text; }
    // Drawn in the palette's secondary colour and smaller.
    void setMuted(bool muted);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QFont shownFont() const;

    QString m_text;
    bool m_muted = false;
};

} // namespace qmop
