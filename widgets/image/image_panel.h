// SPDX-License-Identifier: GPL-3.0-or-later
//
// The picture with the choice of overlay above it and the trust strip below.
#pragma once

#include <QWidget>

#include <array>

class QSlider;
class QToolButton;

namespace qmop {

class ElidedLabel;
class ImageView;
class Selection;

class ImagePanel : public QWidget {
    Q_OBJECT

public:
    explicit ImagePanel(Selection *selection, QWidget *parent = nullptr);

    ImageView *view() const { return m_view; }

private:
    QWidget *makeBar();

    Selection *m_selection;
    ImageView *m_view;
    ElidedLabel *m_trustStrip;
    QSlider *m_opacity = nullptr;
    std::array<QToolButton *, 7> m_overlayButtons{};
};

} // namespace qmop
