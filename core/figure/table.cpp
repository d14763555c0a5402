// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/figure/table.h"

#include "core/figure/recipe_carriers.h"

#include <nlohmann/json.hpp>

#include <charconv>
#include <cmath>
#include <cstdio>

namespace qmop {

namespace {

template<typename Number> TableCell numberCell(Number value)
{
    char digits[64];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    TableCell cell(std::string(digits, end));
    cell.isNumber = true;
    return cell;
}

std::string csvCell(const TableCell &cell)
{
    std::string text = cell.text;
    if (!cell.isNumber && !text.empty() && std::string_view("=+-@\t\r").find(text[0]) != std::string_view::npos)
        text.insert(0, "'");
    if (text.find_first_of(",\"\n\r") == std::string::npos)
        return text;
    std::string quoted = "\"";
    for (char letter : text)
        quoted += letter == '"' ? "\"\"" : std::string(1, letter);
    return quoted + '"';
}

std::string latexCell(const std::string &text)
{
    std::string escaped;
    for (char letter : text)
        switch (letter) {
        case '\\':
            escaped += "\\textbackslash{}";
            break;
        case '~':
            escaped += "\\textasciitilde{}";
            break;
        case '^':
            escaped += "\\textasciicircum{}";
            break;
        case '<':
            escaped += "\\textless{}";
            break;
        case '>':
            escaped += "\\textgreater{}";
            break;
        case '&':
        case '%':
        case '$':
        case '#':
        case '_':
        case '{':
        case '}':
            escaped += '\\';
            escaped += letter;
            break;
        default:
            escaped += std::uint8_t(letter) < 0x20 ? ' ' : letter;
        }
    return escaped;
}

// Four digits: for reading, not for going on with.
std::string readable(const TableCell &cell)
{
    double value = 0;
    const char *end = cell.text.data() + cell.text.size();
    if (!cell.isNumber || std::from_chars(cell.text.data(), end, value).ptr != end || value == std::floor(value))
        return cell.text;
    char digits[32];
    std::snprintf(digits, sizeof digits, "%.4g", value);
    return digits;
}

// Whether a column holds numbers and nothing else beside empty cells.
bool isNumeric(const Table &table, std::size_t column)
{
    bool any = false;
    for (const auto &row : table.rows) {
        if (!row[column].isNumber && !row[column].text.empty())
            return false;
        any = any || row[column].isNumber;
    }
    return any;
}

}

TableCell TableCell::number(double value)
{
    return std::isfinite(value) ? numberCell(value) : TableCell();
}

TableCell TableCell::number(float value)
{
    return std::isfinite(value) ? numberCell(value) : TableCell();
}

TableCell TableCell::number(int value)
{
    return numberCell(value);
}

std::string csvText(const Table &table)
{
    std::string text;
    const auto line = [&](const auto &cells, auto cellText) {
        for (std::size_t i = 0; i < cells.size(); ++i)
            text += (i > 0 ? "," : "") + cellText(cells[i]);
        text += '\n';
    };
    line(table.columns, [](const std::string &name) { return csvCell(TableCell(name)); });
    for (const auto &row : table.rows)
        line(row, csvCell);
    return text;
}

std::string jsonText(const Table &table)
{
    using json = nlohmann::ordered_json;
    json rows = json::array();
    for (const auto &row : table.rows) {
        json object = json::object();
        for (std::size_t i = 0; i < row.size(); ++i)
            object[table.columns[i]] = row[i].isNumber ? json::parse(row[i].text, nullptr, false)
                : row[i].text.empty()                  ? json()
                                                       : json(row[i].text);
        rows.push_back(std::move(object));
    }
    return rows.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

std::string latexText(const Table &table)
{
    std::string text = "% " + latexCell(table.title) + "\n\\begin{tabular}{";
    for (std::size_t i = 0; i < table.columns.size(); ++i)
        text += isNumeric(table, i) ? 'r' : 'l';
    text += "}\n\\hline\n";
    for (std::size_t i = 0; i < table.columns.size(); ++i)
        text += (i > 0 ? " & " : "") + latexCell(table.columns[i]);
    text += " \\\\\n\\hline\n";
    for (const auto &row : table.rows) {
        for (std::size_t i = 0; i < row.size(); ++i)
            text += (i > 0 ? " & " : "") + latexCell(readable(row[i]));
        text += " \\\\\n";
    }
    return text + "\\hline\n\\end{tabular}\n";
}

std::string markdownLine(std::string_view text)
{
    std::string escaped;
    for (char letter : text)
        if (std::string_view("\\`*_{}[]<>|#!~").find(letter) != std::string_view::npos)
            escaped += std::string("\\") + letter;
        else
            escaped += std::uint8_t(letter) < 0x20 ? ' ' : letter;
    return escaped;
}

std::string markdownText(const Table &table)
{
    std::string text = "|", rule = "|";
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        text += " " + markdownLine(table.columns[i]) + " |";
        rule += isNumeric(table, i) ? "---:|" : "---|";
    }
    text += "\n" + rule + "\n";
    for (const auto &row : table.rows) {
        text += "|";
        for (const TableCell &cell : row)
            text += " " + (cell.isNumber ? readable(cell) : markdownLine(cell.text)) + " |";
        text += "\n";
    }
    return text;
}

std::string htmlText(const Table &table)
{
    std::string text = "<table>\n<caption>" + xmlText(table.title) + "</caption>\n<tr>";
    for (const std::string &name : table.columns)
        text += "<th>" + xmlText(name) + "</th>";
    text += "</tr>\n";
    for (const auto &row : table.rows) {
        text += "<tr>";
        for (const TableCell &cell : row)
            text += (cell.isNumber ? "<td class=\"number\">" : "<td>") + xmlText(readable(cell)) + "</td>";
        text += "</tr>\n";
    }
    return text + "</table>\n";
}

} // namespace qmop
