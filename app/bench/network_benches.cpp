// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bench/network_benches.h"

#include "app/bench/gemm_chain.h"
#include "app/bench/read_sweep.h"
#include "models/clip/init.h"
#include "models/clip/vision_tower.h"
#include "models/llama/decoder.h"
#include "models/llama/init.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/autocast_mode.h>
#include <c10/core/InferenceMode.h>

#include <memory>

namespace qmop::bench {
namespace {

constexpr std::int64_t promptTokens = 32;

struct Sizes {
    std::string name;
    VisionConfig vision;
    DecoderConfig decoder;
    std::int64_t visualTokens = 0; // N
};

Sizes embeddedSizes()
{
    Sizes sizes{
        "embedded", {192, 6, 6, 768, 128, 8, 128, Activation::Gelu, 1e-5}, {1000, 256, 4, 8, 8, 32, 688, 512}, 256};
    sizes.decoder.tieEmbeddings = true;
    return sizes;
}

Sizes llavaSizes()
{
    return {"llava-2-layers",
            {1024, 2, 16, 4096, 336, 14, 768, Activation::QuickGelu, 1e-5},
            {32000, 4096, 2, 32, 32, 128, 11008, 4096},
            576};
}

const char *shortName(at::ScalarType type)
{
    return type == at::kBFloat16 ? "bf16" : "f32";
}

at::Generator seeded()
{
    return at::make_generator<at::CPUGeneratorImpl>(1);
}

TensorMap converted(TensorMap tensors, at::ScalarType type)
{
    for (auto &[name, tensor] : tensors)
        tensor = tensor.to(type);
    return tensors;
}

// What a benchmark's body keeps alive.
struct DecoderFixture {
    DecoderFixture(const DecoderConfig &decoderConfig, at::ScalarType numberType)
        : config(decoderConfig)
        , type(numberType)
        , weights(converted(initDecoder(decoderConfig, seeded()), numberType))
    {
    }

    WeightScope scope() const { return WeightScope(weights) / "language_model"; }
    at::Tensor rows(std::int64_t length) const { return at::randn({1, length, config.hiddenSize}).to(type); }

    DecoderConfig config;
    at::ScalarType type;
    TensorMap weights;
};

void addVision(BenchSuite &suite, const Sizes &sizes, at::ScalarType type)
{
    const std::string suffix = "/" + sizes.name + "/" + shortName(type);
    const std::vector<Product> products = visionProducts(sizes.vision);
    suite.add("vision" + suffix, {.macs = macs(products)}, [=] {
        const auto weights = std::make_shared<TensorMap>(converted(initVision(sizes.vision, seeded()), type));
        const at::Tensor pixels = at::randn({1, 3, sizes.vision.imageSize, sizes.vision.imageSize});
        return [=] {
            const c10::InferenceMode inference;
            visionForward(WeightScope(*weights) / "vision_tower" / "vision_model", sizes.vision, pixels);
        };
    });
    suite.add("vision-products" + suffix, {.macs = macs(products)}, [=] {
        const auto chain = std::make_shared<GemmChain>(products, type);
        return [=] { chain->run(); };
    });
    suite.compare({"vision tower / its matrix products" + suffix, "vision" + suffix, "vision-products" + suffix, ""});
}

void addPrefill(BenchSuite &suite, const Sizes &sizes, at::ScalarType type)
{
    const std::string suffix = "/" + sizes.name + "/" + shortName(type);
    const auto name
        = [&](const std::string &what, std::int64_t visual) { return what + "-" + std::to_string(visual) + suffix; };
    for (const std::int64_t visual : {std::int64_t(64), sizes.visualTokens}) {
        const std::int64_t length = visual + promptTokens;
        const std::vector<Product> products = decoderProducts(sizes.decoder, length);
        suite.add(name("prefill", visual), {.macs = macs(products)}, [=] {
            const auto decoder = std::make_shared<DecoderFixture>(sizes.decoder, type);
            const at::Tensor rows = decoder->rows(length);
            const auto cache = std::make_shared<KvCache>(makeKvCache(sizes.decoder, 1, length, rows.options()));
            return [=] {
                const c10::InferenceMode inference;
                cache->length = 0;
                decoderForward(decoder->scope(), decoder->config, rows, *cache);
            };
        });
        suite.add(name("prefill-products", visual), {.macs = macs(products)}, [=] {
            const auto chain = std::make_shared<GemmChain>(products, type);
            return [=] { chain->run(); };
        });
        suite.compare({"prefill of " + std::to_string(length) + " / its matrix products" + suffix,
                       name("prefill", visual), name("prefill-products", visual), ""});
    }
    const double share = macs(decoderProducts(sizes.decoder, 64 + promptTokens))
        / macs(decoderProducts(sizes.decoder, sizes.visualTokens + promptTokens));
    char note[64];
    std::snprintf(note, sizeof note, "(MACs: %.3f)", share);
    suite.compare({"prefill at M = 64 / with all " + std::to_string(sizes.visualTokens) + suffix, name("prefill", 64),
                   name("prefill", sizes.visualTokens), note});
}

void addDecode(BenchSuite &suite, const Sizes &sizes, at::ScalarType type)
{
    const std::string suffix = "/" + sizes.name + "/" + shortName(type);
    const std::int64_t past = sizes.visualTokens + promptTokens;
    const DecoderConfig &config = sizes.decoder;
    // Weights of the layers, vocabulary, and the keys and values of the past.
    const double values = macs(decoderProducts(config, 1)) + double(config.vocabSize) * config.hiddenSize
        + 2.0 * config.layers * double(past) * config.kvHeads * config.headDim;
    const double bytes = values * double(at::elementSize(type));
    suite.add("decode" + suffix, {.bytes = bytes}, [=] {
        const auto decoder = std::make_shared<DecoderFixture>(config, type);
        const auto cache = std::make_shared<KvCache>(makeKvCache(config, 1, past + 1, decoder->rows(1).options()));
        const c10::InferenceMode inference;
        decoderForward(decoder->scope(), config, decoder->rows(past), *cache);
        const at::Tensor token = at::full({1, 1}, 7, at::kLong);
        return [=] {
            const c10::InferenceMode inferenceInBody;
            cache->length = past;
            const at::Tensor hidden
                = decoderForward(decoder->scope(), config, embedTokens(decoder->scope(), token), *cache);
            decoderLogits(decoder->scope(), config, hidden).argmax().item<std::int64_t>();
        };
    });
    suite.add("decode-sweep" + suffix, {.bytes = bytes}, [=] {
        const auto sweep = std::make_shared<ReadSweep>(std::size_t(bytes));
        return [=] { benchmark::DoNotOptimize(sweep->run()); };
    });
    suite.compare({"one decoded token / reading its bytes" + suffix, "decode" + suffix, "decode-sweep" + suffix, ""});
}

// Forward and backward of 32 pictures under autocast, as training runs it.
void addTraining(BenchSuite &suite, const Sizes &sizes, at::ScalarType type)
{
    const std::int64_t batch = 32;
    const std::string suffix = "/" + sizes.name + "/" + shortName(type);
    const std::vector<Product> products = times(visionProducts(sizes.vision), batch);
    const double work = 3 * macs(products); // backwards: one product for each operand's gradient
    suite.add("vision-training" + suffix, {.macs = work}, [=] {
        const auto weights = std::make_shared<TensorMap>(initVision(sizes.vision, seeded()));
        for (auto &[name, tensor] : *weights)
            tensor.set_requires_grad(true);
        const at::Tensor pixels = at::randn({batch, 3, sizes.vision.imageSize, sizes.vision.imageSize});
        return [=] {
            at::autocast::set_autocast_enabled(at::kCPU, type == at::kBFloat16);
            at::autocast::set_autocast_dtype(at::kCPU, at::kBFloat16);
            at::autocast::increment_nesting();
            visionForward(WeightScope(*weights) / "vision_tower" / "vision_model", sizes.vision, pixels)
                .last.to(at::kFloat)
                .square()
                .mean()
                .backward();
            if (at::autocast::decrement_nesting() == 0)
                at::autocast::clear_cache();
            at::autocast::set_autocast_enabled(at::kCPU, false);
            for (auto &[name, tensor] : *weights)
                tensor.mutable_grad() = at::Tensor();
        };
    });
    suite.add("vision-training-products" + suffix, {.macs = work}, [=] {
        const auto chain = std::make_shared<GemmChain>(products, type);
        return [=] {
            for (int pass = 0; pass < 3; ++pass)
                chain->run();
        };
    });
    suite.compare({"vision training step of 32 / its matrix products" + suffix, "vision-training" + suffix,
                   "vision-training-products" + suffix, ""});
}

} // namespace

void addMachinePeaks(BenchSuite &suite, const std::vector<at::ScalarType> &types)
{
    const std::int64_t side = 2048;
    for (const at::ScalarType type : types) {
        const std::vector<Product> square{{1, side, side, side}};
        suite.add(std::string("peak-gemm/") + shortName(type), {.macs = macs(square)}, [=] {
            const auto chain = std::make_shared<GemmChain>(square, type);
            return [=] { chain->run(); };
        });
    }
    const std::size_t bytes = std::size_t(1) << 30;
    suite.add("peak-read", {.bytes = double(bytes)}, [=] {
        const auto sweep = std::make_shared<ReadSweep>(bytes);
        return [=] { benchmark::DoNotOptimize(sweep->run()); };
    });
    if (types.size() > 1)
        suite.compare({"GEMM 2048^3 bf16 / f32", "peak-gemm/bf16", "peak-gemm/f32", ""});
}

void addNetworks(BenchSuite &suite, const std::vector<at::ScalarType> &types)
{
    for (const Sizes &sizes : {embeddedSizes(), llavaSizes()})
        for (const at::ScalarType type : types) {
            addVision(suite, sizes, type);
            addPrefill(suite, sizes, type);
            addDecode(suite, sizes, type);
        }
    for (const at::ScalarType type : types)
        addTraining(suite, embeddedSizes(), type);
}

} // namespace qmop::bench
