// SPDX-License-Identifier: GPL-3.0-or-later
//
// The user guide's pages (resources/guide/*.md): their sections, and a search in
// them. No window.
#pragma once

#include <QString>
#include <QStringList>

#include <filesystem>
#include <optional>
#include <vector>

namespace qmop {

// A heading and the text below it, up to the next heading.
struct GuideSection {
    QString title; // without marks
    QString anchor; // as in "page.md#anchor"
    int level = 1; // 1: the page's title
    QString text; // plain, white space collapsed
};

struct GuidePage {
    QString file; // "window.md"
    QString title;
    std::vector<GuideSection> sections; // the first is the page's own
    QStringList pictures; // paths that the page names, relative to it
    QStringList links; // targets that are no pictures, as written
};

struct GuidePlace {
    int page = 0;
    int section = 0;
};

struct GuideHit {
    GuidePlace place;
    QString excerpt; // around the first word found
};

class GuidePages {
public:
    // README.md first, then the pages in the order in which it links to them,
    // then the others by name. A folder without pages gives none.
    explicit GuidePages(std::filesystem::path folder);

    const std::filesystem::path &folder() const { return m_folder; }
    const std::vector<GuidePage> &pages() const { return m_pages; }
    // The section with this title, whatever its page and level; a lower heading
    // before a page's title. Nothing where no section is called so.
    std::optional<GuidePlace> find(const QString &title) const;
    // Sections that have all words, those with the words in their title first.
    std::vector<GuideHit> search(const QString &words) const;
    // "window.md#router"; a page's first section has no anchor.
    QString address(GuidePlace place) const;

private:
    std::filesystem::path m_folder;
    std::vector<GuidePage> m_pages;
};

// A heading's anchor, as GitHub makes it: "The `qmop` way: P & R" -> "the-qmop-way-p--r".
QString guideAnchor(const QString &title);
GuidePage readGuidePage(const QString &file, const QString &markdown);

} // namespace qmop
