// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/vision_batch.h"

#include "core/train/random.h"
#include "qmop/error.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace qmop::train {
namespace {

constexpr std::int64_t ignored = -100; // of at::cross_entropy_loss

at::Tensor indices(const std::vector<std::int64_t> &values)
{
    at::Tensor tensor = at::empty({std::int64_t(values.size())}, at::kLong);
    std::copy(values.begin(), values.end(), tensor.data_ptr<std::int64_t>());
    return tensor;
}

std::array<float, 3> channelValues(const Recipe &recipe, const char *field)
{
    const nlohmann::json &values = recipe.preprocessor.value(field, nlohmann::json());
    if (!values.is_array() || values.size() != 3
        || !std::all_of(values.begin(), values.end(), [](const nlohmann::json &v) { return v.is_number(); }))
        throw Error(ErrorCode::InvalidRecipe,
                    recipe.file.string() + ": preprocessor." + field + " must be a list of three numbers");
    return {values[0].get<float>(), values[1].get<float>(), values[2].get<float>()};
}

std::string fill(const std::string &pattern, const std::string &name)
{
    std::string text = pattern;
    const std::size_t at = text.find("{}");
    return at == std::string::npos ? text : text.replace(at, 2, name);
}

// Offsets and centres of the parts' patches, colours of the small shapes.
struct PartLabels {
    std::vector<std::int64_t> patch, shapePatch, shapeColour;
    std::vector<float> centre, toCentre;

    // `first`: row of the picture's first patch.
    void add(const scenes::Scene &picture, std::int64_t first)
    {
        constexpr double unitsPerPatch = double(scenes::unitsPerSide) / scenes::labelColumns;
        std::vector<std::size_t> nearest(picture.objects.size(), 0); // place in `centre`
        std::vector<double> distance(picture.objects.size(), -1.0);
        for (std::size_t i = 0; i < scenes::labelCount; ++i) {
            if (picture.patchPart[i] == 0)
                continue;
            const std::size_t part = picture.patchPart[i] - 1u;
            const scenes::SceneObject &object = picture.objects[part];
            const double right = object.centreX() / unitsPerPatch - (double(i % scenes::labelColumns) + 0.5);
            const double down = object.centreY() / unitsPerPatch - (double(i / scenes::labelColumns) + 0.5);
            if (distance[part] < 0 || right * right + down * down < distance[part]) {
                distance[part] = right * right + down * down;
                nearest[part] = centre.size();
            }
            patch.push_back(first + std::int64_t(i));
            centre.push_back(0);
            toCentre.insert(toCentre.end(), {float(right), float(down)});
            if (object.colour >= 0) {
                shapePatch.push_back(first + std::int64_t(i));
                shapeColour.push_back(object.colour);
            }
        }
        for (std::size_t part = 0; part < nearest.size(); ++part)
            if (distance[part] >= 0)
                centre[nearest[part]] = 1;
    }
};

at::Tensor numbers(const std::vector<float> &values)
{
    at::Tensor tensor = at::empty({std::int64_t(values.size())}, at::kFloat);
    std::copy(values.begin(), values.end(), tensor.data_ptr<float>());
    return tensor;
}

} // namespace

DataSource::DataSource(const scenes::Generator &generatorToUse, const TrainingModel &modelToUse, const Recipe &recipe)
    : generator(&generatorToUse)
    , model(&modelToUse)
    , seed(recipe.seed)
    , mean(channelValues(recipe, "image_mean"))
    , deviation(channelValues(recipe, "image_std"))
{
    const bool drawn = !recipe.data
        || std::any_of(recipe.stages.begin(), recipe.stages.end(),
                       [](const StageRecipe &stage) { return stage.kind == StageKind::Vision; });
    if (drawn && model->config.vision.patchCount() != scenes::labelCount)
        throw Error(ErrorCode::InvalidRecipe,
                    recipe.file.string()
                        + ": model.vision_config must give a grid of 16 x 16 patches, as the scenes' labels");
}

std::vector<scenes::Scene> trainingScenes(const DataSource &source, StageKind stage, std::int64_t step, int count,
                                          int rounds, int reading, std::uint64_t seed, const Share &share)
{
    std::vector<scenes::Scene> pictures;
    pictures.reserve(std::size_t(count));
    // Variants count through seeds 2^24 apart, stages 2^36, recipes 2^40.
    const std::uint64_t first = (source.seed << 40) + (std::uint64_t(stage) << 36) + (seed << 24)
        + std::uint64_t(step) * std::uint64_t(count);
    for (int i = share.begin(count); i < share.end(count); ++i) {
        const std::uint64_t scene = scenes::seedAt(first + std::uint64_t(i), scenes::Split::Train);
        pictures.push_back(source.generator->make(scene, scenes::Split::Train, source.model->config.vision.imageSize,
                                                  {i >= count - reading, rounds}));
    }
    return pictures;
}

std::vector<scenes::Scene> heldOutScenes(const DataSource &source, std::int64_t first, int count)
{
    std::vector<scenes::Scene> pictures;
    pictures.reserve(std::size_t(count));
    for (int i = 0; i < count; ++i) {
        const std::uint64_t seed = scenes::seedAt(std::uint64_t(first + i), scenes::Split::HeldOut);
        pictures.push_back(source.generator->make(seed, scenes::Split::HeldOut, source.model->config.vision.imageSize));
    }
    return pictures;
}

at::Tensor toPixels(const DataSource &source, const std::vector<scenes::Scene> &pictures)
{
    std::vector<const ImageU8 *> images;
    for (const scenes::Scene &picture : pictures)
        images.push_back(&picture.image);
    return toPixels(source, images);
}

at::Tensor toPixels(const DataSource &source, const std::vector<const ImageU8 *> &pictures)
{
    const std::int64_t side = source.model->config.vision.imageSize;
    const std::int64_t count = side * side;
    at::Tensor pixels = at::empty({std::int64_t(pictures.size()), 3, side, side}, at::kFloat);
    float *out = pixels.data_ptr<float>();
    // Plain loops: this runs beside the training step, whose threads are taken.
    for (const ImageU8 *picture : pictures) {
        for (std::size_t channel = 0; channel < 3; ++channel) {
            const float scale = 1.0f / (255.0f * source.deviation[channel]);
            const float offset = -source.mean[channel] / source.deviation[channel];
            const std::uint8_t *in = picture->rgb.data() + channel;
            for (std::int64_t i = 0; i < count; ++i)
                *out++ = float(in[3 * i]) * scale + offset;
        }
    }
    return pixels;
}

TextRows toTextRows(const TrainingModel &model, const std::vector<std::string> &texts)
{
    const TextTowerConfig &config = model.config.text;
    std::vector<std::vector<int>> rows;
    std::size_t length = 1;
    for (const std::string &text : texts) {
        std::vector<int> ids = model.tokenizer->encode(text);
        ids.resize(std::min(ids.size(), std::size_t(config.maxPositions - 2)));
        ids.insert(ids.begin(), config.bosToken);
        ids.push_back(config.eosToken);
        length = std::max(length, ids.size());
        rows.push_back(std::move(ids));
    }
    TextRows out{at::empty({std::int64_t(rows.size()), std::int64_t(length)}, at::kLong),
                 at::empty({std::int64_t(rows.size())}, at::kLong)};
    std::int64_t *ids = out.ids.data_ptr<std::int64_t>();
    for (std::size_t row = 0; row < rows.size(); ++row, ids += length) {
        std::fill(ids, ids + length, std::int64_t(0));
        std::copy(rows[row].begin(), rows[row].end(), ids);
        out.eosIndex.data_ptr<std::int64_t>()[row] = std::int64_t(rows[row].size()) - 1;
    }
    return out;
}

VisionBatch makeVisionBatch(const DataSource &source, const std::vector<scenes::Scene> &pictures,
                            const std::vector<std::string> &templates, std::uint64_t randomSeed, int first)
{
    StepRandom random(randomSeed, 0x766973, 0);
    StepRandom own = random; // the picture's, in a group
    const auto &classes = scenes::classNames();
    const auto sign = std::int64_t(std::find(classes.begin(), classes.end(), "sign") - classes.begin());
    const auto &places = scenes::placeNames();
    const auto room = int(std::find(places.begin(), places.end(), "room") - places.begin());

    std::vector<std::int64_t> patch, characterPatch, character, place, style, night, weather;
    PartLabels parts;
    for (const scenes::Scene &picture : pictures) {
        if (source.share.group)
            own = StepRandom(randomSeed, 0x766973, std::uint64_t(1 + first++));
        StepRandom &drawn = source.share.group ? own : random;
        parts.add(picture, std::int64_t(patch.size()));
        for (std::size_t i = 0; i < scenes::labelCount; ++i) {
            const bool blank = picture.patchCharacter[i] == 0;
            // Drawn for every patch, so that the labels do not shift the stream.
            const bool chosen = drawn.unit() < 0.3;
            if (!blank || (picture.patchClass[i] == sign && chosen)) {
                characterPatch.push_back(std::int64_t(patch.size()));
                character.push_back(picture.patchCharacter[i]);
            }
            patch.push_back(picture.patchClass[i]);
        }
        place.push_back(picture.place);
        style.push_back(picture.style);
        night.push_back(picture.night ? 1 : 0);
        weather.push_back(picture.place == room ? ignored : picture.weather);
    }

    std::vector<std::string> texts;
    for (const std::string &name : classes)
        texts.push_back(templates.empty() ? name
                                          : fill(templates[std::size_t(random.below(int(templates.size())))], name));

    VisionBatch batch;
    batch.pixels = toPixels(source, pictures);
    batch.patchClass = indices(patch).view({std::int64_t(pictures.size()), scenes::labelCount});
    batch.characterPatch = indices(characterPatch);
    batch.character = indices(character);
    batch.partPatch = indices(parts.patch);
    batch.centre = numbers(parts.centre);
    batch.toCentre = numbers(parts.toCentre).view({-1, 2});
    batch.shapePatch = indices(parts.shapePatch);
    batch.shapeColour = indices(parts.shapeColour);
    batch.place = indices(place);
    batch.style = indices(style);
    batch.night = indices(night);
    batch.weather = indices(weather);
    batch.classTexts = toTextRows(*source.model, texts);
    return batch;
}

} // namespace qmop::train
