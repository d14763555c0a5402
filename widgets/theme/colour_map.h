// SPDX-License-Identifier: GPL-3.0-or-later
//
// Magnitudes as colours. The same 256 entries serve overlay, plots, colour bar
// and export, so that one colour means one value everywhere.
#pragma once

#include <QRgb>

#include <array>
#include <cstdint>
#include <span>

namespace qmop {

namespace detail {
extern const std::array<std::uint32_t, 256> viridisTable; // 0xrrggbb
extern const std::array<std::uint32_t, 256> cividisTable;
extern const std::array<std::uint32_t, 256> divergingTable;
}

enum class ColourMapName {
    Cividis,
    Viridis,
    Diverging, // differences, on a range centred on 0: blue below, brown above
};

// Cividis and viridis rise monotonically in lightness and stay readable in grey
// and with any colour vision.
class ColourMap {
public:
    explicit ColourMap(ColourMapName name = ColourMapName::Cividis);

    // Colour of `value` on the range [low, high]; values beyond it take the
    // colour of the end. Not-a-number gives missingColour.
    QRgb colour(double value, double low, double high) const;
    // Entry of the value, 0 ... 255; the middle of an empty range.
    static int indexOf(double value, double low, double high);
    std::span<const std::uint32_t, 256> table() const { return *m_table; }

    static constexpr QRgb missingColour = 0xffb0b0b0;

private:
    const std::array<std::uint32_t, 256> *m_table;
};

} // namespace qmop
