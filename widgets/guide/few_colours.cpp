// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/guide/few_colours.h"

#include <QList>

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>
#include <vector>

namespace qmop {

namespace {

struct Colours {
    std::vector<std::pair<QRgb, int>> counted; // each colour once
    long weight = 0;
    int channel = 0; // the widest
    int spread = 0;
};

int channelOf(QRgb colour, int channel)
{
    return int(colour >> (8 * channel)) & 255;
}

void measure(Colours &box)
{
    box.spread = -1;
    for (int channel = 0; channel < 3; ++channel) {
        const auto [least, most] = std::ranges::minmax_element(
            box.counted, {}, [&](const auto &entry) { return channelOf(entry.first, channel); });
        const int spread = channelOf(most->first, channel) - channelOf(least->first, channel);
        if (spread > box.spread)
            box.channel = channel, box.spread = spread;
    }
    box.weight = 0;
    for (const auto &entry : box.counted)
        box.weight += entry.second;
}

// Where half of the pixels lie on either side, but never an empty side.
Colours halve(Colours &box)
{
    std::ranges::sort(box.counted, {},
                      [&](const auto &entry) { return std::pair(channelOf(entry.first, box.channel), entry.first); });
    long seen = 0;
    std::size_t cut = 0;
    while (cut + 1 < box.counted.size() && (cut == 0 || seen + box.counted[cut].second <= box.weight / 2))
        seen += box.counted[cut++].second;
    Colours upper;
    upper.counted.assign(box.counted.begin() + long(cut), box.counted.end());
    box.counted.resize(cut);
    measure(box);
    measure(upper);
    return upper;
}

QRgb average(const Colours &box)
{
    std::array<double, 3> sum{};
    for (const auto &[colour, count] : box.counted)
        for (int channel = 0; channel < 3; ++channel)
            sum[std::size_t(channel)] += double(count) * channelOf(colour, channel);
    const auto mean = [&](int channel) { return int(std::lround(sum[std::size_t(channel)] / double(box.weight))); };
    return qRgb(mean(2), mean(1), mean(0));
}

}

QImage withPalette(const QImage &image)
{
    const QImage source = image.convertToFormat(QImage::Format_RGB32);
    std::unordered_map<QRgb, int> counts;
    for (int y = 0; y < source.height(); ++y) {
        const QRgb *row = reinterpret_cast<const QRgb *>(source.constScanLine(y));
        for (int x = 0; x < source.width(); ++x)
            ++counts[row[x]];
    }
    std::vector<Colours> boxes(1);
    boxes[0].counted.assign(counts.begin(), counts.end());
    if (boxes[0].counted.empty())
        return image;
    measure(boxes[0]);
    while (boxes.size() < 256) {
        // A wide box of few pixels shows as little as a narrow one of many.
        const auto next = std::ranges::max_element(
            boxes, {}, [](const Colours &box) { return double(box.spread) * std::sqrt(double(box.weight)); });
        if (next->spread == 0)
            break;
        boxes.push_back(halve(*next));
    }
    QImage result(source.size(), QImage::Format_Indexed8);
    QList<QRgb> table;
    for (std::size_t i = 0; i < boxes.size(); ++i) {
        table << average(boxes[i]);
        for (const auto &entry : boxes[i].counted)
            counts[entry.first] = int(i);
    }
    result.setColorTable(table);
    for (int y = 0; y < source.height(); ++y) {
        const QRgb *row = reinterpret_cast<const QRgb *>(source.constScanLine(y));
        for (int x = 0; x < source.width(); ++x)
            result.scanLine(y)[x] = uchar(counts[row[x]]);
    }
    return result;
}

} // namespace qmop
