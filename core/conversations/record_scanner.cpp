// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/conversations/record_scanner.h"

#include <cstdio>

namespace qmop {

namespace {
constexpr std::size_t bufferBytes = 1 << 20;
constexpr const char *byteOrderMark = "\xEF\xBB\xBF";
}

RecordScanner::RecordScanner(std::istream &stream)
    : m_stream(stream)
    , m_buffer(bufferBytes)
{
    for (const char *mark = byteOrderMark; *mark && peek() == std::uint8_t(*mark); ++mark)
        take();
    if (skipSpace() == '[') {
        m_list = true;
        take();
    }
}

int RecordScanner::peek()
{
    if (m_at == m_end) {
        m_stream.read(m_buffer.data(), std::streamsize(m_buffer.size()));
        m_at = 0;
        m_end = std::size_t(m_stream.gcount());
        if (m_end == 0)
            return EOF;
    }
    return std::uint8_t(m_buffer[m_at]);
}

int RecordScanner::take()
{
    const int byte = peek();
    if (byte != EOF) {
        ++m_at;
        ++m_offset;
    }
    return byte;
}

int RecordScanner::skipSpace()
{
    int byte = peek();
    for (; byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t'; byte = peek())
        take();
    return byte;
}

void RecordScanner::fail(const std::string &what) const
{
    throw ScanProblem{what, m_offset, m_records + 1};
}

// After the list's end only white space may come.
void RecordScanner::finish()
{
    take();
    if (skipSpace() != EOF)
        fail("stands behind the list's end");
}

bool RecordScanner::next(std::string &text, std::uint64_t &offset, std::size_t maxBytes)
{
    int byte = skipSpace();
    if (!m_list && byte == EOF)
        return false;
    if (m_list) {
        if (byte == ']') {
            finish();
            m_list = false;
            return false;
        }
        if (m_records > 0) {
            if (byte == EOF)
                fail("is missing: the file ends within the list");
            if (byte != ',')
                fail("does not follow a comma");
            take();
            byte = skipSpace();
        }
    }
    if (byte == EOF)
        fail("is missing: the file ends within the list");
    if (byte != '{')
        fail("is not an object");
    offset = m_offset;
    copyObject(text, maxBytes);
    ++m_records;
    return true;
}

void RecordScanner::copyObject(std::string &text, std::size_t maxBytes)
{
    text.clear();
    int depth = 0;
    bool quoted = false, escaped = false;
    do {
        const int byte = take();
        if (byte == EOF)
            fail("ends with the file, before its closing brace");
        if (text.size() <= maxBytes)
            text += char(byte);
        if (quoted) {
            quoted = escaped || byte != '"';
            escaped = !escaped && byte == '\\';
        } else if (byte == '"') {
            quoted = true;
        } else if (byte == '{' || byte == '[') {
            ++depth;
        } else if (byte == '}' || byte == ']') {
            --depth;
        }
    } while (depth > 0);
}

} // namespace qmop
