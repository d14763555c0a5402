// SPDX-License-Identifier: GPL-3.0-or-later
//
// The filtered rows as files, with tags and notes.
#pragma once

#include "widgets/review/review_rows.h"

#include <QString>

namespace qmop {

enum class ReviewFormat { Csv, Json, Markdown };

// By the ending of a file's name; CSV where it has none of them.
ReviewFormat reviewFormat(const QString &fileName);

// CSV: RFC 4180, a header line with the keys of the JSON. JSON: an object with what
// was measured and the rows. Markdown: a heading and a table. Values that a row does
// not have are empty, or null.
QString reviewText(const ReviewData &data, const std::vector<ReviewRow> &rows, ReviewFormat format);

} // namespace qmop
