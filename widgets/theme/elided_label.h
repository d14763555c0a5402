// SPDX-License-Identifier: GPL-3.0-or-later
//
// A line of text, or a few, that shortens itself instead of widening its panel; the
// whole text is its tool tip and accessible name.
#pragma once

#include <QFrame>
#include <QStringList>

namespace qmop {

// `text` wrapped at that width into at most so many lines; the last one ends with an
// ellipsis where text is left. Its own lines end with QChar::LineSeparator.
QStringList elidedLines(const QString &text, const QFont &font, int width, int lines);
// How many lines it takes whole.
int neededLines(const QString &text, const QFont &font, int width);

class ElidedLabel : public QFrame {
    Q_OBJECT

public:
    explicit ElidedLabel(QWidget *parent = nullptr);

    void setText(const QString &text);
    QString text() const { return m_text; }
    // Drawn in the palette's secondary colour and smaller.
    void setMuted(bool muted);
    // How many lines it takes, whatever the text: nothing below it moves.
    void setLines(int lines);
    // Of that text at this width. Its own lines end with QChar::LineSeparator.
    int neededLines(int width) const;
    // As painted at this width; the last one ends with an ellipsis where text is left.
    QStringList shownLines() const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QFont shownFont() const;

    QString m_text;
    bool m_muted = false;
    int m_lines = 1;
};

} // namespace qmop
