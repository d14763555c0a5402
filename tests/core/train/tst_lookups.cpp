// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/grounding.h"
#include "core/train/lookups.h"
#include "core/train/sequences.h"
#include "tests/core/train/tiny_training.h"

#include <ATen/ATen.h>

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

using namespace qmop;
using namespace qmop::train;

namespace {

// A scene of 16 x 16 patches without anything in it.
scenes::Scene blankScene()
{
    scenes::Scene scene;
    scene.patchClass.assign(scenes::labelCount, 0);
    scene.patchPart.assign(scenes::labelCount, 0);
    scene.patchCharacter.assign(scenes::labelCount, 0);
    return scene;
}

int classNamed(const std::string &name)
{
    const auto &names = scenes::classNames();
    return int(std::find(names.begin(), names.end(), name) - names.begin());
}

// One text per row, x for true.
at::Tensor columns(const std::vector<std::string> &rows)
{
    at::Tensor mask = at::zeros({std::int64_t(rows.size()), std::int64_t(rows[0].size())}, at::kBool);
    for (std::size_t row = 0; row < rows.size(); ++row)
        for (std::size_t i = 0; i < rows[row].size(); ++i)
            mask[std::int64_t(row)][std::int64_t(i)] = rows[row][i] == 'x';
    return mask;
}

std::vector<int> tokens(const at::Tensor &tensor)
{
    const at::Tensor flat = tensor.contiguous().flatten();
    const std::int64_t *data = flat.data_ptr<std::int64_t>();
    return {data, data + flat.numel()};
}

std::vector<int> marked(const Look &look)
{
    std::vector<int> patches;
    for (std::size_t i = 0; i < look.patches.size(); ++i)
        if (look.patches[i])
            patches.push_back(int(i));
    return patches;
}

} // namespace

class TestLookups : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_tiny = std::make_unique<TinyTraining>(m_folder.path().toStdString()); }

    // One channel, queries of 1: a column's weight is e^key. Begin token 1, patches 2 and 3, text 4, 5, 6.
    void lossByHand()
    {
        const at::Tensor key = at::log(at::tensor({1.0F, 2.0F, 3.0F, 4.0F, 5.0F, 6.0F})).view({1, 1, 6, 1});
        at::Tensor query = at::ones({1, 6, 2, 1});
        query.select(2, 1).fill_(-7); // the second half of the heads is free
        const at::Tensor group = at::tensor({0, 0, 1}, at::kLong).view({1, 3});
        const LookRows looks{at::tensor({1, 2}, at::kLong), columns({"..x...", "x....."})};
        // The second text row sees 1 + 2 + 3 + 4 + 5; the third, of another question, 1 + 2 + 3 + 6, and has nothing
        // to find but the begin token.
        const double expected = (std::log(15.0 / 3) + std::log(12.0 / 1)) / 2;
        QVERIFY(std::abs(lookupLoss(query, key, group, looks).item<double>() - expected) < 1e-5);
        // At a text row of its own; and one whose place the prompt's text precedes.
        const LookRows text{at::tensor({1}, at::kLong), columns({"...x.."})};
        QVERIFY(std::abs(lookupLoss(query, key, group, text).item<double>() - std::log(15.0 / 4)) < 1e-5);
        const LookRows one{at::tensor({1}, at::kLong), columns({".x..."})};
        QVERIFY(std::abs(lookupLoss(query, key, group, one).item<double>() - std::log(15.0 / 3)) < 1e-5);
        QVERIFY(!lookupLoss(query, key, group, {}).defined());
    }

    // Heads of their own: of four the third. Begin token 4, things 1 each.
    void tallyByHand()
    {
        const at::Tensor key = at::log(at::tensor({1.0F, 2.0F, 3.0F, 4.0F})).view({1, 1, 4, 1});
        at::Tensor query = at::full({1, 4, 4, 1}, -7.0);
        query.select(2, 2).fill_(1);
        const at::Tensor group = at::tensor({0}, at::kLong).view({1, 1});
        const LookRows two{at::tensor({0}, at::kLong), columns({".xx."})};
        // Attention .1, .2, .3, .4 where 4/6, 1/6, 1/6, 0 is wanted.
        const double expected
            = 4.0 / 6 * std::log(4.0 / 6 / 0.1) + std::log(1.0 / 6 / 0.2) / 6 + std::log(1.0 / 6 / 0.3) / 6;
        QVERIFY(std::abs(tallyLoss(query, key, group, two).item<double>() - expected) < 1e-5);
        const LookRows nothing{at::tensor({0}, at::kLong), columns({"x..."})};
        QVERIFY(std::abs(tallyLoss(query, key, group, nothing).item<double>() - std::log(10.0)) < 1e-5);
        // What is wanted costs nothing.
        const at::Tensor right = at::log(at::tensor({4.0F, 1.0F, 1.0F, 1e-9F})).view({1, 1, 4, 1});
        QVERIFY(std::abs(tallyLoss(query, right, group, two).item<double>()) < 1e-5);
        QVERIFY(!tallyLoss(query, key, group, {}).defined());
    }

    // Two sequences: each row reads its own one's columns.
    void rowsBelongToTheirSequence()
    {
        const at::Tensor first = at::log(at::tensor({1.0F, 1.0F, 1.0F, 1.0F}));
        const at::Tensor second = at::log(at::tensor({1.0F, 1.0F, 6.0F, 1.0F}));
        const at::Tensor key = at::stack({first, second}).view({2, 1, 4, 1});
        const at::Tensor group = at::tensor({0, 0}, at::kLong).view({2, 1});
        const auto loss = [&](std::int64_t row) {
            const LookRows looks{at::tensor({row}, at::kLong), columns({"..x."})};
            return lookupLoss(at::ones({2, 4, 1, 1}), key, group, looks).item<double>();
        };
        QVERIFY(std::abs(loss(0) - std::log(4.0)) < 1e-5);
        QVERIFY(std::abs(loss(1) - std::log(9.0 / 6)) < 1e-5);
    }

    void namesAndAnswersLookAtTheirPatches_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QStringList>("classes");
        QTest::addColumn<QStringList>("lastWords"); // texts that end where a look's row ends
        QTest::addColumn<QList<QList<int>>>("patches"); // of each word, then of the answer
        // A cat on patches 3 and 4, a dog on 20; an axe that lies hidden; no horse.
        QTest::newRow("one") << "which corner is the cat in?" << QStringList{"cat"}
                             << QStringList{"which corner is the cat"} << QList<QList<int>>{{3, 4}, {3, 4}};
        QTest::newRow("plural") << "how many dogs are there?" << QStringList{"dog"} << QStringList{"how many dogs"}
                                << QList<QList<int>>{{20}, {20}};
        QTest::newRow("two") << "is the dog left or right of the cat?" << QStringList{"dog", "cat"}
                             << QStringList{"is the dog", "is the dog left or right of the cat"}
                             << QList<QList<int>>{{20}, {3, 4}, {3, 4, 20}};
        QTest::newRow("absent") << "is there a horse?" << QStringList{"horse"} << QStringList{"is there a horse"}
                                << QList<QList<int>>{{}, {}};
        QTest::newRow("not named") << "what could run away?" << QStringList{"cat"} << QStringList{}
                                   << QList<QList<int>>{{3, 4}};
        QTest::newRow("hidden") << "is there an axe?" << QStringList{"axe"} << QStringList{} << QList<QList<int>>{};
        QTest::newRow("kind") << "is there an animal?" << QStringList{} << QStringList{"is there an animal"}
                              << QList<QList<int>>{{3, 4, 20}, {3, 4, 20}};
        QTest::newRow("absent kind") << "are there any toys?" << QStringList{} << QStringList{"are there any toys"}
                                     << QList<QList<int>>{{}, {}};
        QTest::newRow("of everything") << "where is this?" << QStringList{} << QStringList{} << QList<QList<int>>{};
    }

    void namesAndAnswersLookAtTheirPatches()
    {
        QFETCH(QString, text);
        QFETCH(QStringList, classes);
        QFETCH(QStringList, lastWords);
        QFETCH(QList<QList<int>>, patches);
        scenes::Scene scene = blankScene();
        for (const auto &[name, patch] : {std::pair{"cat", 3}, {"cat", 4}, {"dog", 20}, {"axe", -1}}) {
            scene.objects.push_back({classNamed(name)});
            if (patch >= 0)
                scene.patchClass[std::size_t(patch)] = std::uint8_t(classNamed(name));
        }
        scenes::Question question;
        question.text = text.toStdString();
        for (const QString &name : classes)
            question.objects.push_back(classNamed(name.toStdString()));
        const std::vector<int> asked = askedIds(m_tiny->model, question.text);
        const QuestionLooks looks = looksOf(m_tiny->model, scene, question, asked, {5});
        QCOMPARE(int(looks.words.size()), lastWords.size());
        for (qsizetype i = 0; i < lastWords.size(); ++i) {
            const std::vector<int> until = m_tiny->model.tokenizer->encode(lastWords[i].toStdString());
            QCOMPARE(looks.words[std::size_t(i)].row, std::int64_t(until.size()) - 1);
            QCOMPARE(marked(looks.words[std::size_t(i)]), std::vector<int>(patches[i].begin(), patches[i].end()));
        }
        QCOMPARE(int(looks.answers.size()), patches.size() - lastWords.size());
        if (!looks.answers.empty()) {
            QCOMPARE(looks.answers[0].row, std::int64_t(asked.size()) - 1); // the answer mark
            QCOMPARE(marked(looks.answers[0]), std::vector<int>(patches.back().begin(), patches.back().end()));
        }
    }

    // One patch of each thing, not of each class: two cats of two and one patches, one dog.
    void talliesMarkOnePatchOfEachThing()
    {
        scenes::Scene scene = blankScene();
        const auto put = [&](const char *name, double column, double row, std::vector<int> patches) {
            scenes::SceneObject object{classNamed(name)};
            object.x = int(column * 512), object.y = int(row * 512); // without size: the centre
            scene.objects.push_back(object);
            for (const int patch : patches) {
                scene.patchClass[std::size_t(patch)] = std::uint8_t(classNamed(name));
                scene.patchPart[std::size_t(patch)] = std::uint8_t(scene.objects.size());
            }
        };
        put("cat", 4.4, 0.5, {3, 4}); // nearest to patch 4
        put("cat", 9.5, 1.5, {25});
        put("dog", 0.5, 3.5, {48});
        const auto tally = [&](const char *text, std::vector<int> classes) {
            scenes::Question question;
            question.text = text;
            question.objects = std::move(classes);
            const std::vector<int> asked = askedIds(m_tiny->model, question.text);
            return marked(looksOf(m_tiny->model, scene, question, asked, {5}).tallies.at(0));
        };
        QCOMPARE(tally("count the cats", {classNamed("cat")}), std::vector<int>({4, 25}));
        QCOMPARE(tally("count the dogs", {classNamed("dog")}), std::vector<int>({48}));
        QCOMPARE(tally("count the lions", {classNamed("lion")}), std::vector<int>());
        QCOMPARE(tally("count the objects", {}), std::vector<int>({4, 25, 48}));
    }

    // Each row of a sign's text looks at the characters that it has to say next.
    void signsAreReadCharacterByCharacter()
    {
        scenes::Scene scene = blankScene();
        scene.signText = "zo7";
        scene.objects.push_back({classNamed("sign")});
        const auto &characters = scenes::characterNames();
        const auto put = [&](int patch, const std::string &character) {
            scene.patchClass[std::size_t(patch)] = std::uint8_t(classNamed("sign"));
            const auto found = std::find(characters.begin(), characters.end(), character);
            scene.patchCharacter[std::size_t(patch)] = std::uint8_t(found - characters.begin());
        };
        put(40, "z");
        put(41, "o");
        put(42, "7");
        put(57, "o");
        scenes::Question question;
        question.text = "read the sign";
        question.answer = "zo7";
        question.objects = {classNamed("sign")};
        const std::vector<int> asked = askedIds(m_tiny->model, question.text);
        std::vector<int> answer;
        for (const char *character : {"z", "o", "7"})
            answer.push_back(m_tiny->model.tokenizer->encode(character).at(0));
        const QuestionLooks looks = looksOf(m_tiny->model, scene, question, asked, answer);
        QCOMPARE(looks.words.size(), std::size_t(1));
        QCOMPARE(marked(looks.words[0]), std::vector<int>({40, 41, 42, 57}));
        const std::vector<std::vector<int>> expected{{40}, {41, 57}, {42}};
        QCOMPARE(looks.answers.size(), expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i) {
            QCOMPARE(looks.answers[i].row, std::int64_t(asked.size() - 1 + i));
            QCOMPARE(marked(looks.answers[i]), expected[i]);
        }
    }

    // A batch's rows are those of its sequences, whatever stands before a question.
    void batchKeepsRowsAndPatches()
    {
        const auto pictures = trainingScenes(*m_tiny->source, StageKind::Language, 1, 4, 2);
        const LanguageBatch batch = makeLanguageBatch(*m_tiny->source, pictures, 0, Packing::PerPicture, 1);
        const at::Tensor ids = batch.ids.flatten();
        std::int64_t next = 0;
        for (std::size_t p = 0; p < pictures.size(); ++p)
            for (const scenes::Question &question : pictures[p].questions) {
                const std::vector<int> asked = askedIds(m_tiny->model, question.text);
                const auto answer = m_tiny->model.tokenizer->encode(question.answer);
                for (const Look &look : looksOf(m_tiny->model, pictures[p], question, asked, answer).words) {
                    const std::int64_t row = batch.wordLooks.rows[next].item<std::int64_t>();
                    QCOMPARE(row / batch.ids.size(1), std::int64_t(p));
                    QCOMPARE(ids[row].item<std::int64_t>(), std::int64_t(asked[std::size_t(look.row)]));
                    std::vector<int> seen = marked(look);
                    for (int &patch : seen)
                        ++patch; // behind the begin token, which stands for nothing found
                    QCOMPARE(tokens(batch.wordLooks.columns[next].nonzero()),
                             seen.empty() ? std::vector<int>{0} : seen);
                    ++next;
                }
            }
        QCOMPARE(batch.wordLooks.rows.size(0), next);
        QVERIFY(next > 20);
        QVERIFY(batch.answerLooks.rows.size(0) > 20);
        // A question of its own gets no looks: what depends on it is compressed.
        QVERIFY(!makeLanguageBatch(*m_tiny->source, pictures, 0, Packing::PerQuestion, 1).wordLooks.rows.defined());
    }

private:
    QTemporaryDir m_folder;
    std::unique_ptr<TinyTraining> m_tiny;
};

QTEST_APPLESS_MAIN(TestLookups)
#include "tst_lookups.moc"
