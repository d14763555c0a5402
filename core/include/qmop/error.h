// SPDX-License-Identifier: GPL-3.0-or-later
//
// The one exception type for everything that a user can cause: bad files, bad
// input, exhausted resources. Programming mistakes use assertions instead.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace qmop {

// Each code maps to one documented exit code of the command line program
// (see exitCode) and to one kind of message in the window.
enum class ErrorCode {
    InvalidArgument, // an option or a request that makes no sense
    ImageUnreadable, // missing, empty, truncated or unsupported picture
    ImageTooLarge, // over the pixel limit, found before decoding
    InvalidQuestion, // empty or not UTF-8
    InvalidModel, // missing, damaged or hostile checkpoint
    InvalidSuite, // damaged or unsupported benchmark suite
    InvalidRecipe, // damaged or unsupported training recipe
    OutOfMemory, // an allocation failed
    OutputFailed, // a file could not be written
    Cancelled, // the user stopped the work
    Internal, // anything else: a defect of ours
    InvalidSession, // damaged, foreign or newer session, replay pack, journal or figure
};

// Stable key of a code, for JSON and logs: "image-unreadable".
const char *errorKey(ErrorCode code);

// Exit code of the command line program, documented in its --help.
int exitCode(ErrorCode code);

// `what()` says what is wrong and names the file, `hint()` what to do about it.
// Each is one line, without a full stop at its end.
class Error : public std::runtime_error {
public:
    Error(ErrorCode code, const std::string &what, std::string hint = {})
        : std::runtime_error(what)
        , m_code(code)
        , m_hint(std::move(hint))
    {
    }

    ErrorCode code() const { return m_code; }
    const std::string &hint() const { return m_hint; }

private:
    ErrorCode m_code;
    std::string m_hint;
};

} // namespace qmop
