// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/failure.h"

#include <new>

namespace qmop {

namespace {

const char *const memoryHint = "close other programs, or use a smaller model or picture";

// LibTorch appends a backtrace in further lines.
std::string firstLine(const std::string &text)
{
    return text.substr(0, text.find('\n'));
}

// LibTorch and OpenCV report failed allocations with exceptions of their own,
// known here by their texts so that this file needs neither.
bool saysOutOfMemory(const std::string &text)
{
    for (const char *sign : {"can't allocate memory", "not enough memory", "Insufficient memory", "Failed to allocate"})
        if (text.find(sign) != std::string::npos)
            return true;
    return false;
}

}

Failure describeFailure(const std::exception_ptr &exception)
{
    try {
        std::rethrow_exception(exception);
    } catch (const Error &error) {
        return {error.code(), error.what(), error.hint()};
    } catch (const std::bad_alloc &) {
        return {ErrorCode::OutOfMemory, "not enough memory", memoryHint};
    } catch (const std::exception &error) {
        const std::string what = firstLine(error.what());
        if (saysOutOfMemory(what))
            return {ErrorCode::OutOfMemory, "not enough memory: " + what, memoryHint};
        return {ErrorCode::Internal, "internal error: " + what, "please report this with the steps that led to it"};
    } catch (...) {
        return {ErrorCode::Internal, "internal error of an unknown kind",
                "please report this with the steps that led to it"};
    }
}

} // namespace qmop
