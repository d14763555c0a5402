// SPDX-License-Identifier: GPL-3.0-or-later
//
// Walks the Huffman codes of a JPEG's scans without computing a pixel, to know
// whether every block is there. A file that was cut and closed with an end
// marker decodes to grey with no more than a warning on stderr.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace qmop::jpeg {

inline constexpr int huffmanTables = 0xC4;
inline constexpr int endOfImage = 0xD9;
inline constexpr int startOfScan = 0xDA;
inline constexpr int restartInterval = 0xDD;

class BitReader;

// Canonical Huffman table (T.81 annex C and F.2.2.3).
struct HuffmanTable {
    bool defined = false;
    std::array<int, 18> maxCode{}; // per length; -1 where there is no code
    std::array<int, 17> minCode{};
    std::array<int, 17> firstValue{};
    std::vector<std::uint8_t> values;

    // What the next eight bits begin with: a code of at most eight bits, or
    // length 0.
    struct Short {
        std::uint8_t length = 0;
        std::uint8_t value = 0;
    };
    std::array<Short, 256> shortCodes{};

    void indexShortCodes();
};

struct Component {
    int id = 0;
    int horizontal = 1; // sampling factors
    int vertical = 1;
    int blocksWide = 0; // of a scan of this component alone
    int blocksHigh = 0;
    int storedWide = 0; // rounded up to whole units of an interleaved scan
    int storedHigh = 0;
    bool scanned = false;
    std::vector<std::uint64_t> nonZero; // progressive: one bit per coefficient and block
};

// Feed the segments in file order, then the scans. All throw FormatProblem.
class ScanChecker {
public:
    void segment(int marker, std::span<const std::uint8_t> payload);
    // Entropy-coded data from `at`; returns where it ends.
    std::size_t scan(std::span<const std::uint8_t> file, std::size_t at);
    // After the end marker: every component must have been seen.
    void finish() const;

private:
    struct ScanComponent {
        Component *component = nullptr;
        const HuffmanTable *dc = nullptr;
        const HuffmanTable *ac = nullptr;
    };

    void readFrame(int marker, std::span<const std::uint8_t> payload);
    void readTables(std::span<const std::uint8_t> payload);
    void readScanHeader(std::span<const std::uint8_t> payload);
    void walkUnits(BitReader &bits);
    void walkUnit(BitReader &bits, std::size_t unit);
    void walkBlock(BitReader &bits, const ScanComponent &part, std::size_t block);
    void walkDcFirst(BitReader &bits, const ScanComponent &part);
    void walkAcSequential(BitReader &bits, const ScanComponent &part);
    void walkAcFirst(BitReader &bits, const ScanComponent &part, std::uint64_t &nonZero);
    void walkAcRefine(BitReader &bits, const ScanComponent &part, std::uint64_t &nonZero);

    bool m_haveFrame = false;
    bool m_progressive = false;
    bool m_huffman = true; // false: arithmetic coding, whose scans are skipped over
    int m_unitsWide = 0; // of interleaved scans
    int m_unitsHigh = 0;
    int m_restart = 0; // units between restart markers, 0: none
    int m_scans = 0;
    std::vector<Component> m_components;
    std::array<HuffmanTable, 4> m_dcTables;
    std::array<HuffmanTable, 4> m_acTables;

    // Of the current scan.
    std::vector<ScanComponent> m_parts;
    int m_spectralStart = 0;
    int m_spectralEnd = 63;
    int m_successiveHigh = 0;
    std::uint32_t m_endOfBandRun = 0;
};

} // namespace qmop::jpeg
