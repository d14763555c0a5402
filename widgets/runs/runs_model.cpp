// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/runs/runs_model.h"

#include "qmop/changes_text.h"
#include "qmop/method_text.h"
#include "qmop/thumbnail.h"
#include "widgets/geometry/image_conversion.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

#include <algorithm>

namespace qmop {

namespace {

QString words(const RunHeadline &run)
{
    QStringList all;
    for (const std::string *text :
         {&run.question, &run.answer, &run.compressor, &run.changes, &run.pictureName, &run.modelName, &run.edits.note})
        all << QString::fromStdString(*text);
    all << QString::number(shownMethod(run).budget);
    for (const std::string &tag : run.edits.tags)
        all << u'#' + QString::fromStdString(tag);
    return all.join(u'\n').toLower();
}

QString tagsText(const RunEdits &edits)
{
    QStringList tags;
    for (const std::string &tag : edits.tags)
        tags << u'#' + QString::fromStdString(tag);
    return tags.join(u' ');
}

QString methodOf(const RunHeadline &run)
{
    return QString::fromStdString(shownMethod(run).text());
}

QString toolTipOf(const RunHeadline &run)
{
    QStringList lines{QString::fromStdString(run.question).left(400), QString::fromStdString(run.answer).left(400),
                      methodOf(run) + QStringLiteral(" · ") + QString::fromStdString(run.pictureName)};
    if (!run.modelName.empty())
        lines << QCoreApplication::translate("RunsModel", "model %1").arg(QString::fromStdString(run.modelName));
    if (run.finishedAt > 0)
        lines << QLocale().toString(QDateTime::fromMSecsSinceEpoch(run.finishedAt), QLocale::ShortFormat);
    if (!run.edits.note.empty())
        lines << QString::fromStdString(run.edits.note).left(400);
    return lines.join(u'\n');
}
}

QImage thumbnail(const ImageU8 &image, int side)
{
    const ImageU8 small = thumbnailOf(image, side);
    return small.empty() ? QImage() : toQImage(small);
}

void RunsModel::setHistory(std::vector<RunHeadline> runs, const std::map<std::string, QImage> &thumbnails)
{
    beginResetModel();
    m_rows.clear();
    m_kept.clear();
    m_read.clear();
    m_thumbnails.clear();
    for (const auto &[sha256, image] : thumbnails)
        m_thumbnails[sha256] = QPixmap::fromImage(image);
    std::string pinned;
    for (const RunHeadline &run : runs) {
        if (run.edits.pinned)
            pinned = run.uid;
        m_rows.add(run);
    }
    endResetModel();
    setPinned(pinned);
}

void RunsModel::add(std::shared_ptr<const RunTrace> trace)
{
    if (!trace)
        return;
    RunHeadline headline;
    headline.uid = "unstored-" + std::to_string(m_rows.size());
    headline.question = trace->request.question;
    headline.answer = trace->answer.text;
    headline.compressor = trace->request.compressor;
    headline.budget = trace->request.budget;
    headline.modelName = trace->environment.modelName;
    headline.changes = changesText(trace->request);
    headline.pictureName = trace->imageName;
    headline.pictureSha256 = trace->imageSha256;
    insert(headline, trace, false);
}

void RunsModel::add(std::shared_ptr<const RunTrace> trace, RunHeadline headline)
{
    if (trace)
        insert(headline, trace, true);
}

void RunsModel::insert(const RunHeadline &run, const std::shared_ptr<const RunTrace> &trace, bool stored)
{
    QPixmap &picture = m_thumbnails[run.pictureSha256];
    if (picture.isNull() && trace->image)
        picture = QPixmap::fromImage(qmop::thumbnail(*trace->image, runThumbnailSide));
    beginInsertRows({}, 0, 0);
    const std::size_t place = m_rows.add(run);
    if (stored)
        remember(place, trace);
    else
        m_kept[place] = trace;
    endInsertRows();
}

QPixmap RunsModel::thumbnailOf(const std::string &pictureSha256) const
{
    const auto found = m_thumbnails.find(pictureSha256);
    return found == m_thumbnails.end() ? QPixmap() : found->second;
}

std::optional<std::size_t> RunsModel::placeOf(const QModelIndex &index) const
{
    if (!index.isValid() || index.row() < 0 || index.row() >= int(m_rows.size()))
        return std::nullopt;
    return m_rows.size() - 1 - std::size_t(index.row());
}

QModelIndex RunsModel::indexAt(std::size_t place) const
{
    return index(int(m_rows.size() - 1 - place));
}

void RunsModel::remember(std::size_t place, const std::shared_ptr<const RunTrace> &trace) const
{
    std::erase_if(m_read, [&](const Read &read) { return read.place == place || read.trace.expired(); });
    if (trace)
        m_read.push_back({place, trace});
}

std::shared_ptr<const RunTrace> RunsModel::atHand(std::size_t place) const
{
    if (const auto kept = m_kept.find(place); kept != m_kept.end())
        return kept->second;
    for (const Read &read : m_read)
        if (read.place == place)
            if (auto alive = read.trace.lock())
                return alive;
    return nullptr;
}

std::shared_ptr<const RunTrace> RunsModel::traceAt(std::size_t place) const
{
    if (auto there = atHand(place))
        return there;
    std::shared_ptr<const RunTrace> trace = m_loader ? m_loader(m_rows.at(place)) : nullptr;
    remember(place, trace);
    return trace;
}

std::shared_ptr<const RunTrace> RunsModel::trace(const QModelIndex &index) const
{
    const auto place = placeOf(index);
    return place ? traceAt(*place) : nullptr;
}

std::shared_ptr<const RunTrace> RunsModel::traceAtHand(const QModelIndex &index) const
{
    const auto place = placeOf(index);
    return place ? atHand(*place) : nullptr;
}

void RunsModel::withTrace(const QModelIndex &index, const std::function<void(std::shared_ptr<const RunTrace>)> &then)
{
    const auto place = placeOf(index);
    if (!place)
        return;
    const auto give = [this, then, uid = m_rows.uid(*place)] {
        if (auto trace = this->trace(indexOf(uid)))
            then(std::move(trace));
    };
    if (!atHand(*place) && m_preparer && m_preparer(m_rows.at(*place), give))
        return;
    if (auto trace = traceAt(*place))
        then(std::move(trace));
}

std::optional<RunHeadline> RunsModel::headline(const QModelIndex &index) const
{
    const auto place = placeOf(index);
    return place ? std::optional(m_rows.at(*place)) : std::nullopt;
}

QModelIndex RunsModel::indexOf(const std::string &uid) const
{
    const auto place = m_rows.find(uid);
    return place ? indexAt(*place) : QModelIndex();
}

QModelIndex RunsModel::indexOf(const std::shared_ptr<const RunTrace> &trace) const
{
    if (!trace)
        return {};
    for (const Read &read : m_read)
        if (read.trace.lock() == trace)
            return indexAt(read.place);
    for (const auto &[place, kept] : m_kept)
        if (kept == trace)
            return indexAt(place);
    return {};
}

void RunsModel::setEdits(const std::string &uid, const RunEdits &edits)
{
    const auto changed = m_rows.find(uid);
    if (!changed)
        return;
    const bool wasPinned = m_pinnedUid == uid;
    m_rows.setEdits(*changed, edits);
    if (edits.pinned != wasPinned)
        setPinned(edits.pinned ? uid : std::string());
    emit dataChanged(indexAt(*changed), indexAt(*changed));
}

void RunsModel::setPinned(const std::string &uid)
{
    if (uid == m_pinnedUid)
        return;
    if (const auto before = m_rows.find(m_pinnedUid))
        m_rows.setPinned(*before, false);
    m_pinnedUid = uid;
    const auto now = m_rows.find(uid);
    if (now)
        m_rows.setPinned(*now, true);
    m_pinned = now ? traceAt(*now) : nullptr;
    if (rowCount() > 0)
        emit dataChanged(index(0), index(rowCount() - 1), {PinnedRole, Qt::AccessibleTextRole});
    emit pinnedChanged(m_pinned);
}

void RunsModel::togglePin(const QModelIndex &index)
{
    if (const auto wanted = placeOf(index)) {
        const std::string uid = m_rows.uid(*wanted);
        setPinned(uid == m_pinnedUid ? std::string() : uid);
    }
}

bool RunsModel::matches(int row, const QStringList &terms) const
{
    const auto place = placeOf(index(row));
    if (!place)
        return false;
    const QString text = words(m_rows.at(*place));
    return std::all_of(terms.begin(), terms.end(), [&](const QString &term) { return text.contains(term); });
}

int RunsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

QVariant RunsModel::data(const QModelIndex &index, int role) const
{
    const auto place = placeOf(index);
    if (!place)
        return {};
    if (role == QuestionRole) // asked of every row when a question lights up
        return QString::fromStdString(m_rows.question(*place));
    if (role == NumberRole)
        return int(*place) + 1;
    const RunHeadline run = m_rows.at(*place);
    switch (role) {
    case Qt::DisplayRole:
    case AnswerRole:
        return QString::fromStdString(run.answer).trimmed();
    case MethodRole:
        return methodOf(run);
    case PinnedRole:
        return run.uid == m_pinnedUid;
    case TagsRole:
        return tagsText(run.edits);
    case Qt::DecorationRole:
        return thumbnailOf(run.pictureSha256);
    case Qt::ToolTipRole:
        return toolTipOf(run);
    case Qt::AccessibleTextRole:
        return tr("%1, %2, %3%4")
            .arg(QString::fromStdString(run.question).left(200), QString::fromStdString(run.answer).trimmed().left(200),
                 methodOf(run), run.uid == m_pinnedUid ? tr(", pinned") : QString());
    default:
        return {};
    }
}

} // namespace qmop
