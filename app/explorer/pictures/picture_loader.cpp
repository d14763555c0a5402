// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/pictures/picture_loader.h"

#include "qmop/sha256.h"
#include "qmop/thread_priority.h"
#include "widgets/runs/runs_model.h"

#include <utility>

namespace qmop {

namespace {

constexpr int loaderNiceness = 5; // painting goes first

// The decoder throws for what a user can cause; here it becomes a value.
std::variant<DecodedImage, RunFailed> decode(const PictureDecoder &decoder, const ImageSource &source)
{
    try {
        return decoder(source);
    } catch (const Error &error) {
        return RunFailed{error.code(), error.what(), error.hint()};
    } catch (const std::bad_alloc &) {
        return RunFailed{ErrorCode::OutOfMemory, source.path.string() + ": not enough memory to decode the picture",
                         "use a smaller picture or close other programs"};
    } catch (const std::exception &error) {
        return RunFailed{ErrorCode::Internal, source.path.string() + ": " + error.what(), {}};
    }
}

std::string hashOf(const ImageSource &source)
{
    try {
        return source.bytes.empty() ? sha256OfFile(source.path)
                                    : sha256Hex(std::span<const std::uint8_t>(source.bytes));
    } catch (const Error &) {
        return {};
    }
}

}

PictureLoader::PictureLoader(PictureDecoder decoder, QObject *parent)
    : QObject(parent)
    , m_decoder(std::move(decoder))
    , m_thread([this](std::stop_token stop) { work(stop); })
{
}

PictureLoader::~PictureLoader()
{
    m_thread.request_stop();
}

void PictureLoader::work(std::stop_token stop)
{
    yieldToOthers(loaderNiceness);
    while (true) {
        std::function<void()> job;
        {
            std::unique_lock lock(m_mutex);
            if (!m_wake.wait(lock, stop, [this] { return !m_jobs.empty(); }))
                return;
            job = std::move(m_jobs.front());
            m_jobs.pop_front();
        }
        job();
        if (stop.stop_requested())
            return;
    }
}

void PictureLoader::post(std::function<void()> job, bool first)
{
    {
        const std::scoped_lock lock(m_mutex);
        if (first)
            m_jobs.push_front(std::move(job));
        else
            m_jobs.push_back(std::move(job));
    }
    m_wake.notify_one();
}

// Stale results are dropped on the window's thread, which alone knows the id.
void PictureLoader::deliver(quint64 id, std::function<void()> emitResult)
{
    QMetaObject::invokeMethod(
        this,
        [this, id, emitResult = std::move(emitResult)] {
            if (id != m_lastOpen)
                return;
            m_opening = false;
            emitResult();
            tellIfIdle();
        },
        Qt::QueuedConnection);
}

void PictureLoader::tellIfIdle()
{
    if (isIdle())
        emit idle();
}

void PictureLoader::open(ImageSource source)
{
    cancel();
    const quint64 id = m_lastOpen;
    m_opening = true;
    post(
        [this, id, source = std::move(source)] {
            if (id != m_lastOpen) // replaced or cancelled while it waited
                return;
            auto result = decode(m_decoder, source);
            if (auto *failure = std::get_if<RunFailed>(&result)) {
                deliver(id, [this, failure = *failure] { emit failed(failure); });
                return;
            }
            auto &decoded = std::get<DecodedImage>(result);
            if (id != m_lastOpen)
                return;
            LoadedPicture picture{source, decoded.image, {}, hashOf(source), PicturePyramid(decoded.image)};
            if (!decoded.nameNotice.empty())
                picture.notices << QString::fromStdString(decoded.nameNotice);
            for (const std::string &notice : decoded.notices)
                picture.notices << QString::fromStdString(notice);
            deliver(id, [this, picture = std::move(picture)] { emit opened(picture); });
        },
        true);
}

void PictureLoader::find(PictureRecord record, PatchGrid grid, std::function<void(FoundPicture)> then)
{
    if (m_opening && !m_finding.empty() && m_finding == record.sha256) {
        m_finders.push_back(std::move(then));
        return;
    }
    cancel();
    const quint64 id = m_lastOpen;
    m_opening = true;
    m_finding = record.sha256;
    m_finders.push_back(std::move(then));
    post(
        [this, id, record = std::move(record), grid = std::move(grid)] {
            if (id != m_lastOpen)
                return;
            FoundPicture found;
            try {
                found = findPicture(record, grid, m_decoder);
                if (found.image)
                    found.levels = PicturePyramid(found.image);
            } catch (const std::exception &error) { // no memory for it
                found = {nullptr, {}, {}, QString::fromStdString(record.name + ": " + error.what())};
            }
            deliver(id, [this, found = std::move(found)] {
                m_finding.clear();
                for (const auto &then : std::exchange(m_finders, {}))
                    then(found);
            });
        },
        true);
}

void PictureLoader::cancel()
{
    ++m_lastOpen;
    m_opening = false;
    m_finding.clear();
    m_finders.clear();
    tellIfIdle();
}

void PictureLoader::requestThumbnail(const QString &path, int side)
{
    ++m_thumbnails;
    post(
        [this, path, side] {
            const auto result = decode(m_decoder, {path.toStdString(), {}});
            const auto *decoded = std::get_if<DecodedImage>(&result);
            const QImage image = decoded ? thumbnail(*decoded->image, side) : QImage();
            QMetaObject::invokeMethod(
                this,
                [this, path, image] {
                    --m_thumbnails;
                    if (!image.isNull())
                        emit thumbnailReady(path, image);
                    tellIfIdle();
                },
                Qt::QueuedConnection);
        },
        false);
}

} // namespace qmop
