// SPDX-License-Identifier: GPL-3.0-or-later
#include "qmop/command_line.h"

#include "qmop/has_budget.h"

#include <charconv>
#include <vector>

namespace qmop {
namespace {

bool isPlain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
        || std::string_view("-_./,:=+@%").find(c) != std::string_view::npos;
}

class Words {
public:
    explicit Words(const std::vector<std::string> &command)
        : m_text("qmop")
    {
        for (const std::string &word : command)
            add(word);
    }
    void add(const std::string &word) { m_text += " " + shellWord(word); }
    void add(const std::string &option, const std::string &value)
    {
        add(option);
        add(value);
    }
    const std::string &text() const { return m_text; }

private:
    std::string m_text;
};

std::string joined(const std::vector<std::string> &parts)
{
    std::string text;
    for (const std::string &part : parts)
        text += (text.empty() ? "" : ",") + part;
    return text;
}

std::string joined(const std::vector<int> &numbers)
{
    std::vector<std::string> parts;
    for (int number : numbers)
        parts.push_back(std::to_string(number));
    return joined(parts);
}

std::string pictureOf(const RunRequest &request)
{
    const bool fromFile = request.image.bytes.empty() && !request.image.path.empty();
    return fromFile ? request.image.path.string() : "PICTURE";
}

void addMethod(Words &words, const RunRequest &request)
{
    words.add("--compressor", request.compressor);
    if (hasBudget(request.compressor))
        words.add("--budget", std::to_string(request.budget));
}

void addFusion(Words &words, const RunRequest &request)
{
    if (request.fusion != FusionMode::Top2)
        words.add("--fusion", std::string(fusionKey(request.fusion)));
    if (request.fusion == FusionMode::Threshold) {
        char text[32];
        words.add("--threshold", {text, std::to_chars(text, text + sizeof text, request.fusionThreshold).ptr});
    }
}

void addPrecision(Words &words, const RunRequest &request)
{
    if (request.precision != Precision::Automatic)
        words.add("--precision", std::string(precisionKey(request.precision)));
}

void addSettings(Words &words, const RunRequest &request)
{
    addFusion(words, request);
    if (request.decode.maxNewTokens != DecodeConfig{}.maxNewTokens)
        words.add("--max-tokens", std::to_string(request.decode.maxNewTokens));
    if (!request.model.empty())
        words.add("--model", request.model.string());
    addPrecision(words, request);
}

void addTarget(Words &words, const ScoreTarget &target, const std::string &option)
{
    // Ids say exactly which tokens are meant; the text beside them is for the reader.
    if (!target.text.empty() || target.tokens.empty())
        words.add(option + "-answer", target.text);
    if (!target.tokens.empty()) {
        words.add(option + "-tokens", joined(target.tokens));
    }
    if (!target.withEnd)
        words.add(option + "-open");
}

// Picture, question, method, settings, changes and the answer that is scored.
void addRun(Words &words, const RunRequest &request)
{
    words.add(pictureOf(request));
    words.add(request.question);
    addMethod(words, request);
    addSettings(words, request);
    if (request.withUncompressed && !request.search)
        words.add("--compare");
    for (const std::string &word : overrideOptions(request.overrides))
        words.add(word);
    if (request.score && !request.search)
        addTarget(words, *request.score, "--score");
}

} // namespace

std::string shellWord(const std::string &word)
{
    bool plain = !word.empty();
    for (char c : word)
        plain = plain && isPlain(c);
    if (plain)
        return word;
    std::string quoted = "'";
    for (char c : word)
        quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return quoted + "'";
}

std::string commandLine(const std::vector<std::string> &words)
{
    return Words(words).text();
}

std::string commandLine(const RunRequest &request)
{
    Words words(request.search ? std::vector<std::string>{"search"} : std::vector<std::string>{"run"});
    addRun(words, request);
    if (request.answerAttention && !request.search) {
        words.add("--answer-attention");
        if (request.answerAttention->layer != AttentionChoice{}.layer)
            words.add("--attention-layer", std::to_string(request.answerAttention->layer));
        if (request.answerAttention->head != AttentionChoice{}.head)
            words.add("--attention-head", std::to_string(request.answerAttention->head));
    }
    if (request.search) {
        words.add("--rounds", std::to_string(request.search->rounds));
        if (request.search->target)
            addTarget(words, *request.search->target, "--target");
    }
    return words.text();
}

std::string compareCommandLine(RunRequest a, RunRequest b)
{
    Words words(std::vector<std::string>{"compare"});
    a.search.reset();
    b.search.reset();
    addRun(words, a);
    words.add("--with");
    addRun(words, b);
    return words.text();
}

std::string sweepCommandLine(const RunRequest &base, const std::vector<std::string> &compressors,
                             const std::vector<int> &budgets)
{
    Words words({"sweep", "budgets"});
    words.add(pictureOf(base));
    words.add(base.question);
    words.add("--compressors", joined(compressors));
    words.add("--budgets", joined(budgets));
    addSettings(words, base);
    if (base.score)
        addTarget(words, *base.score, "--score");
    return words.text();
}

std::string sweepCommandLine(const RunRequest &base, const std::vector<std::string> &questions)
{
    Words words({"sweep", "questions"});
    words.add(pictureOf(base));
    for (const std::string &question : questions)
        words.add(question);
    addMethod(words, base);
    addSettings(words, base);
    for (const std::string &word : overrideOptions(base.overrides))
        words.add(word);
    return words.text();
}

std::string suiteCommandLine(const std::vector<std::string> &command, const RunRequest &base,
                             const std::vector<std::string> &compressors, const std::vector<int> &budgets)
{
    Words words(command);
    if (!base.model.empty())
        words.add("--model", base.model.string());
    addPrecision(words, base);
    addFusion(words, base);
    if (!compressors.empty())
        words.add("--compressors", joined(compressors));
    if (!budgets.empty())
        words.add("--budgets", joined(budgets));
    return words.text();
}

} // namespace qmop
