// SPDX-License-Identifier: GPL-3.0-or-later
//
// Text of a model or a person for a label that wraps: such a label is never
// narrower than its longest word, and a word may be as long as an answer.
#pragma once

#include <QString>

namespace qmop {

// With a place to break (a zero-width space) after every few letters of words that are longer than labels like.
QString breakable(const QString &text);
// The text again, as it is copied and compared.
QString withoutBreaks(QString text);

} // namespace qmop
