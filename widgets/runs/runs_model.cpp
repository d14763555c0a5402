// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/runs/runs_model.h"

#include <QImage>

#include <algorithm>

namespace qmop {

namespace {
constexpr int thumbnailSide = 96;
}

QString methodText(const RunRequest &request)
{
    const QString name = QString::fromStdString(request.compressor);
    if (request.compressor == "none" || request.compressor == "blind")
        return name;
    return QStringLiteral("%1 · %2").arg(name).arg(request.budget);
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

void RunsModel::add(std::shared_ptr<const RunTrace> trace)
{
    if (!trace)
        return;
    Entry entry{trace, {}};
    if (trace->image)
        entry.thumbnail = QPixmap::fromImage(thumbnail(*trace->image, thumbnailSide));
    beginInsertRows({}, 0, 0);
    m_entries.push_back(std::move(entry));
    endInsertRows();
}

const RunsModel::Entry *RunsModel::entry(const QModelIndex &index) const
{
    if (!index.isValid() || index.row() < 0 || index.row() >= int(m_entries.size()))
        return nullptr;
    return &m_entries[m_entries.size() - 1 - std::size_t(index.row())];
}

std::shared_ptr<const RunTrace> RunsModel::trace(const QModelIndex &index) const
{
    const Entry *found = entry(index);
    return found ? found->trace : nullptr;
}

std::vector<std::shared_ptr<const RunTrace>> RunsModel::traces() const
{
    std::vector<std::shared_ptr<const RunTrace>> all;
    for (const Entry &entry : m_entries)
        all.push_back(entry.trace);
    return all;
}

void RunsModel::togglePin(const QModelIndex &index)
{
    const std::shared_ptr<const RunTrace> wanted = trace(index);
    if (!wanted)
        return;
    m_pinned = m_pinned == wanted ? nullptr : wanted;
    emit dataChanged(this->index(0), this->index(rowCount() - 1), {PinnedRole, Qt::AccessibleTextRole});
    emit pinnedChanged(m_pinned);
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
    const RunTrace &trace = *found->trace;
    const QString question = QString::fromStdString(trace.request.question);
    const QString answer = QString::fromStdString(trace.answer.text).trimmed();
    const bool pinned = found->trace == m_pinned;
    switch (role) {
    case Qt::DisplayRole:
    case AnswerRole:
        return answer;
    case QuestionRole:
        return question;
    case MethodRole:
        return methodText(trace.request);
    case PinnedRole:
        return pinned;
    case NumberRole:
        return int(m_entries.size()) - index.row();
    case Qt::DecorationRole:
        return found->thumbnail;
    case Qt::ToolTipRole:
        return tr("%1\n%2\n%3 · %4")
            .arg(question.left(400), answer.left(400), methodText(trace.request),
                 QString::fromStdString(trace.imageName));
    case Qt::AccessibleTextRole:
        return tr("%1, %2, %3%4")
            .arg(question.left(200), answer.left(200), methodText(trace.request), pinned ? tr(", pinned") : QString());
    default:
        return {};
    }
}

} // namespace qmop
