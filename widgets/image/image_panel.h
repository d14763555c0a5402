// SPDX-License-Identifier: GPL-3.0-or-later
//
// The picture with the choice of overlay above it and the trust strip below.
#pragma once

#include "widgets/selection/selection.h"

#include <QWidget>

#include <array>

class QComboBox;
class QSlider;
class QToolButton;

namespace qmop {

class AttentionBar;
class ElidedLabel;
class ImageView;

class ImagePanel : public QWidget {
    Q_OBJECT

public:
    explicit ImagePanel(Selection *selection, QWidget *parent = nullptr);

    ImageView *view() const { return m_view; }
    // In sight while the overlay is Answer.
    AttentionBar *attentionBar() const { return m_attention; }
    // In the picture's place, under the same choice of overlay; null: the picture.
    // The panel takes the widget; it stays hidden until it is shown, with a button for
    // each of `tools` behind the opacity.
    void addOther(QWidget *other, const QList<QAction *> &tools);
    void showOther(QWidget *other);
    // The line under the other widget.
    void setOtherStrip(const QString &text);

protected:
    bool event(QEvent *event) override;

private:
    QWidget *makeBar();
    // Buttons where they fit into one row, else a list.
    void fitChoice();
    void updateStrip();

    Selection *m_selection;
    ImageView *m_view;
    ElidedLabel *m_trustStrip;
    QWidget *m_other = nullptr; // shown in the picture's place
    QWidget *m_bar = nullptr;
    QList<QToolButton *> m_otherTools;
    QString m_otherStrip;
    QSlider *m_opacity = nullptr;
    AttentionBar *m_attention;
    QComboBox *m_overlayBox = nullptr;
    std::array<QToolButton *, allOverlays.size()> m_overlayButtons{}; // by OverlayKind
};

} // namespace qmop
