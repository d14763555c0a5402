// SPDX-License-Identifier: GPL-3.0-or-later
//
// A benchmark's answers as rows: what is filtered, drawn, brushed and exported.
#pragma once

#include "qmop/bench_record.h"
#include "qmop/run_headline.h"

#include <QCoreApplication>
#include <QString>
#include <QStringList>

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace qmop {

// An answer: of a sample under a method, by their places in the record.
struct ReviewRow {
    int sample = -1;
    int method = -1;

    auto operator<=>(const ReviewRow &) const = default;
};

// Right: a score of 1, whole; with the soft scorer some answers are neither.
enum class Outcome {
    Any,
    OnlyFullRight, // right with all visual tokens, not when compressed
    BothWrong,
    Changed, // another answer than with all visual tokens
    OnlyCompressedRight,
    Wrong,
    Right,
};

inline constexpr std::array<Outcome, 7> allOutcomes{Outcome::Any,     Outcome::OnlyFullRight,       Outcome::BothWrong,
                                                    Outcome::Changed, Outcome::OnlyCompressedRight, Outcome::Wrong,
                                                    Outcome::Right};

QString outcomeTitle(Outcome outcome);

// What a row has a number for.
enum class ReviewField { AlphaPool, AlphaResample, AlphaPrune, Entropy, KeptShare, Margin, Probability, Seconds };

inline constexpr std::array<ReviewField, 8> allReviewFields{
    ReviewField::AlphaPool, ReviewField::AlphaResample, ReviewField::AlphaPrune,  ReviewField::Entropy,
    ReviewField::KeptShare, ReviewField::Margin,        ReviewField::Probability, ReviewField::Seconds};

QString fieldTitle(ReviewField field);
QString fieldKey(ReviewField field); // "alpha_pool": in exports
double fieldHighest(ReviewField field); // no value is larger; all are at least 0
QString fieldAbsence(ReviewField field); // why an answer has none: "only QMoP weighs branches"

// Tags and notes, by sample id.
using SampleEdits = std::map<std::string, RunEdits>;

struct ReviewFilter {
    Outcome outcome = Outcome::Any;
    std::optional<Dimension> dimension;
    std::string questionType; // empty: any
    std::string compressor; // empty: any
    int budget = 0; // 0: any
    std::optional<double> keptBelow; // share, 0 ... 1; rows without one do not pass
    std::optional<double> entropyAbove; // nat; rows without one do not pass
    QString tag; // empty: any
    QString text; // words that all have to occur somewhere

    bool operator==(const ReviewFilter &) const = default;
};

class ReviewData {
    Q_DECLARE_TR_FUNCTIONS(ReviewData)

public:
    ReviewData() = default;
    explicit ReviewData(std::shared_ptr<const BenchRecord> record);

    const std::shared_ptr<const BenchRecord> &record() const { return m_record; }
    const SampleEdits &edits() const { return m_edits; }
    void setEdits(SampleEdits edits) { m_edits = std::move(edits); }
    void setEdits(const std::string &sample, const RunEdits &edits);

    // Every answer but those with all visual tokens, which the others are held
    // against; those too where there is nothing else. By sample, then by method.
    const std::vector<ReviewRow> &rows() const { return m_rows; }
    std::vector<ReviewRow> rows(const ReviewFilter &filter) const;

    const SuiteSample &sample(ReviewRow row) const { return m_record->samples[std::size_t(row.sample)]; }
    const SampleResult &result(ReviewRow row) const;
    double score(ReviewRow row) const;
    // With all visual tokens; null, not set: the record has none.
    const SampleResult *reference(ReviewRow row) const;
    std::optional<double> referenceScore(ReviewRow row) const;
    std::optional<double> value(ReviewRow row, ReviewField field) const;
    // Those of the file first, then the person's.
    QStringList tags(ReviewRow row) const;
    QString note(ReviewRow row) const;
    // The answer in three lines: sample and question, what was answered, and these numbers.
    QString details(ReviewRow row, const std::vector<ReviewField> &fields) const;
    bool passes(ReviewRow row, const ReviewFilter &filter) const;

    QStringList allTags() const;
    QStringList questionTypes() const;
    QStringList compressors() const;
    std::vector<int> budgets() const; // ascending

private:
    bool hasOutcome(ReviewRow row, Outcome outcome) const;
    bool hasWords(ReviewRow row, const QStringList &words) const;
    const QString &searchText(ReviewRow row) const;

    std::shared_ptr<const BenchRecord> m_record;
    SampleEdits m_edits;
    std::vector<ReviewRow> m_rows;
    mutable std::map<ReviewRow, QString> m_searchTexts; // made when first searched
};

// Scores of some rows.
struct ReviewSummary {
    int rows = 0;
    double percent = 0;
    // 95 % score interval of a share (Wilson 1927), in percent.
    double low = 0;
    double high = 0;
    std::optional<double> referencePercent; // of the same samples with all visual tokens
    std::optional<double> retention; // percent of that
};

// Per dimension and, last, of all.
std::array<ReviewSummary, dimensionCount + 1> summarise(const ReviewData &data, const std::vector<ReviewRow> &rows);

// ✓ right, ✗ wrong, a number in between.
QString scoreMark(double score);

} // namespace qmop
