// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/guide/guide_pages.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>

#include <algorithm>

namespace qmop {

namespace {

QString read(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

// "*kept*, [the window](window.md)" -> "kept, the window".
QString withoutMarks(QString text)
{
    static const QRegularExpression picture(QStringLiteral(R"(!\[[^\]]*\]\([^)]*\))"));
    static const QRegularExpression link(QStringLiteral(R"(\[([^\]]*)\]\([^)]*\))"));
    static const QRegularExpression marks(QStringLiteral(R"([*`|]|^\s*[-#]+\s|^\s*\|?[-|\s]+$)"));
    return text.remove(picture).replace(link, QStringLiteral("\\1")).remove(marks).simplified();
}

void addTargets(GuidePage &page, const QString &line)
{
    static const QRegularExpression target(QStringLiteral(R"((!?)\[[^\]]*\]\(([^)\s]+)\))"));
    for (auto match = target.globalMatch(line); match.hasNext();) {
        const QRegularExpressionMatch found = match.next();
        (found.captured(1).isEmpty() ? page.links : page.pictures) << found.captured(2);
    }
}

QString excerptOf(const QString &text, const QString &word)
{
    constexpr int before = 30, length = 110;
    const int at = std::max(0, int(text.indexOf(word, 0, Qt::CaseInsensitive)));
    const int from = at <= before ? 0 : int(text.lastIndexOf(u' ', at - before)) + 1;
    QString part = text.mid(from, length);
    if (from > 0)
        part.prepend(QStringLiteral("… "));
    return from + length < text.size() ? part + QStringLiteral(" …") : part;
}

}

QString guideAnchor(const QString &title)
{
    QString anchor;
    for (QChar c : title.toLower())
        if (c.isLetterOrNumber() || c == u'_' || c == u'-')
            anchor += c;
        else if (c.isSpace())
            anchor += u'-';
    return anchor;
}

GuidePage readGuidePage(const QString &file, const QString &markdown)
{
    static const QRegularExpression heading(QStringLiteral(R"(^(#{1,6})\s+(.*?)\s*#*$)"));
    GuidePage page{file, file, {}, {}, {}};
    bool fenced = false;
    for (const QString &line : markdown.split(u'\n')) {
        const bool indented = line.startsWith(QStringLiteral("    "));
        if (line.startsWith(QStringLiteral("```")))
            fenced = !fenced;
        const QRegularExpressionMatch match = heading.match(line);
        if (!fenced && match.hasMatch()) {
            const QString title = withoutMarks(match.captured(2));
            page.sections.push_back({title, guideAnchor(title), int(match.capturedLength(1)), {}});
            continue;
        }
        if (page.sections.empty() && !line.trimmed().isEmpty())
            page.sections.push_back({file, {}, 1, {}}); // text before any heading
        if (page.sections.empty())
            continue;
        const QString text = fenced || indented ? line.simplified() : withoutMarks(line);
        QString &all = page.sections.back().text;
        if (!text.isEmpty())
            all += (all.isEmpty() ? QString() : QStringLiteral(" ")) + text;
        if (!fenced && !indented)
            addTargets(page, line);
    }
    if (!page.sections.empty())
        page.title = page.sections.front().title;
    return page;
}

GuidePages::GuidePages(std::filesystem::path folder)
    : m_folder(std::move(folder))
{
    const QDir dir(QString::fromStdString(m_folder.string()));
    QStringList rest = dir.entryList({QStringLiteral("*.md")}, QDir::Files, QDir::Name);
    const auto take = [&](const QString &name) {
        if (rest.removeOne(name))
            m_pages.push_back(readGuidePage(name, read(dir.filePath(name))));
    };
    take(QStringLiteral("README.md"));
    if (!m_pages.empty())
        for (const QString &link : QStringList(m_pages.front().links))
            take(link.section(u'#', 0, 0));
    for (const QString &name : QStringList(rest))
        take(name);
}

std::optional<GuidePlace> GuidePages::find(const QString &title) const
{
    std::optional<GuidePlace> found;
    for (int page = 0; page < int(m_pages.size()); ++page)
        for (int section = 0; section < int(m_pages[page].sections.size()); ++section)
            if (m_pages[page].sections[section].title.compare(title, Qt::CaseInsensitive) == 0
                && (!found || (found->section == 0 && section > 0)))
                found = GuidePlace{page, section};
    return found;
}

std::vector<GuideHit> GuidePages::search(const QString &words) const
{
    const QStringList wanted = words.simplified().split(u' ', Qt::SkipEmptyParts);
    std::vector<GuideHit> inTitle, inText;
    if (wanted.isEmpty())
        return {};
    for (int page = 0; page < int(m_pages.size()); ++page)
        for (int index = 0; index < int(m_pages[page].sections.size()); ++index) {
            const GuideSection &section = m_pages[page].sections[index];
            const auto allIn = [&](const QString &text) {
                return std::ranges::all_of(
                    wanted, [&](const QString &word) { return text.contains(word, Qt::CaseInsensitive); });
            };
            if (!allIn(section.title + u' ' + section.text))
                continue;
            (allIn(section.title) ? inTitle : inText)
                .push_back({{page, index}, excerptOf(section.text, wanted.front())});
        }
    inTitle.insert(inTitle.end(), inText.begin(), inText.end());
    return inTitle;
}

QString GuidePages::address(GuidePlace place) const
{
    const GuidePage &page = m_pages[std::size_t(place.page)];
    return place.section == 0 ? page.file : page.file + u'#' + page.sections[std::size_t(place.section)].anchor;
}

} // namespace qmop
