// SPDX-License-Identifier: GPL-3.0-or-later
//
// One of the pictures of a comparison: run A, run B, or how they differ.
#pragma once

#include "widgets/image/image_view.h"

namespace qmop {

enum class CompareSide { A, B, Difference };

class ComparedView : public ImageView {
    Q_OBJECT

public:
    ComparedView(Selection *selection, CompareSide side, QWidget *parent = nullptr);

    CompareSide side() const { return m_side; }
    // A and B show their own run; the difference is drawn on B's picture. `same` is
    // a view that shows the same picture already, or null.
    void setRuns(std::shared_ptr<const RunTrace> a, std::shared_ptr<const RunTrace> b, const ImageView *same = nullptr);
    // Three of them share the picture's place.
    QSize minimumSizeHint() const override { return {100, 80}; }
    // The difference on the range of its own values.
    void setOwnRange(bool own);

    // What the difference draws now; nullopt with the reason.
    std::optional<OverlayField> difference(QString *why = nullptr) const;

protected:
    std::optional<OverlayField> shownField(QString *why) const override;
    std::vector<std::uint8_t> shownKept() const override;
    void paintOver(const OverlayPainter &painter, const OverlayField &field) const override;

private:
    const CompareSide m_side;
    std::shared_ptr<const RunTrace> m_a;
    std::shared_ptr<const RunTrace> m_b;
    bool m_ownRange = false;
};

} // namespace qmop
