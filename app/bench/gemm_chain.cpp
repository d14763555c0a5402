// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bench/gemm_chain.h"

#include <ATen/ATen.h>

namespace qmop::bench {
namespace {

void addAttention(std::vector<Product> &products, std::int64_t heads, std::int64_t length, std::int64_t width)
{
    products.push_back({heads, length, length, width, false});
    products.push_back({heads, length, width, length, false});
}

} // namespace

double macs(const std::vector<Product> &products)
{
    double sum = 0;
    for (const Product &product : products)
        sum += double(product.batch) * double(product.m) * double(product.n) * double(product.k);
    return sum;
}

std::vector<Product> times(std::vector<Product> products, std::int64_t batch)
{
    for (Product &product : products)
        (product.isLinear ? product.m : product.batch) *= batch;
    return products;
}

std::vector<Product> visionProducts(const VisionConfig &config)
{
    const std::int64_t patches = config.patchCount(), rows = patches + 1, width = config.hiddenSize;
    std::vector<Product> products{{1, patches, width, 3LL * config.patchSize * config.patchSize}};
    for (int layer = 0; layer < config.layers; ++layer) {
        for (int i = 0; i < 4; ++i)
            products.push_back({1, rows, width, width});
        addAttention(products, config.heads, rows, width / config.heads);
        products.push_back({1, rows, config.intermediateSize, width});
        products.push_back({1, rows, width, config.intermediateSize});
    }
    return products;
}

std::vector<Product> decoderProducts(const DecoderConfig &config, std::int64_t length)
{
    const std::int64_t width = config.hiddenSize, inner = config.intermediateSize;
    const std::int64_t queryWidth = std::int64_t(config.heads) * config.headDim;
    const std::int64_t keyWidth = std::int64_t(config.kvHeads) * config.headDim;
    std::vector<Product> products;
    for (int layer = 0; layer < config.layers; ++layer) {
        products.push_back({1, length, queryWidth, width});
        products.push_back({1, length, keyWidth, width});
        products.push_back({1, length, keyWidth, width});
        addAttention(products, config.heads, length, config.headDim);
        products.push_back({1, length, width, queryWidth});
        products.push_back({1, length, inner, width});
        products.push_back({1, length, inner, width});
        products.push_back({1, length, width, inner});
    }
    return products;
}

GemmChain::GemmChain(const std::vector<Product> &products, at::ScalarType type)
{
    for (const Product &product : products) {
        const auto random = [&](std::int64_t rows, std::int64_t columns) {
            return (at::rand({product.batch, rows, columns}) - 0.5).to(type);
        };
        const at::Tensor right
            = product.isLinear ? random(product.n, product.k).transpose(1, 2) : random(product.k, product.n);
        Operands operands{random(product.m, product.k), right,
                          at::empty({product.batch, product.m, product.n}, at::dtype(type))};
        if (product.isLinear)
            operands = {operands.left[0], operands.right[0], operands.result[0]};
        m_operands.push_back(std::move(operands));
    }
}

void GemmChain::run()
{
    for (Operands &operands : m_operands) {
        if (operands.left.dim() == 2)
            at::mm_out(operands.result, operands.left, operands.right);
        else
            at::bmm_out(operands.result, operands.left, operands.right);
    }
}

} // namespace qmop::bench
