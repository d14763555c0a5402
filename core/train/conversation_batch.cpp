// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/conversation_batch.h"

#include "core/train/random.h"
#include "core/train/sequences.h"

#include <algorithm>

namespace qmop::train {
namespace {

// A turn as token ids.
struct TurnIds {
    std::vector<int> asked, answer;
    std::string question;
    bool alone = true; // else read behind the turn before it

    std::size_t length() const { return asked.size() + answer.size() + 1; } // with the end token
};

// The turns of a lesson that are learnt: `wanted` in a row, as far as they fit into `room` ids. Half of the later
// ones are read behind the turns before them. All turns (0, for examinations) are asked by themselves, as the program
// asks: a model that met them behind others alone cannot answer them so.
std::vector<TurnIds> chooseTurns(const TrainingModel &model, const Lesson &lesson, int wanted, std::size_t room,
                                 StepRandom &random)
{
    const std::vector<ConversationTurn> &turns = lesson.conversation.turns;
    const int available = int(turns.size());
    const int count = wanted == 0 ? available : std::min(wanted, available);
    const int first = count < available ? random.below(available - count + 1) : 0;
    std::vector<TurnIds> chosen;
    std::size_t used = 0;
    for (int i = first; i < first + count; ++i) {
        const ConversationTurn &turn = turns[std::size_t(i)];
        TurnIds ids{askedIds(model, turn.question), model.tokenizer->encode(turn.answer), turn.question};
        if (chosen.empty() && ids.length() > room) {
            // The question's beginning and the answer's: each may take half.
            ids.asked.resize(
                std::min(ids.asked.size(), std::max(room / 2, room - std::min(room, ids.answer.size() + 1))));
            ids.answer.resize(std::min(ids.answer.size(), room - ids.asked.size() - 1));
        }
        if (used + ids.length() > room)
            break;
        used += ids.length();
        ids.alone = chosen.empty() || wanted == 0 || random.unit() < 0.5;
        chosen.push_back(std::move(ids));
    }
    return chosen;
}

// The end of the turn before: read, where the next one is read behind it.
void appendEnd(Sequence &sequence, const TrainingModel &model, std::int64_t group)
{
    const SequenceRow &last = sequence.rows.back();
    sequence.rows.push_back({model.config.decoder.eosToken, last.offset + 1, group});
}

// Turns before a question in its own sequence, as text that is read and not learnt.
void appendContext(Sequence &sequence, const TrainingModel &model, const TurnIds &turn)
{
    for (const auto *ids : {&turn.asked, &turn.answer})
        for (const int id : *ids)
            sequence.rows.push_back({id, std::int64_t(sequence.rows.size()), 0});
    appendEnd(sequence, model, 0);
}

} // namespace

LanguageBatch makeConversationBatch(const DataSource &source, const std::vector<Lesson> &lessons, int turns,
                                    Packing packing, std::uint64_t randomSeed, int firstPlace)
{
    const TrainingModel &model = *source.model;
    // Behind the begin token, the prompt's beginning and the visual tokens, of which stage 1 has up to three times M.
    const std::size_t before = askedIds(model, "").size() + std::size_t(3 * model.config.vision.patchCount());
    const std::size_t positions = std::size_t(std::max(0, model.config.decoder.maxPositions));
    const std::size_t room = std::max<std::size_t>(8, positions - std::min(positions, before));

    LanguageBatch batch;
    std::vector<Sequence> sequences;
    std::vector<std::int64_t> picture;
    std::vector<std::string> texts;
    std::vector<float> noise;
    std::vector<const ImageU8 *> images;
    for (std::size_t p = 0; p < lessons.size(); ++p) {
        StepRandom random(randomSeed, 0x717561, std::uint64_t(1 + firstPlace) + p);
        images.push_back(&lessons[p].image);
        const std::vector<TurnIds> chosen = chooseTurns(model, lessons[p], turns, room, random);
        std::size_t start = 0; // the first turn that this one is read behind, or itself
        std::int64_t group = -1;
        for (std::size_t i = 0; i < chosen.size(); ++i) {
            start = chosen[i].alone ? i : start;
            if (i == 0 || packing == Packing::PerQuestion) {
                sequences.emplace_back();
                picture.push_back(std::int64_t(p));
                for (std::size_t k = start; k < i; ++k)
                    appendContext(sequences.back(), model, chosen[k]);
                group = 0;
            } else if (chosen[i].alone) {
                ++group;
            } else {
                appendEnd(sequences.back(), model, group);
            }
            Sequence &sequence = sequences.back();
            const bool first = sequence.rows.empty() || sequence.rows.back().group != group;
            appendText(sequence, model, chosen[i].asked, chosen[i].answer, first ? 0 : sequence.rows.back().offset + 1,
                       group, std::int64_t(batch.dimensions.size()));
            batch.dimensions.push_back(lessons[p].conversation.dimension);
            texts.push_back(chosen[i].question);
            batch.types.push_back(lessons[p].conversation.questionType);
            drawGumbel(noise, random);
        }
    }
    batch.pixels = toPixels(source, images);
    batch.picture = indexTensor(picture);
    fillSequences(batch, sequences);
    if (packing == Packing::PerQuestion)
        fillRouterInputs(batch, model, texts, noise);
    return batch;
}

} // namespace qmop::train
