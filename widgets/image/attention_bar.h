// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which layer and head of the decoder the overlay Answer is drawn from. Another
// choice is another run: the window says so and starts it.
#pragma once

#include "qmop/run_request.h"

#include <QWidget>

class QComboBox;

namespace qmop {

class AttentionBar : public QWidget {
    Q_OBJECT

public:
    explicit AttentionBar(QWidget *parent = nullptr);

    // Of the decoder; nothing to choose from where either is 0. Keeps the choice
    // where it is still there, else goes back to the last layer's mean.
    void setShape(int layers, int heads);
    bool hasShape() const;
    // The last layer is -1, also where it was named by its number; the mean of the heads is -1.
    AttentionChoice choice() const;
    // Of the run shown; emits nothing.
    void setChoice(const AttentionChoice &choice);
    // Why nothing can be chosen now; empty: it can.
    void setObstacle(const QString &why);

    QComboBox *layerBox() const { return m_layer; }
    QComboBox *headBox() const { return m_head; }

signals:
    void chosen(const qmop::AttentionChoice &choice); // by the person

private:
    QComboBox *m_layer; // data: AttentionChoice::layer
    QComboBox *m_head; // data: AttentionChoice::head
    int m_layers = 0;
};

} // namespace qmop
