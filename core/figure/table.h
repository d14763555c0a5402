// SPDX-License-Identifier: GPL-3.0-or-later
//
// A table that leaves the program, with the names that it has on screen.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace qmop {

struct TableCell {
    std::string text; // UTF-8
    bool isNumber = false; // the text is a JSON number

    TableCell() = default;
    TableCell(std::string words) // NOLINT: a cell stands for its text
        : text(std::move(words))
    {
    }
    TableCell(const char *words)
        : text(words)
    {
    }
    // As few digits as give the number back; empty for what is not a number.
    static TableCell number(double value);
    static TableCell number(float value);
    static TableCell number(int value);
};

struct Table {
    std::string title;
    std::vector<std::string> columns;
    std::vector<std::vector<TableCell>> rows; // each as long as columns
};

// RFC 4180 with \n. A text that a spreadsheet would take for a formula gets an
// apostrophe before it.
std::string csvText(const Table &table);
// An array of objects by column, numbers as numbers, empty cells as null.
std::string jsonText(const Table &table);
// Numbers with four digits:
// a tabular that needs no package; numbers to the right.
std::string latexText(const Table &table);
std::string markdownText(const Table &table);
std::string htmlText(const Table &table);

// One line of Markdown in which nothing is taken for markup.
std::string markdownLine(std::string_view text);

} // namespace qmop
