// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/review/review_rows.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace qmop {

namespace {

QString text(const std::string &value)
{
    return QString::fromStdString(value);
}

bool isRight(double score)
{
    return score >= 1;
}

QStringList wordsOf(const QString &search)
{
    return search.toLower().split(u' ', Qt::SkipEmptyParts);
}

}

QString outcomeTitle(Outcome outcome)
{
    switch (outcome) {
    case Outcome::Any:
        return ReviewData::tr("All answers");
    case Outcome::OnlyFullRight:
        return ReviewData::tr("Full right, compressed wrong");
    case Outcome::BothWrong:
        return ReviewData::tr("Both wrong");
    case Outcome::Changed:
        return ReviewData::tr("Answer changed");
    case Outcome::OnlyCompressedRight:
        return ReviewData::tr("Full wrong, compressed right");
    case Outcome::Wrong:
        return ReviewData::tr("Wrong");
    case Outcome::Right:
        return ReviewData::tr("Right");
    }
    return {};
}

QString fieldTitle(ReviewField field)
{
    switch (field) {
    case ReviewField::AlphaPool:
        return ReviewData::tr("α P pooling");
    case ReviewField::AlphaResample:
        return ReviewData::tr("α R resampler");
    case ReviewField::AlphaPrune:
        return ReviewData::tr("α K pruning");
    case ReviewField::Entropy:
        return ReviewData::tr("Router entropy, nat");
    case ReviewField::KeptShare:
        return ReviewData::tr("Patches kept, share");
    case ReviewField::Margin:
        return ReviewData::tr("Answer margin");
    case ReviewField::Probability:
        return ReviewData::tr("Answer probability");
    case ReviewField::Seconds:
        return ReviewData::tr("Time, s");
    }
    return {};
}

QString fieldKey(ReviewField field)
{
    static const char *const keys[]
        = {"alpha_pool", "alpha_resample", "alpha_prune", "entropy", "kept_share", "margin", "probability", "seconds"};
    return QString::fromLatin1(keys[int(field)]);
}

double fieldHighest(ReviewField field)
{
    if (field == ReviewField::Seconds)
        return std::numeric_limits<double>::infinity();
    return field == ReviewField::Entropy ? std::log(double(branchCount)) : 1;
}

QString fieldAbsence(ReviewField field)
{
    switch (field) {
    case ReviewField::AlphaPool:
    case ReviewField::AlphaResample:
    case ReviewField::AlphaPrune:
    case ReviewField::Entropy:
        return ReviewData::tr("only QMoP weighs branches");
    case ReviewField::KeptShare:
        return ReviewData::tr("only pruning and cls-prune keep patches");
    case ReviewField::Margin:
    case ReviewField::Probability:
    case ReviewField::Seconds:
        break;
    }
    return ReviewData::tr("not in this result");
}

ReviewData::ReviewData(std::shared_ptr<const BenchRecord> record)
    : m_record(std::move(record))
{
    const int reference = m_record->referenceMethod();
    const bool alone = m_record->methods.size() == 1;
    std::size_t longest = 0;
    for (const BenchMethod &method : m_record->methods)
        longest = std::max(longest, method.results.size());
    for (std::size_t sample = 0; sample < longest; ++sample)
        for (std::size_t method = 0; method < m_record->methods.size(); ++method)
            if (sample < m_record->methods[method].results.size() && (alone || int(method) != reference))
                m_rows.push_back({int(sample), int(method)});
}

void ReviewData::setEdits(const std::string &sample, const RunEdits &edits)
{
    m_edits[sample] = edits;
}

const SampleResult &ReviewData::result(ReviewRow row) const
{
    return m_record->methods[std::size_t(row.method)].results[std::size_t(row.sample)];
}

double ReviewData::score(ReviewRow row) const
{
    return m_record->methods[std::size_t(row.method)].scores[std::size_t(row.sample)];
}

const SampleResult *ReviewData::reference(ReviewRow row) const
{
    const int method = m_record->referenceMethod();
    if (method < 0 || std::size_t(row.sample) >= m_record->methods[std::size_t(method)].results.size())
        return nullptr;
    return &result({row.sample, method});
}

std::optional<double> ReviewData::referenceScore(ReviewRow row) const
{
    return reference(row) ? std::optional(score({row.sample, m_record->referenceMethod()})) : std::nullopt;
}

std::optional<double> ReviewData::value(ReviewRow row, ReviewField field) const
{
    const SampleResult &of = result(row);
    switch (field) {
    case ReviewField::AlphaPool:
    case ReviewField::AlphaResample:
    case ReviewField::AlphaPrune:
        return of.alpha ? std::optional(double(of.alpha->values[std::size_t(field)])) : std::nullopt;
    case ReviewField::Entropy:
        return of.entropy;
    case ReviewField::KeptShare:
        return of.keptShare;
    case ReviewField::Margin:
        return of.margin;
    case ReviewField::Probability:
        return of.probability;
    case ReviewField::Seconds:
        return of.seconds;
    }
    return std::nullopt;
}

QStringList ReviewData::tags(ReviewRow row) const
{
    QStringList tags;
    const auto add = [&tags](const std::string &tag) {
        if (!tags.contains(text(tag)))
            tags << text(tag);
    };
    if (!m_record->tags.empty())
        std::ranges::for_each(m_record->tags[std::size_t(row.sample)], add);
    if (const auto found = m_edits.find(sample(row).id); found != m_edits.end())
        std::ranges::for_each(found->second.tags, add);
    return tags;
}

QString ReviewData::note(ReviewRow row) const
{
    const auto found = m_edits.find(sample(row).id);
    return found == m_edits.end() ? QString() : text(found->second.note);
}

QString ReviewData::details(ReviewRow row, const std::vector<ReviewField> &fields) const
{
    const SuiteSample &of = sample(row);
    const auto marked = [](double score, const SampleResult &given) {
        return QStringLiteral("%1 “%2”").arg(scoreMark(score), text(given.answer).simplified());
    };
    QString answers = tr("%1: %2").arg(text(methodName(m_record->methods[std::size_t(row.method)].point)),
                                       marked(score(row), result(row)));
    if (const SampleResult *full = reference(row))
        answers += tr(", all tokens: %1").arg(marked(*referenceScore(row), *full));
    if (!of.answers.empty())
        answers += tr(", right: “%1”").arg(text(of.answers.front()));
    QStringList numbers;
    for (ReviewField field : fields)
        if (const auto number = value(row, field))
            numbers << tr("%1 %2").arg(fieldTitle(field)).arg(*number, 0, 'f', 2);
    return QStringLiteral("%1 · %2\n%3\n%4")
        .arg(text(of.id), text(of.question).simplified(), answers, numbers.join(QStringLiteral(" · ")));
}

bool ReviewData::hasOutcome(ReviewRow row, Outcome outcome) const
{
    const bool right = isRight(score(row));
    if (outcome == Outcome::Any || outcome == Outcome::Wrong || outcome == Outcome::Right)
        return outcome == Outcome::Any || right == (outcome == Outcome::Right);
    const SampleResult *full = reference(row);
    if (!full)
        return false;
    const bool fullRight = isRight(*referenceScore(row));
    switch (outcome) {
    case Outcome::OnlyFullRight:
        return fullRight && !right;
    case Outcome::BothWrong:
        return !fullRight && !right;
    case Outcome::Changed:
        return full->answer != result(row).answer;
    default:
        return !fullRight && right;
    }
}

const QString &ReviewData::searchText(ReviewRow row) const
{
    QString &words = m_searchTexts[row];
    if (words.isEmpty()) {
        const SuiteSample &of = sample(row);
        words = text(of.id) + u' ' + text(of.question) + u' ' + text(of.questionType) + u' ' + text(result(row).answer);
        for (const std::string &answer : of.answers)
            words += u' ' + text(answer);
        words = words.toLower();
    }
    return words;
}

bool ReviewData::hasWords(ReviewRow row, const QStringList &words) const
{
    return std::ranges::all_of(words, [&](const QString &word) {
        return searchText(row).contains(word) || note(row).contains(word, Qt::CaseInsensitive)
            || tags(row).join(u' ').contains(word, Qt::CaseInsensitive);
    });
}

bool ReviewData::passes(ReviewRow row, const ReviewFilter &filter) const
{
    const SuiteSample &of = sample(row);
    const BenchPoint &point = m_record->methods[std::size_t(row.method)].point;
    const auto kept = value(row, ReviewField::KeptShare), entropy = value(row, ReviewField::Entropy);
    return (!filter.dimension || of.dimension == *filter.dimension)
        && (filter.questionType.empty() || of.questionType == filter.questionType)
        && (filter.compressor.empty() || point.compressor == filter.compressor)
        && (filter.budget == 0 || point.budget == filter.budget)
        && (!filter.keptBelow || (kept && *kept < *filter.keptBelow))
        && (!filter.entropyAbove || (entropy && *entropy > *filter.entropyAbove)) && hasOutcome(row, filter.outcome)
        && (filter.tag.isEmpty() || tags(row).contains(filter.tag));
}

std::vector<ReviewRow> ReviewData::rows(const ReviewFilter &filter) const
{
    std::vector<ReviewRow> found;
    const QStringList words = wordsOf(filter.text);
    for (ReviewRow row : m_rows)
        if (passes(row, filter) && (words.isEmpty() || hasWords(row, words)))
            found.push_back(row);
    return found;
}

QStringList ReviewData::allTags() const
{
    std::set<QString> tags;
    if (m_record)
        for (const std::vector<std::string> &list : m_record->tags)
            for (const std::string &tag : list)
                tags.insert(text(tag));
    for (const auto &[sample, edits] : m_edits)
        for (const std::string &tag : edits.tags)
            tags.insert(text(tag));
    return QStringList(tags.begin(), tags.end());
}

QStringList ReviewData::questionTypes() const
{
    std::set<std::string> types;
    if (m_record)
        for (const SuiteSample &of : m_record->samples)
            if (!of.questionType.empty())
                types.insert(of.questionType);
    QStringList list;
    for (const std::string &type : types)
        list << text(type);
    return list;
}

QStringList ReviewData::compressors() const
{
    QStringList list;
    if (m_record)
        for (const BenchMethod &method : m_record->methods)
            if (const QString name = text(method.point.compressor); !list.contains(name))
                list << name;
    return list;
}

std::vector<int> ReviewData::budgets() const
{
    std::set<int> budgets;
    if (m_record)
        for (const BenchMethod &method : m_record->methods)
            if (method.point.budget > 0)
                budgets.insert(method.point.budget);
    return {budgets.begin(), budgets.end()};
}

std::array<ReviewSummary, dimensionCount + 1> summarise(const ReviewData &data, const std::vector<ReviewRow> &rows)
{
    struct Sums {
        int rows = 0;
        double score = 0;
        int referenced = 0;
        double reference = 0;
        double referencedScore = 0;
    };
    std::array<Sums, dimensionCount + 1> sums{};
    for (ReviewRow row : rows) {
        const double score = data.score(row);
        const std::optional<double> full = data.referenceScore(row);
        for (Sums *part : {&sums[std::size_t(data.sample(row).dimension)], &sums[dimensionCount]}) {
            ++part->rows;
            part->score += score;
            part->referenced += full ? 1 : 0;
            part->reference += full.value_or(0);
            part->referencedScore += full ? score : 0;
        }
    }
    std::array<ReviewSummary, dimensionCount + 1> summaries{};
    for (std::size_t i = 0; i < sums.size(); ++i) {
        if (sums[i].rows == 0)
            continue;
        constexpr double z = 1.959963984540054;
        const double n = sums[i].rows, p = sums[i].score / n;
        const double centre = (p + z * z / (2 * n)) / (1 + z * z / n);
        const double half = z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n);
        ReviewSummary &summary = summaries[i];
        summary
            = {sums[i].rows, 100 * p, 100 * std::max(0.0, centre - half), 100 * std::min(1.0, centre + half), {}, {}};
        if (sums[i].referenced > 0)
            summary.referencePercent = 100 * sums[i].reference / sums[i].referenced;
        if (sums[i].reference > 0)
            summary.retention = 100 * sums[i].referencedScore / sums[i].reference;
    }
    return summaries;
}

QString scoreMark(double score)
{
    if (isRight(score))
        return QStringLiteral("✓");
    return score <= 0 ? QStringLiteral("✗") : QString::number(score, 'f', 2);
}

} // namespace qmop
