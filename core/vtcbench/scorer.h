// SPDX-License-Identifier: GPL-3.0-or-later
//
// Compares an answer with the references of a sample.
#pragma once

#include "qmop/suite.h"

#include <span>
#include <string>
#include <string_view>

namespace qmop {

// VQA-style normal form (Antol et al., ICCV 2015, evaluation code): lower case,
// trimmed, single spaces, punctuation dropped (kept inside numbers: "3.5"; a
// space where it joined two words: "t-shirt"), number words zero ... twenty as
// digits ("none" is 0), articles dropped unless nothing else is left: signs may
// show the letter "a". Only ASCII letters are lowered.
std::string normaliseAnswer(std::string_view answer);

// 1 where the normal forms of the answer and of any reference are equal, else 0.
double exactScore(std::string_view answer, std::span<const std::string> references);

// TextVQA's soft accuracy (Singh et al., CVPR 2019) in the form that VTCBench
// states: min(matches / 3, 1) over ten reference answers. Samples with another
// number of references have one agreed answer and are scored by exactScore().
double softScore(std::string_view answer, std::span<const std::string> references);

// By the suite's scorer: "exact" or "soft".
double scoreSample(std::string_view scorer, std::string_view answer, const SuiteSample &sample);

} // namespace qmop
