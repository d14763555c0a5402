// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/window/story.h"

#include "core/store/counterfactual_json.h"
#include "qmop/atomic_file.h"
#include "qmop/comparison.h"
#include "qmop/error.h"
#include "qmop/method_text.h"
#include "qmop/overrides.h"
#include "qmop/sweep.h"
#include "qmop/took_part.h"
#include "widgets/theme/theme.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <map>

namespace qmop {

namespace {

QString say(const char *text)
{
    return QCoreApplication::translate("Story", text);
}

constexpr std::array<std::pair<const char *, OverlayKind>, allOverlays.size()> overlayKeys{
    {{"kept", OverlayKind::Kept},
     {"importance", OverlayKind::Importance},
     {"relevance", OverlayKind::Relevance},
     {"combined", OverlayKind::Combined},
     {"pooling", OverlayKind::Pooling},
     {"resampler", OverlayKind::Resampler},
     {"provenance", OverlayKind::Provenance},
     {"answer", OverlayKind::Answer}}};

bool isCompressor(const QString &name)
{
    return std::ranges::find(compressorNames, name.toStdString()) != compressorNames.end();
}

const QRegularExpression &placeholder()
{
    static const QRegularExpression expression(QStringLiteral(R"(\{(\w*)\})"));
    return expression;
}

QString percent(double share)
{
    return QStringLiteral("%1 %").arg(std::lround(100 * share));
}

QString quoted(const std::string &text)
{
    return QStringLiteral("“%1”").arg(QString::fromStdString(text).trimmed());
}

// "the same as with all 256 tokens", or the other answer.
QString comparison(const RunTrace &trace)
{
    if (!trace.uncompressed)
        return say("with nothing to compare it with");
    const QString all = QString::number(trace.grid.patchCount());
    return compareAnswers(std::string_view(trace.answer.text), std::string_view(trace.uncompressed->text)).same
        ? say("the same as with all %1 tokens").arg(all)
        : say("where all %1 tokens give %2").arg(all, quoted(trace.uncompressed->text));
}

QString changes(const RunTrace &trace)
{
    const std::string text
        = shownMethod(trace.request.compressor, trace.request.budget, overridesText(trace.request.overrides)).changes;
    return text.empty() ? say("no edits") : QString::fromStdString(text);
}

QString keptShare(const RunTrace &trace)
{
    const std::optional<KeptSet> set = keptSet(trace);
    return set && set->tookPart && trace.grid.patchCount() > 0
        ? percent(double(set->patches.size()) / trace.grid.patchCount())
        : say("none");
}

// Of the decoder's first pass, which is what compression saves.
QString workShare(const RunTrace &trace)
{
    return trace.uncompressedCosts && trace.uncompressedCosts->prefillMacs > 0
        ? percent(trace.costs.prefillMacs / trace.uncompressedCosts->prefillMacs)
        : say("an unknown share");
}

QString weight(const RunTrace &trace, Branch branch)
{
    return trace.routing ? percent(trace.routing->alpha[branch]) : say("not asked");
}

QString leader(const RunTrace &trace)
{
    if (!trace.routing)
        return say("no branch");
    return branchTitle(
        *std::ranges::max_element(allBranches, {}, [&](Branch branch) { return trace.routing->alpha[branch]; }));
}

using Filler = QString (*)(const RunTrace &);

const std::map<QString, Filler> &fillers()
{
    static const std::map<QString, Filler> table{
        {"question", [](const RunTrace &trace) { return quoted(trace.request.question); }},
        {"answer", [](const RunTrace &trace) { return quoted(trace.answer.text); }},
        {"changes", changes},
        {"comparison", comparison},
        {"tokens", [](const RunTrace &trace) { return QString::number(trace.costs.visualTokens); }},
        {"patches", [](const RunTrace &trace) { return QString::number(trace.grid.patchCount()); }},
        {"kept", keptShare},
        {"work", workShare},
        {"pool", [](const RunTrace &trace) { return weight(trace, Branch::Pool); }},
        {"resample", [](const RunTrace &trace) { return weight(trace, Branch::Resample); }},
        {"prune", [](const RunTrace &trace) { return weight(trace, Branch::Prune); }},
        {"leader", leader},
    };
    return table;
}

class Reader {
public:
    Reader(QString file, QString pictures)
        : m_file(std::move(file))
        , m_pictures(std::move(pictures))
    {
    }

    std::vector<Story> read(const QByteArray &bytes)
    {
        QJsonParseError problem;
        const QJsonDocument document = QJsonDocument::fromJson(bytes, &problem);
        if (problem.error != QJsonParseError::NoError)
            fail(problem.errorString());
        if (!document.object().value(u"stories").isArray())
            fail(QStringLiteral("no list of stories"));
        std::vector<Story> stories;
        for (const QJsonValue &value : document.object().value(u"stories").toArray()) {
            Story story;
            story.title = value[u"title"].toString();
            StoryStep step;
            for (const QJsonValue &each : value[u"steps"].toArray()) {
                m_where = QStringLiteral("“%1”, step %2").arg(story.title).arg(story.steps.size() + 1);
                readStep(each.toObject(), step);
                story.steps.push_back(step);
            }
            if (!story.steps.empty())
                stories.push_back(std::move(story));
        }
        return stories;
    }

private:
    [[noreturn]] void fail(const QString &what) const
    {
        throw Error(ErrorCode::InvalidArgument,
                    (m_file + QStringLiteral(": ") + (m_where.isEmpty() ? what : m_where + QStringLiteral(": ") + what))
                        .toStdString(),
                    "correct the file; resources/stories/README.md describes it");
    }

    void readStep(const QJsonObject &object, StoryStep &step) const
    {
        if (const QString picture = object[u"picture"].toString(); !picture.isEmpty()) {
            step.picture = QDir::cleanPath(QDir(m_pictures).absoluteFilePath(picture));
            step.question.clear();
            step.suggested = 1;
        }
        if (step.picture.isEmpty())
            fail(QStringLiteral("the first step names no picture"));
        if (const QJsonValue question = object[u"question"]; question.isDouble())
            step.question.clear(), step.suggested = std::max(1, question.toInt());
        else if (question.isString())
            step.question = question.toString();
        if (const QJsonValue compressor = object[u"compressor"]; !compressor.isUndefined())
            step.compressor = compressor.toString();
        if (!isCompressor(step.compressor))
            fail(QStringLiteral("no compressor “%1”").arg(step.compressor));
        if (const QJsonValue budget = object[u"budget"]; budget.isString() || budget.isDouble())
            step.budget = budgetOf(budget);
        if (const QJsonValue overlay = object[u"overlay"]; !overlay.isUndefined())
            step.overlay = overlayOf(overlay.toString());
        step.overrides = {};
        if (const QJsonValue edits = object[u"edits"]; !edits.isUndefined())
            step.overrides = overridesOf(edits.toObject());
        step.say = object[u"say"].toString();
        for (auto found = placeholder().globalMatch(step.say); found.hasNext();)
            if (const QString name = found.next().captured(1); !fillers().contains(name))
                fail(QStringLiteral("{%1} is none of {%2}").arg(name, storyPlaceholders().join(QStringLiteral("} {"))));
    }

    int budgetOf(const QJsonValue &value) const
    {
        if (value.isDouble() && value.toInt() > 0)
            return value.toInt();
        if (value.toString() == QStringLiteral("least"))
            return leastBudget;
        if (value.toString() == QStringLiteral("most"))
            return mostBudget;
        fail(QStringLiteral("a budget is a number, \"least\" or \"most\""));
    }

    // As a run's document has them. Whether the model has such patches is seen when it is asked.
    Overrides overridesOf(const QJsonObject &object) const
    {
        constexpr int patches = 1 << 24;
        try {
            const Document document(QJsonDocument(object).toJson(QJsonDocument::Compact).toStdString(), "edits");
            return readOverrides(document.fields(), patches);
        } catch (const Error &error) {
            fail(QString::fromStdString(error.what()));
        }
    }

    OverlayKind overlayOf(const QString &key) const
    {
        for (const auto &[name, kind] : overlayKeys)
            if (key == QLatin1String(name))
                return kind;
        fail(QStringLiteral("no overlay “%1”").arg(key));
    }

    QString m_file;
    QString m_pictures;
    QString m_where;
};

}

bool StoryStep::asksTheSame(const StoryStep &other) const
{
    return picture == other.picture && question == other.question
        && (!question.isEmpty() || suggested == other.suggested) && compressor == other.compressor
        && overrides == other.overrides && (compressor == QStringLiteral("none") || budget == other.budget);
}

std::vector<Story> readStories(const QString &file, const QString &pictures)
{
    QFile input(file);
    if (!input.exists())
        return {};
    if (!input.open(QIODevice::ReadOnly))
        throw Error(ErrorCode::InvalidArgument, file.toStdString() + ": " + input.errorString().toStdString(),
                    "make the file readable");
    return Reader(file, pictures).read(input.readAll());
}

void writeStories(const QString &file, const std::vector<Story> &stories)
{
    QJsonArray list;
    for (const Story &story : stories) {
        QJsonArray steps;
        for (const StoryStep &step : story.steps) {
            const auto overlay
                = std::ranges::find(overlayKeys, step.overlay, &std::pair<const char *, OverlayKind>::second);
            QJsonObject object{{"picture", step.picture},
                               {"question", step.question.isEmpty() ? QJsonValue(step.suggested) : step.question},
                               {"compressor", step.compressor},
                               {"overlay", QString::fromLatin1(overlay->first)},
                               {"say", step.say}};
            object["budget"] = step.budget == leastBudget ? QJsonValue("least")
                : step.budget == mostBudget               ? QJsonValue("most")
                                                          : QJsonValue(step.budget);
            if (!step.overrides.empty())
                object["edits"]
                    = QJsonDocument::fromJson(QByteArray::fromStdString(overridesJson(step.overrides).dump())).object();
            steps.append(object);
        }
        list.append(QJsonObject{{"title", story.title}, {"steps", steps}});
    }
    makeFolder(QFileInfo(file).absolutePath().toStdString());
    const QByteArray text = QJsonDocument(QJsonObject{{"stories", list}}).toJson();
    writeFileAtomically(file.toStdString(), std::string_view(text.constData(), std::size_t(text.size())));
}

QStringList storyPlaceholders()
{
    QStringList names;
    for (const auto &[name, filler] : fillers())
        names << name;
    return names;
}

QString filledSentence(const QString &sentence, const RunTrace *trace)
{
    QString text;
    qsizetype from = 0;
    for (auto found = placeholder().globalMatch(sentence); found.hasNext();) {
        const QRegularExpressionMatch match = found.next();
        text += sentence.mid(from, match.capturedStart() - from);
        const auto filler = fillers().find(match.captured(1));
        text += filler == fillers().end() ? match.captured(0) : trace ? filler->second(*trace) : QStringLiteral("…");
        from = match.capturedEnd();
    }
    return text + sentence.mid(from);
}

std::optional<StoryStep> stepFromRun(const RunTrace &trace, const QString &picture, OverlayKind overlay)
{
    const QString compressor = QString::fromStdString(trace.request.compressor);
    if (picture.isEmpty() || !isCompressor(compressor))
        return std::nullopt;
    StoryStep step;
    step.picture = picture;
    step.question = QString::fromStdString(trace.request.question);
    step.compressor = compressor;
    step.budget = trace.request.budget;
    step.overlay = overlay;
    step.overrides = trace.request.overrides;
    step.say = step.overrides.empty()
        ? say("{question} With {tokens} tokens the answer is {answer}, {comparison}.")
        : say("{question} With {tokens} tokens and {changes} the answer is {answer}, {comparison}.");
    return step;
}

} // namespace qmop
