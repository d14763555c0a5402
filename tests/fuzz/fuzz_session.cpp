// SPDX-License-Identifier: GPL-3.0-or-later
//
// Session files and replay packs of anybody: whatever is in them, reading ends
// with runs or with an error. (The journal's own file has the same reader.)
#include "core/store/session_file.h"
#include "qmop/error.h"

#include <cstdlib>

namespace {

template<typename Work> void attempt(Work work)
{
    try {
        work();
    } catch (const qmop::Error &) {
    }
}

}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    attempt([&] {
        const qmop::SessionReader reader({data, size}, "fuzz");
        for (const qmop::RunHeadline &run : reader.headlines()) {
            if (run.uid.size() != 32)
                std::abort();
            attempt([&] { reader.trace(run.uid); });
            attempt([&] {
                const auto picture = reader.picture(run.pictureSha256);
                if (picture && !picture->path.empty()) // of no file: paths lead nowhere
                    std::abort();
            });
        }
        for (const qmop::PictureRecord &picture : reader.pictures())
            if (picture.thumbnail.rgb.size() != picture.thumbnail.pixelCount() * 3)
                std::abort();
    });
    return 0;
}
