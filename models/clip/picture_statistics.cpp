// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/clip/picture_statistics.h"

#include "models/checkpoint/tensor_reader.h"
#include "models/checkpoint/tensor_writer.h"
#include "qmop/atomic_file.h"
#include "qmop/error.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <cmath>

namespace qmop {
namespace {

constexpr double shareBelowLimit = 0.99;
constexpr double leastVariance = 1e-4; // of standardised features
constexpr std::int64_t leastHeldOut = 100;

at::Tensor textTensor(const std::string &text)
{
    at::Tensor tensor = at::empty({std::int64_t(text.size())}, at::kByte);
    std::copy(text.begin(), text.end(), tensor.data_ptr<std::uint8_t>());
    return tensor;
}

std::string textOf(const at::Tensor &tensor)
{
    const at::Tensor bytes = tensor.contiguous();
    const std::uint8_t *data = bytes.data_ptr<std::uint8_t>();
    return {data, data + bytes.numel()};
}

// Before the limit: of training pictures about 1. The product, which costs most, in float32.
at::Tensor rawDistance(const PictureStatistics &statistics, const at::Tensor &features)
{
    const at::Tensor apart = features.to(at::kDouble) - statistics.mean.to(at::kDouble);
    return at::matmul(apart.to(at::kFloat), statistics.whitening).to(at::kDouble).square().mean(-1).sqrt();
}

} // namespace

at::Tensor pictureFeatures(const VisionOutput &vision, const at::Tensor &padding)
{
    const c10::NoGradGuard noGradient;
    std::vector<at::Tensor> means;
    for (const at::Tensor &input : vision.lastInputs) {
        const at::Tensor rows = input.narrow(1, 1, input.size(1) - 1).to(at::kFloat);
        if (!padding.defined()) {
            means.push_back(rows.mean(1));
            continue;
        }
        const at::Tensor counts = padding.logical_not().to(at::kFloat).unsqueeze(-1);
        means.push_back((rows * counts).sum(1) / counts.sum(1).clamp_min(1));
    }
    return at::cat(means, 1);
}

at::Tensor pictureDistance(const PictureStatistics &statistics, const at::Tensor &features)
{
    return rawDistance(statistics, features) / statistics.limit;
}

PictureStatistics fitPictureStatistics(const at::Tensor &training, const at::Tensor &heldOut)
{
    const std::int64_t count = training.size(0);
    const std::int64_t width = training.size(1);
    if (count <= width || heldOut.size(0) < leastHeldOut)
        throw Error(ErrorCode::InvalidArgument,
                    std::to_string(count) + " pictures, " + std::to_string(heldOut.size(0))
                        + " held out, are too few to say what is unlike them",
                    "more than " + std::to_string(width) + " are needed, and " + std::to_string(leastHeldOut)
                        + " held out");
    const at::Tensor rows = training.to(at::kDouble);
    const at::Tensor mean = rows.mean(0);
    const at::Tensor deviation = rows.std(0).clamp_min(1e-12);
    const at::Tensor standard = (rows - mean) / deviation;
    const at::Tensor correlation = at::mm(standard.t(), standard) / double(count - 1);
    const auto [variances, directions] = at::linalg_eigh(correlation);
    PictureStatistics statistics;
    statistics.mean = mean.to(at::kFloat);
    statistics.whitening
        = (directions / variances.clamp_min(leastVariance).sqrt() / deviation.unsqueeze(1)).to(at::kFloat);
    const at::Tensor sorted = std::get<0>(rawDistance(statistics, heldOut).sort());
    const auto place = std::int64_t(std::ceil(shareBelowLimit * double(heldOut.size(0)))) - 1;
    statistics.limit = sorted[place].item<double>();
    return statistics;
}

std::optional<PictureStatistics> readPictureStatistics(const std::filesystem::path &model, const std::string &modelHash)
{
    const std::filesystem::path file = model / pictureStatisticsFile;
    std::error_code failed;
    if (!std::filesystem::exists(file, failed))
        return std::nullopt;
    const TensorMap tensors = readTensorFile(file);
    const auto refuse = [&file](const std::string &what) {
        throw Error(ErrorCode::InvalidModel, file.string() + ": " + what,
                    "remove the file, or make it anew with qmop train --survey");
    };
    for (const char *name : {"mean", "whitening", "limit", "model"})
        if (!tensors.contains(name))
            refuse(std::string(name) + " is missing");
    const at::Tensor &stored = tensors.at("model");
    if (stored.scalar_type() != at::kByte || textOf(stored) != modelHash)
        return std::nullopt;
    PictureStatistics statistics{tensors.at("mean"), tensors.at("whitening"), 0, modelHash};
    const at::Tensor &limit = tensors.at("limit");
    const std::int64_t width = statistics.mean.dim() == 1 ? statistics.mean.size(0) : 0;
    for (const at::Tensor &tensor : {statistics.mean, statistics.whitening, limit})
        if (tensor.scalar_type() != at::kFloat || !at::isfinite(tensor).all().item<bool>())
            refuse("holds something else than finite float32 numbers");
    if (width == 0 || statistics.whitening.dim() != 2 || statistics.whitening.size(0) != width
        || statistics.whitening.size(1) != width || limit.numel() != 1 || limit.item<double>() <= 0)
        refuse("its shapes do not belong together");
    statistics.limit = limit.item<double>();
    return statistics;
}

void writePictureStatistics(const std::filesystem::path &model, const PictureStatistics &statistics)
{
    const std::filesystem::path file = model / pictureStatisticsFile;
    makeFolder(file.parent_path());
    writeSafetensors(file,
                     {{"mean", statistics.mean},
                      {"whitening", statistics.whitening.contiguous()},
                      {"limit", at::full({1}, statistics.limit, at::kFloat)},
                      {"model", textTensor(statistics.modelHash)}});
}

} // namespace qmop
