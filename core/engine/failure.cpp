// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/failure.h"

#include "qmop/memory.h"

#include <charconv>
#include <cstdio>
#include <new>

namespace qmop {

namespace {

const char *const memoryHint = "ask for fewer visual tokens, close other programs, or use a smaller model or picture";

// LibTorch appends a backtrace in further lines.
std::string firstLine(const std::string &text)
{
    return text.substr(0, text.find('\n'));
}

// LibTorch and OpenCV report failed allocations with exceptions of their own,
// known here by their texts so that this file needs neither.
bool saysOutOfMemory(const std::string &text)
{
    for (const char *sign :
         {"can't allocate memory", "not enough memory", "Insufficient memory", "Failed to allocate", "out of memory"})
        if (text.find(sign) != std::string::npos)
            return true;
    return false;
}

std::string gibibytes(double bytes)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.2f GiB", bytes / (1 << 30));
    return text;
}

// LibTorch's own words end in "you tried to allocate 123 bytes".
std::string needed(const std::string &text)
{
    const std::string before = "tried to allocate ";
    const std::size_t at = text.find(before);
    std::uint64_t bytes = 0;
    if (at == std::string::npos)
        return {};
    const char *number = text.data() + at + before.size();
    const auto [end, error] = std::from_chars(number, text.data() + text.size(), bytes);
    if (error != std::errc()
        || std::string_view(end, std::size_t(text.data() + text.size() - end)).substr(0, 6) != " bytes")
        return {}; // a device's words, with units of their own
    return gibibytes(double(bytes));
}

Failure outOfMemory(const std::string &text)
{
    std::string what = "not enough memory";
    if (const std::string bytes = needed(text); !bytes.empty())
        what += ": " + bytes + " more in one piece";
    else if (!text.empty())
        what += ": " + text;
    if (const std::uint64_t available = systemMemory().available; available > 0)
        what += " (the system has " + gibibytes(double(available)) + " free)";
    return {ErrorCode::OutOfMemory, what, memoryHint};
}

}

Failure describeFailure(const std::exception_ptr &exception)
{
    try {
        std::rethrow_exception(exception);
    } catch (const Error &error) {
        return {error.code(), error.what(), error.hint()};
    } catch (const std::bad_alloc &) {
        return outOfMemory({});
    } catch (const std::exception &error) {
        const std::string what = firstLine(error.what());
        if (saysOutOfMemory(what))
            return outOfMemory(what);
        return {ErrorCode::Internal, "internal error: " + what, "please report this with the steps that led to it"};
    } catch (...) {
        return {ErrorCode::Internal, "internal error of an unknown kind",
                "please report this with the steps that led to it"};
    }
}

} // namespace qmop
