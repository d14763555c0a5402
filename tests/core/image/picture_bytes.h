// SPDX-License-Identifier: GPL-3.0-or-later
//
// Picture files made in memory, and surgery on their bytes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <opencv2/core.hpp>

namespace qmop {

using Bytes = std::vector<std::uint8_t>;

// BGR: red, green / blue, white.
cv::Mat quadrants(int width, int height);
Bytes encode(const cv::Mat &picture, const std::string &extension, const std::vector<int> &options = {});
Bytes encodeQuadrants(int width, int height, const std::string &extension, const std::vector<int> &options = {});

std::size_t findBytes(const Bytes &bytes, const std::string &wanted, std::size_t from = 0);
// A chunk with its CRC after IHDR.
void insertPngChunk(Bytes &png, const std::string &type, const Bytes &data);
// Writes an EXIF orientation into a file made by encode().
void setOrientation(Bytes &bytes, const std::string &extension, int value);
// An animation of one frame, `still` (a simple WebP), at (left, top) of a canvas.
Bytes animatedWebP(const Bytes &still, int width, int height, int left, int top);
void writeFile(const std::filesystem::path &path, const Bytes &bytes);

} // namespace qmop
