// SPDX-License-Identifier: GPL-3.0-or-later
//
// How a recipe travels inside a figure. In each format it is the same element,
//
//   <qmop:recipe xmlns:qmop="urn:qmop:figure:1" size="N" encoding="zlib+base64">…</qmop:recipe>
//
// with the recipe's JSON deflated: in a PNG as the text of an iTXt chunk
// "qmop-recipe" (PNG, section 11.3.3.4), in an SVG below <metadata>, in a PDF in
// the document's XMP metadata (ISO 16684-1). Readers look for it without
// decoding the figure itself, so that a figure cut off behind it still opens.
#pragma once

#include "core/store/float_block.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace qmop {

// Limits of what is read. A recipe may hold the encoded picture, which is why
// pictures above maxEmbeddedPicture are not put into one.
inline constexpr std::size_t maxFigureFile = std::size_t(512) << 20;
inline constexpr std::size_t maxRecipe = std::size_t(64) << 20;
inline constexpr std::size_t maxEmbeddedPicture = std::size_t(32) << 20;

// The element around a recipe's JSON.
std::string recipeElement(std::string_view recipe);
// UTF-8 as XML has it: &, <, > and quotes escaped, control characters left out.
std::string xmlText(std::string_view text);

// A PNG with the element, the caption as its "Description", and the program's
// name as its "Software". `png` must be a whole PNG.
Bytes pngWithRecipe(std::span<const std::uint8_t> png, std::string_view element, std::string_view caption);
// An SVG with the element below <metadata>, behind its first tag.
std::string svgWithRecipe(std::string_view svg, std::string_view element);
// An XMP packet with the element and the caption as dc:description.
std::string xmpPacket(std::string_view element, std::string_view title, std::string_view caption);

// The JSON of the recipe in a PNG, SVG or PDF, or of a file that is the recipe
// itself; nothing where there is none. Throws Error{InvalidSession} beginning
// with `name` where there is one that is damaged or too large.
std::optional<std::string> recipeIn(std::span<const std::uint8_t> file, const std::string &name);
// The same of a file on disk. Throws Error{InvalidSession} for what cannot be read,
// Error{InvalidArgument} for a folder.
std::optional<std::string> recipeInFile(const std::filesystem::path &file);

} // namespace qmop
