// SPDX-License-Identifier: GPL-3.0-or-later
//
// A file of stories: two of them, with four steps in all.
#pragma once

namespace qmop::fixture {

inline const char *const twoStories = R"({"stories": [
    {"title": "One", "steps": [
        {"picture": "market.png", "question": 2, "compressor": "none", "overlay": "importance",
         "say": "All {patches}: {answer}."},
        {"compressor": "qmop", "budget": "least", "say": "{tokens} of {patches}, {comparison}."},
        {"overlay": "relevance", "say": "The same run."}]},
    {"title": "Two", "steps": [
        {"picture": "beach.png", "budget": 60, "compressor": "prune", "say": "{question} {kept} kept."}]}]})";

} // namespace qmop::fixture
