// SPDX-License-Identifier: GPL-3.0-or-later
//
// Cuts a stream of JSON into its top-level objects without holding it in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <istream>
#include <string>
#include <vector>

namespace qmop {

// What is wrong with the stream, and where: the caller names the file.
struct ScanProblem {
    std::string what; // "is not an object"
    std::uint64_t offset = 0; // byte
    std::size_t record = 0; // from 1
};

class RecordScanner {
public:
    // The stream is a JSON list of objects, or objects one after the other; a byte-order mark is skipped.
    explicit RecordScanner(std::istream &stream);

    // Puts the next object's text and first byte there; false at the end. Text beyond `maxBytes` is
    // skipped over and left out of `text`, which is then longer than maxBytes by one. Throws ScanProblem.
    bool next(std::string &text, std::uint64_t &offset, std::size_t maxBytes);

    std::size_t records() const { return m_records; } // found so far

private:
    int peek();
    int take();
    int skipSpace(); // the first byte that is none, not taken
    [[noreturn]] void fail(const std::string &what) const;
    void copyObject(std::string &text, std::size_t maxBytes);
    void finish();

    std::istream &m_stream;
    std::vector<char> m_buffer;
    std::size_t m_at = 0, m_end = 0;
    std::uint64_t m_offset = 0; // of the next byte
    std::size_t m_records = 0;
    bool m_list = false;
};

} // namespace qmop
