// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/runs/runs_model.h"

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
    all << QString::number(run.budget);
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
    RunRequest request;
    request.compressor = run.compressor;
    request.budget = run.budget;
    const QString method = methodText(request);
    return run.changes.empty() ? method : method + QStringLiteral(" · ") + QString::fromStdString(run.changes);
}

QString toolTipOf(const RunHeadline &run)
{
    QStringList lines{QString::fromStdString(run.question).left(400), QString::fromStdString(run.answer).left(400),
                      methodOf(run) + QStringLiteral(" · ") + QString::fromStdString(run.pictureName)};
    if (run.finishedAt > 0)
        lines << QLocale().toString(QDateTime::fromMSecsSinceEpoch(run.finishedAt), QLocale::ShortFormat);
    if (!run.edits.note.empty())
        lines << QString::fromStdString(run.edits.note).left(400);
    return lines.join(u'\n');
}
}

QString methodText(const RunRequest &request)
{
    const QString name = QString::fromStdString(request.compressor);
    if (request.compressor == "none" || request.compressor == "blind")
        return name;
    const QString method = QStringLiteral("%1 · %2").arg(name).arg(request.budget);
    return request.overrides.empty()
        ? method
        : method + QStringLiteral(" · ") + QString::fromStdString(overridesText(request.overrides));
}

QImage thumbnail(const ImageU8 &image, int side)
{
    if (image.empty())
        return {};
    const double scale = std::max(1.0, std::max(image.width, image.height) / double(side));
    // Means over at most 4 x 4 samples a pixel: smooth enough, and the cost does
    // not grow with the picture.
    QImage result(std::max(1, int(image.width / scale)), std::max(1, int(image.height / scale)), QImage::Format_RGB32);
    constexpr int samples = 4;
    for (int y = 0; y < result.height(); ++y)
        for (int x = 0; x < result.width(); ++x) {
            int sum[3] = {0, 0, 0};
            for (int i = 0; i < samples * samples; ++i) {
                const int fromX = std::min(image.width - 1, int((x + (i % samples + 0.5) / samples) * scale));
                const int fromY = std::min(image.height - 1, int((y + (i / samples + 0.5) / samples) * scale));
                for (int c = 0; c < 3; ++c)
                    sum[c] += image.at(fromX, fromY)[c];
            }
            constexpr int n = samples * samples;
            result.setPixel(x, y, qRgb(sum[0] / n, sum[1] / n, sum[2] / n));
        }
    return result;
}

void RunsModel::setHistory(std::vector<RunHeadline> runs, const std::map<std::string, QImage> &thumbnails)
{
    beginResetModel();
    m_entries.clear();
    m_read.clear();
    m_places.clear();
    m_thumbnails.clear();
    for (const auto &[sha256, image] : thumbnails)
        m_thumbnails[sha256] = QPixmap::fromImage(image);
    std::string pinned;
    for (RunHeadline &run : runs) {
        const auto picture = m_thumbnails.find(run.pictureSha256);
        if (run.edits.pinned)
            pinned = run.uid;
        m_places[run.uid] = m_entries.size();
        const QString text = words(run);
        m_entries.push_back(
            {std::move(run), nullptr, picture == m_thumbnails.end() ? QPixmap() : picture->second, text});
    }
    endResetModel();
    setPinned(pinned);
}

void RunsModel::add(std::shared_ptr<const RunTrace> trace)
{
    if (!trace)
        return;
    RunHeadline headline;
    headline.uid = "unstored-" + std::to_string(m_entries.size());
    headline.question = trace->request.question;
    headline.answer = trace->answer.text;
    headline.compressor = trace->request.compressor;
    headline.budget = trace->request.budget;
    headline.modelName = trace->environment.modelName;
    headline.changes = overridesText(trace->request.overrides);
    headline.pictureName = trace->imageName;
    headline.pictureSha256 = trace->imageSha256;
    insert({std::move(headline), trace, {}, {}}, *trace);
}

void RunsModel::add(std::shared_ptr<const RunTrace> trace, RunHeadline headline)
{
    if (!trace)
        return;
    remember(m_entries.size(), trace);
    insert({std::move(headline), nullptr, {}, {}}, *trace);
}

void RunsModel::insert(Entry entry, const RunTrace &trace)
{
    QPixmap &picture = m_thumbnails[entry.headline.pictureSha256];
    if (picture.isNull() && trace.image)
        picture = QPixmap::fromImage(qmop::thumbnail(*trace.image, runThumbnailSide));
    entry.thumbnail = picture;
    entry.words = words(entry.headline);
    beginInsertRows({}, 0, 0);
    m_places[entry.headline.uid] = m_entries.size();
    m_entries.push_back(std::move(entry));
    endInsertRows();
}

const RunsModel::Entry *RunsModel::entry(const QModelIndex &index) const
{
    if (!index.isValid() || index.row() < 0 || index.row() >= int(m_entries.size()))
        return nullptr;
    return &m_entries[m_entries.size() - 1 - std::size_t(index.row())];
}

RunsModel::Entry *RunsModel::entry(const std::string &uid)
{
    const auto place = m_places.find(uid);
    return place == m_places.end() ? nullptr : &m_entries[place->second];
}

void RunsModel::remember(std::size_t place, const std::shared_ptr<const RunTrace> &trace) const
{
    std::erase_if(m_read, [&](const Read &read) { return read.place == place || read.trace.expired(); });
    if (trace)
        m_read.push_back({place, trace});
}

std::shared_ptr<const RunTrace> RunsModel::traceAt(std::size_t place) const
{
    const Entry &entry = m_entries[place];
    if (entry.kept)
        return entry.kept;
    for (const Read &read : m_read)
        if (read.place == place)
            if (auto alive = read.trace.lock())
                return alive;
    std::shared_ptr<const RunTrace> trace = m_loader ? m_loader(entry.headline) : nullptr;
    remember(place, trace);
    return trace;
}

std::shared_ptr<const RunTrace> RunsModel::trace(const QModelIndex &index) const
{
    const Entry *found = entry(index);
    return found ? traceAt(std::size_t(found - m_entries.data())) : nullptr;
}

const RunHeadline *RunsModel::headline(const QModelIndex &index) const
{
    const Entry *found = entry(index);
    return found ? &found->headline : nullptr;
}

QModelIndex RunsModel::indexOf(const std::string &uid) const
{
    const auto place = m_places.find(uid);
    return place == m_places.end() ? QModelIndex() : index(int(m_entries.size() - 1 - place->second));
}

QModelIndex RunsModel::indexOf(const std::shared_ptr<const RunTrace> &trace) const
{
    if (!trace)
        return {};
    for (const Read &read : m_read)
        if (read.trace.lock() == trace)
            return index(int(m_entries.size() - 1 - read.place));
    for (std::size_t place = 0; place < m_entries.size(); ++place)
        if (m_entries[place].kept == trace)
            return index(int(m_entries.size() - 1 - place));
    return {};
}

void RunsModel::setEdits(const std::string &uid, const RunEdits &edits)
{
    Entry *changed = entry(uid);
    if (!changed)
        return;
    const bool wasPinned = m_pinnedUid == uid;
    changed->headline.edits = edits;
    changed->words = words(changed->headline);
    if (edits.pinned != wasPinned)
        setPinned(edits.pinned ? uid : std::string());
    emit dataChanged(indexOf(uid), indexOf(uid));
}

void RunsModel::setPinned(const std::string &uid)
{
    if (uid == m_pinnedUid)
        return;
    if (Entry *before = entry(m_pinnedUid))
        before->headline.edits.pinned = false;
    m_pinnedUid = uid;
    Entry *now = entry(uid);
    if (now)
        now->headline.edits.pinned = true;
    m_pinned = now ? traceAt(std::size_t(now - m_entries.data())) : nullptr;
    if (rowCount() > 0)
        emit dataChanged(index(0), index(rowCount() - 1), {PinnedRole, Qt::AccessibleTextRole});
    emit pinnedChanged(m_pinned);
}

void RunsModel::togglePin(const QModelIndex &index)
{
    if (const Entry *wanted = entry(index))
        setPinned(wanted->headline.uid == m_pinnedUid ? std::string() : wanted->headline.uid);
}

bool RunsModel::matches(int row, const QStringList &terms) const
{
    const Entry *found = entry(index(row));
    return found
        && std::all_of(terms.begin(), terms.end(), [&](const QString &term) { return found->words.contains(term); });
}

int RunsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_entries.size());
}

QVariant RunsModel::data(const QModelIndex &index, int role) const
{
    const Entry *found = entry(index);
    if (!found)
        return {};
    const RunHeadline &run = found->headline;
    switch (role) {
    case Qt::DisplayRole:
    case AnswerRole:
        return QString::fromStdString(run.answer).trimmed();
    case QuestionRole:
        return QString::fromStdString(run.question);
    case MethodRole:
        return methodOf(run);
    case PinnedRole:
        return run.uid == m_pinnedUid;
    case NumberRole:
        return int(m_entries.size()) - index.row();
    case TagsRole:
        return tagsText(run.edits);
    case Qt::DecorationRole:
        return found->thumbnail;
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
