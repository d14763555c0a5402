// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/vtcbench/sample_json.h"

#include <nlohmann/json.hpp>

namespace qmop {

nlohmann::ordered_json sampleJson(const SuiteSample &sample)
{
    nlohmann::ordered_json object{{"id", sample.id},
                                  {"image", sample.image},
                                  {"question", sample.question},
                                  {"answers", sample.answers},
                                  {"dimension", std::string(dimensionKey(sample.dimension))}};
    if (!sample.questionType.empty())
        object["question_type"] = sample.questionType;
    return object;
}

} // namespace qmop
