// SPDX-License-Identifier: GPL-3.0-or-later
//
// journal_writer JOURNAL SESSION: writes runs until it is killed, and one line
// per run on standard output once it is written: its uid and its answer. The runs
// are a sweep, which is written before its line.
#include "core/store/run_journal.h"
#include "tests/widgets/trace_fixture.h"

#include <cstdlib>
#include <string>

#include <unistd.h>

int main(int argc, char **argv)
try {
    if (argc != 3)
        return EXIT_FAILURE;
    qmop::RunJournal journal(argv[1]);
    journal.openWindow(argv[2]);
    qmop::PictureRecord picture{
        std::string(64, 'b'), "sample.png", "/pictures/sample.png", {}, {2, 1, {1, 2, 3, 4, 5, 6}}};
    qmop::StoredSweep sweep;
    sweep.uid = sweep.session = argv[2];
    sweep.overQuestions = true;
    sweep.patches = 64;
    for (int number = 0;; ++number) {
        // 8 x 8 patches: small, so that much is written in little time.
        const auto trace = qmop::fixture::makeTrace(
            {.width = 64, .height = 64, .modelSize = 64, .answer = "answer " + std::to_string(number)});
        journal.runBegins(trace->request.question, trace->imageName);
        const qmop::RunHeadline headline = journal.append(*trace, picture, argv[2]);
        sweep.runs.push_back(headline.uid);
        sweep.questions.push_back(qmop::questionCell(*trace));
        journal.keepSweep(sweep);
        const std::string line = headline.uid + " " + headline.answer + "\n";
        if (::write(STDOUT_FILENO, line.data(), line.size()) != ssize_t(line.size()))
            return EXIT_FAILURE;
    }
} catch (const std::exception &error) {
    const std::string line = std::string(error.what()) + "\n";
    return ::write(STDERR_FILENO, line.data(), line.size()) < 0 ? 3 : 2;
}
