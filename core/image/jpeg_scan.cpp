// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image/jpeg_scan.h"

#include <algorithm>
#include <string>

#include "core/image/byte_view.h"

namespace qmop::jpeg {

namespace {

// A file of a few kilobytes can hold thousands of empty scans; real ones have
// about ten.
constexpr int maxScans = 500;

int ceilDivide(int value, int by)
{
    return (value + by - 1) / by;
}

[[noreturn]] void endsEarly()
{
    throw FormatProblem("is truncated: the JPEG's pixels end early");
}

[[noreturn]] void damaged()
{
    throw FormatProblem("is damaged: the JPEG's pixels hold an invalid code");
}

}

// Bits of entropy-coded data, most significant first, without the stuffed zeros.
class BitReader {
public:
    BitReader(std::span<const std::uint8_t> file, std::size_t at)
        : m_file(file)
        , m_at(at)
    {
    }

    std::uint32_t bits(int count) // 0 ... 16
    {
        if (m_count < count)
            fill();
        if (m_count < count)
            endsEarly(); // a marker before the last block
        m_count -= count;
        return std::uint32_t(m_buffer >> m_count) & ((1U << count) - 1);
    }

    int symbol(const HuffmanTable &table)
    {
        if (m_count < 16)
            fill();
        // Most codes have at most eight bits: one look-up.
        const std::uint64_t ahead = m_count >= 8 ? m_buffer >> (m_count - 8) : m_buffer << (8 - m_count);
        const HuffmanTable::Short found = table.shortCodes[std::size_t(ahead & 0xFF)];
        if (found.length > 0 && found.length <= m_count) {
            m_count -= found.length;
            return found.value;
        }
        int code = 0;
        for (std::size_t length = 1; length <= 16; ++length) {
            code = code << 1 | int(bits(1));
            if (code <= table.maxCode[length])
                return table.values[std::size_t(table.firstValue[length] + code - table.minCode[length])];
        }
        damaged();
    }

    // Drops the rest of the byte and steps over the restart marker.
    void restart(int number)
    {
        m_count = 0;
        while (m_at + 1 < m_file.size() && m_file[m_at] == 0xFF && m_file[m_at + 1] == 0xFF)
            ++m_at;
        if (m_at + 1 >= m_file.size() || m_file[m_at] != 0xFF)
            endsEarly();
        if (m_file[m_at + 1] != 0xD0 + number)
            endsEarly();
        m_at += 2;
    }

    // Where the next marker is, or the end of the file.
    std::size_t nextMarker() const
    {
        std::size_t at = m_at;
        while (at + 1 < m_file.size()) {
            const int next = m_file[at + 1];
            if (m_file[at] == 0xFF && next != 0 && next != 0xFF && !(next >= 0xD0 && next <= 0xD7))
                return at;
            ++at;
        }
        return m_file.size();
    }

private:
    // Takes bytes up to the next marker while there is room.
    void fill()
    {
        while (m_count <= 48 && m_at < m_file.size()) {
            const std::uint8_t byte = m_file[m_at];
            if (byte == 0xFF && (m_at + 1 >= m_file.size() || m_file[m_at + 1] != 0))
                return;
            m_at += byte == 0xFF ? 2 : 1;
            m_buffer = m_buffer << 8 | byte;
            m_count += 8;
        }
    }

    std::span<const std::uint8_t> m_file;
    std::size_t m_at;
    std::uint64_t m_buffer = 0; // its lowest m_count bits are still to be read
    int m_count = 0;
};

void HuffmanTable::indexShortCodes()
{
    for (int length = 1; length <= 8; ++length)
        for (int code = minCode[std::size_t(length)]; code <= maxCode[std::size_t(length)]; ++code) {
            const int index = firstValue[std::size_t(length)] + code - minCode[std::size_t(length)];
            const int first = code << (8 - length);
            std::fill_n(shortCodes.begin() + first, 1 << (8 - length),
                        Short{std::uint8_t(length), values[std::size_t(index)]});
        }
}

void ScanChecker::segment(int marker, std::span<const std::uint8_t> payload)
{
    if (marker == huffmanTables)
        readTables(payload);
    else if (marker == restartInterval)
        m_restart = ByteView(payload, ByteView::Order::Big).u16(0);
    else if (marker == startOfScan)
        readScanHeader(payload);
    else if (marker >= 0xC0 && marker <= 0xCF && marker != 0xC8 && marker != 0xCC)
        readFrame(marker, payload);
}

void ScanChecker::readFrame(int marker, std::span<const std::uint8_t> payload)
{
    const ByteView view(payload, ByteView::Order::Big);
    if (m_haveFrame)
        throw FormatProblem("is damaged: the JPEG has two frame headers");
    if (marker != 0xC0 && marker != 0xC1 && marker != 0xC2 && marker != 0xC9 && marker != 0xCA)
        throw FormatProblem("is a lossless or hierarchical JPEG, which is not supported");
    m_haveFrame = true;
    m_progressive = marker == 0xC2 || marker == 0xCA;
    m_huffman = marker < 0xC9;
    if (view.u8(0) != 8)
        throw FormatProblem("is a JPEG with more than 8 bits per sample, which is not supported");
    const int height = view.u16(1), width = view.u16(3), count = view.u8(5);
    if (height == 0 || width == 0 || count < 1 || count > 4)
        throw FormatProblem("is damaged: the JPEG's frame header makes no sense");
    int widest = 1, tallest = 1;
    for (int i = 0; i < count; ++i) {
        Component component;
        component.id = view.u8(std::size_t(6 + 3 * i));
        const int sampling = view.u8(std::size_t(7 + 3 * i));
        component.horizontal = sampling >> 4;
        component.vertical = sampling & 15;
        if (component.horizontal < 1 || component.horizontal > 4 || component.vertical < 1 || component.vertical > 4)
            throw FormatProblem("is damaged: the JPEG's sampling factors make no sense");
        widest = std::max(widest, component.horizontal);
        tallest = std::max(tallest, component.vertical);
        m_components.push_back(component);
    }
    m_unitsWide = ceilDivide(width, 8 * widest);
    m_unitsHigh = ceilDivide(height, 8 * tallest);
    for (Component &component : m_components) {
        component.blocksWide = ceilDivide(ceilDivide(width * component.horizontal, widest), 8);
        component.blocksHigh = ceilDivide(ceilDivide(height * component.vertical, tallest), 8);
        component.storedWide = m_unitsWide * component.horizontal;
        component.storedHigh = m_unitsHigh * component.vertical;
        if (m_progressive && m_huffman)
            component.nonZero.assign(std::size_t(component.storedWide) * std::size_t(component.storedHigh), 0);
    }
}

void ScanChecker::readTables(std::span<const std::uint8_t> payload)
{
    const ByteView view(payload, ByteView::Order::Big);
    for (std::size_t at = 0; at < view.size();) {
        const int target = view.u8(at++);
        if ((target >> 4) > 1 || (target & 15) > 3)
            damaged();
        HuffmanTable &table = (target >> 4 ? m_acTables : m_dcTables)[std::size_t(target & 15)];
        table = {};
        table.defined = true;
        int code = 0, values = 0;
        for (std::size_t length = 1; length <= 16; ++length) {
            const int count = view.u8(at++);
            table.minCode[length] = code;
            table.firstValue[length] = values;
            table.maxCode[length] = count > 0 ? code + count - 1 : -1;
            if (code + count > (1 << length))
                damaged();
            code = (code + count) << 1;
            values += count;
        }
        if (values > 256)
            damaged();
        const auto list = view.part(at, std::size_t(values));
        table.values.assign(list.begin(), list.end());
        at += std::size_t(values);
        table.indexShortCodes();
    }
}

void ScanChecker::readScanHeader(std::span<const std::uint8_t> payload)
{
    const ByteView view(payload, ByteView::Order::Big);
    if (!m_haveFrame || ++m_scans > maxScans)
        damaged();
    const std::size_t count = view.u8(0);
    if (count < 1 || count > m_components.size())
        damaged();
    m_spectralStart = view.u8(1 + 2 * count);
    m_spectralEnd = view.u8(2 + 2 * count);
    m_successiveHigh = view.u8(3 + 2 * count) >> 4;
    if (!m_progressive) { // decoders ignore what stands there
        m_spectralStart = 0;
        m_spectralEnd = 63;
        m_successiveHigh = 0;
    }
    if (m_spectralStart > m_spectralEnd || m_spectralEnd > 63 || (m_spectralStart > 0 && count != 1))
        damaged();

    m_parts.clear();
    for (std::size_t i = 0; i < count; ++i) {
        const int id = view.u8(1 + 2 * i);
        const std::size_t tables = view.u8(2 + 2 * i);
        const auto component
            = std::find_if(m_components.begin(), m_components.end(), [id](const Component &c) { return c.id == id; });
        if (component == m_components.end() || (tables >> 4) > 3 || (tables & 15) > 3)
            damaged();
        const ScanComponent part{&*component, &m_dcTables[tables >> 4], &m_acTables[tables & 15]};
        const bool needsDc = m_spectralStart == 0 && m_successiveHigh == 0;
        const bool needsAc = m_spectralEnd > 0 && !(m_progressive && m_spectralStart == 0);
        if (m_huffman && ((needsDc && !part.dc->defined) || (needsAc && !part.ac->defined)))
            damaged();
        component->scanned = true;
        m_parts.push_back(part);
    }
}

std::size_t ScanChecker::scan(std::span<const std::uint8_t> file, std::size_t at)
{
    BitReader bits(file, at);
    if (m_huffman)
        walkUnits(bits);
    return bits.nextMarker();
}

void ScanChecker::walkUnits(BitReader &bits)
{
    const bool single = m_parts.size() == 1;
    const std::size_t units = single
        ? std::size_t(m_parts[0].component->blocksWide) * std::size_t(m_parts[0].component->blocksHigh)
        : std::size_t(m_unitsWide) * std::size_t(m_unitsHigh);
    m_endOfBandRun = 0;
    int untilRestart = m_restart, restartNumber = 0;
    for (std::size_t unit = 0; unit < units; ++unit) {
        if (m_restart > 0 && untilRestart == 0) {
            bits.restart(restartNumber);
            restartNumber = (restartNumber + 1) % 8;
            untilRestart = m_restart;
            m_endOfBandRun = 0;
        }
        --untilRestart;
        walkUnit(bits, unit);
    }
}

void ScanChecker::walkUnit(BitReader &bits, std::size_t unit)
{
    if (m_parts.size() == 1) {
        const Component &component = *m_parts[0].component;
        const std::size_t row = unit / std::size_t(component.blocksWide);
        const std::size_t column = unit % std::size_t(component.blocksWide);
        walkBlock(bits, m_parts[0], row * std::size_t(component.storedWide) + column);
        return;
    }
    for (const ScanComponent &part : m_parts) {
        const Component &component = *part.component;
        const std::size_t top = unit / std::size_t(m_unitsWide) * std::size_t(component.vertical);
        const std::size_t left = unit % std::size_t(m_unitsWide) * std::size_t(component.horizontal);
        for (int y = 0; y < component.vertical; ++y)
            for (int x = 0; x < component.horizontal; ++x)
                walkBlock(bits, part,
                          (top + std::size_t(y)) * std::size_t(component.storedWide) + left + std::size_t(x));
    }
}

void ScanChecker::walkBlock(BitReader &bits, const ScanComponent &part, std::size_t block)
{
    if (!m_progressive) {
        walkDcFirst(bits, part);
        walkAcSequential(bits, part);
    } else if (m_spectralStart == 0) {
        if (m_successiveHigh == 0)
            walkDcFirst(bits, part);
        else
            bits.bits(1);
    } else if (m_successiveHigh == 0) {
        walkAcFirst(bits, part, part.component->nonZero[block]);
    } else {
        walkAcRefine(bits, part, part.component->nonZero[block]);
    }
}

void ScanChecker::walkDcFirst(BitReader &bits, const ScanComponent &part)
{
    const int size = bits.symbol(*part.dc);
    if (size > 16)
        damaged();
    bits.bits(size);
}

void ScanChecker::walkAcSequential(BitReader &bits, const ScanComponent &part)
{
    for (int k = 1; k < 64; ++k) {
        const int symbol = bits.symbol(*part.ac);
        const int run = symbol >> 4, size = symbol & 15;
        if (size == 0 && run != 15)
            return; // end of block
        k += run;
        bits.bits(size);
    }
}

// T.81 G.1.2.2
void ScanChecker::walkAcFirst(BitReader &bits, const ScanComponent &part, std::uint64_t &nonZero)
{
    if (m_endOfBandRun > 0) {
        --m_endOfBandRun;
        return;
    }
    for (int k = m_spectralStart; k <= m_spectralEnd; ++k) {
        const int symbol = bits.symbol(*part.ac);
        const int run = symbol >> 4, size = symbol & 15;
        if (size == 0 && run < 15) {
            m_endOfBandRun = (1U << run) - 1 + bits.bits(run);
            return;
        }
        k += run;
        if (size > 0 && k < 64)
            nonZero |= std::uint64_t(1) << k;
        bits.bits(size);
    }
}

// T.81 G.1.2.3: coefficients that are not zero already take a correction bit.
void ScanChecker::walkAcRefine(BitReader &bits, const ScanComponent &part, std::uint64_t &nonZero)
{
    int k = m_spectralStart;
    const auto isNonZero = [&nonZero](int index) { return (nonZero >> index & 1) != 0; };
    for (; m_endOfBandRun == 0 && k <= m_spectralEnd; ++k) {
        const int symbol = bits.symbol(*part.ac);
        int run = symbol >> 4;
        const int size = symbol & 15;
        if (size == 0 && run < 15) {
            m_endOfBandRun = (1U << run) + bits.bits(run);
            break;
        }
        bits.bits(size); // sign of the new coefficient
        for (; k <= m_spectralEnd; ++k) {
            if (isNonZero(k))
                bits.bits(1);
            else if (--run < 0)
                break;
        }
        if (size > 0 && k <= m_spectralEnd)
            nonZero |= std::uint64_t(1) << k;
    }
    if (m_endOfBandRun > 0) {
        for (; k <= m_spectralEnd; ++k)
            if (isNonZero(k))
                bits.bits(1);
        --m_endOfBandRun;
    }
}

void ScanChecker::finish() const
{
    for (const Component &component : m_components)
        if (!component.scanned)
            throw FormatProblem("is truncated: the JPEG lacks a colour channel");
    if (m_components.empty())
        throw FormatProblem("is damaged: the JPEG holds no picture");
}

} // namespace qmop::jpeg
