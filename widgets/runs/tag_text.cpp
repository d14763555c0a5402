// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/runs/tag_text.h"

#include <QStringList>

#include <algorithm>

namespace qmop {

QString tagText(const std::vector<std::string> &tags)
{
    QStringList texts;
    for (const std::string &tag : tags)
        texts << QString::fromStdString(tag);
    return texts.join(QStringLiteral(", "));
}

std::vector<std::string> tagsIn(const QString &text)
{
    std::vector<std::string> tags;
    for (QString tag : text.split(u',', Qt::SkipEmptyParts)) {
        tag = tag.trimmed();
        while (tag.startsWith(u'#'))
            tag = tag.mid(1).trimmed();
        if (!tag.isEmpty() && std::ranges::find(tags, tag.toStdString()) == tags.end())
            tags.push_back(tag.toStdString());
    }
    return tags;
}

} // namespace qmop
