// SPDX-License-Identifier: GPL-3.0-or-later
//
// CLIP's towers against transformers (tests/golden/make_network_golden.py).
#include "models/clip/text_tower.h"
#include "models/clip/vision_tower.h"
#include "tests/models/network_golden.h"

#include <c10/core/InferenceMode.h>

#include <QTest>

using namespace qmop;

class TestGoldenClip : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_tensors = readGolden("clip_golden.safetensors"); }
    void equalsTransformers_data();
    void equalsTransformers();

private:
    TensorMap m_tensors;
};

void TestGoldenClip::equalsTransformers_data()
{
    QTest::addColumn<QString>("activation");
    QTest::newRow("quick_gelu") << "quick_gelu";
    QTest::newRow("gelu") << "gelu";
}

void TestGoldenClip::equalsTransformers()
{
    QFETCH(QString, activation);
    const c10::InferenceMode inference;
    const Activation function = activation == "gelu" ? Activation::Gelu : Activation::QuickGelu;
    const VisionConfig vision{64, 3, 4, 96, 40, 8, 48, function, 1e-5};
    const TextTowerConfig text{90, 64, 3, 4, 96, 24, 48, 1, 3, function, 1e-5};
    const WeightScope root(m_tensors);
    const VisionOutput seen = visionForward(root / "vision_tower" / "vision_model", vision, root["golden.pixels"]);
    const TextOutput read = textForward(root / "text_tower", text, root["golden.ids"], root["golden.eos_index"]);

    const std::string name = activation.toStdString();
    const auto check = [&](const char *part, const at::Tensor &actual) {
        return reportPart("clip " + name + " " + part, actual, (root / "golden" / name)[part]) <= 1e-4;
    };
    QVERIFY(check("rows", seen.rows));
    QVERIFY(check("class_row", seen.classRow));
    QVERIFY(check("class_attention", seen.classAttention));
    QVERIFY(check("last", seen.last));
    QVERIFY(check("joint_patches", jointPatches(root, vision, seen.last)));
    QVERIFY(check("text_eos", read.eos));
    QVERIFY(check("text_joint", read.joint));
}

QTEST_GUILESS_MAIN(TestGoldenClip)
#include "tst_golden_clip.moc"
