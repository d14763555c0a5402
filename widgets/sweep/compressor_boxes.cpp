// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/sweep/compressor_boxes.h"

#include "qmop/sweep.h"
#include "widgets/theme/flow_layout.h"
#include "widgets/theme/theme.h"

#include <QCheckBox>

#include <algorithm>

namespace qmop {

namespace {

struct Words {
    const char *key;
    QString title;
    QString hint;
};

Words wordsOf(const std::string &compressor)
{
    const Words all[] = {
        {"none", CompressorBoxes::tr("none"), CompressorBoxes::tr("All visual tokens, without compression")},
        {"qmop", CompressorBoxes::tr("QMoP"), CompressorBoxes::tr("QMoP: the router chooses the branches")},
        {"pool", CompressorBoxes::tr("P pooling"), CompressorBoxes::tr("QMoP's pooling branch alone")},
        {"resample", CompressorBoxes::tr("R resampler"), CompressorBoxes::tr("QMoP's resampler branch alone")},
        {"prune", CompressorBoxes::tr("K pruning"), CompressorBoxes::tr("QMoP's pruning branch alone")},
        {"avgpool", CompressorBoxes::tr("avgpool"),
         CompressorBoxes::tr("A baseline without training: patches are averaged over a grid")},
        {"cls-prune", CompressorBoxes::tr("cls-prune"),
         CompressorBoxes::tr("A baseline without training: the patches that the class token attends to most")},
        {"blind", CompressorBoxes::tr("blind"),
         CompressorBoxes::tr("No visual tokens: what is answered without looking")},
    };
    for (const Words &words : all)
        if (compressor == words.key)
            return words;
    return {"", QString::fromStdString(compressor), {}};
}

}

QString compressorTitle(const std::string &compressor)
{
    return wordsOf(compressor).title;
}

QString compressorHint(const std::string &compressor)
{
    return wordsOf(compressor).hint;
}

CompressorBoxes::CompressorBoxes(const std::vector<std::string> &chosen, QWidget *parent)
    : QWidget(parent)
{
    auto *layout = new FlowLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(metrics::gap);
    for (const std::string &compressor : compressorNames) {
        const Words words = wordsOf(compressor);
        auto *box = new QCheckBox(words.title, this);
        box->setObjectName(QString::fromStdString(compressor));
        box->setToolTip(words.hint);
        box->setAccessibleDescription(words.hint);
        box->setChecked(std::ranges::count(chosen, compressor) > 0);
        layout->addWidget(box);
        m_boxes.push_back(box);
        connect(box, &QCheckBox::toggled, this, &CompressorBoxes::changed);
    }
}

std::vector<std::string> CompressorBoxes::chosen() const
{
    std::vector<std::string> keys;
    for (std::size_t i = 0; i < m_boxes.size(); ++i)
        if (m_boxes[i]->isChecked())
            keys.push_back(compressorNames[i]);
    return keys;
}

QCheckBox *CompressorBoxes::box(const std::string &compressor) const
{
    const auto found = std::ranges::find(compressorNames, compressor);
    return found == compressorNames.end() ? nullptr : m_boxes[std::size_t(found - compressorNames.begin())];
}

} // namespace qmop
