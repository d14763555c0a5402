// SPDX-License-Identifier: GPL-3.0-or-later
//
// Decodes pictures beside the window's thread: the one to show first, then
// thumbnails.
#pragma once

#include "app/explorer/engine/picture_decoder.h"
#include "app/explorer/pictures/stored_picture.h"
#include "qmop/image_u8.h"
#include "qmop/run_event.h"
#include "qmop/run_request.h"
#include "widgets/image/picture_pyramid.h"

#include <QImage>
#include <QObject>
#include <QString>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace qmop {

struct LoadedPicture {
    ImageSource source;
    std::shared_ptr<const ImageU8> image;
    QStringList notices; // e.g. that only the first frame is shown
    std::string sha256; // of the encoded bytes; empty where the file is gone meanwhile
    PicturePyramid levels;
};

class PictureLoader : public QObject {
    Q_OBJECT

public:
    explicit PictureLoader(PictureDecoder decoder, QObject *parent = nullptr);
    ~PictureLoader() override;

    // Replaces an earlier open() that has not ended; that one reports nothing.
    void open(ImageSource source);
    // Finds the picture of a stored run, with its levels, beside the window's thread;
    // `then` hears of it on that thread. Replaces and is replaced as open() is; asked
    // for again meanwhile, the picture is read once for both.
    void find(PictureRecord record, PatchGrid grid, std::function<void(FoundPicture)> then);
    bool isOpening() const { return m_opening; }
    // Nothing is being read, and every thumbnail that was asked for has been delivered.
    bool isIdle() const { return !m_opening && m_thumbnails == 0; }
    // Nothing is opened any more. A picture that is being decoded goes on until the
    // decoder returns, and is dropped.
    void cancel();
    // Queues a thumbnail; failures are silent, the file is reported when opened.
    void requestThumbnail(const QString &path, int side);

signals:
    void opened(const qmop::LoadedPicture &picture);
    void failed(const qmop::RunFailed &failure);
    void thumbnailReady(const QString &path, const QImage &image);
    void idle(); // it has become so, behind the signal of what came last

private:
    void work(std::stop_token stop);
    void post(std::function<void()> job, bool first);
    void deliver(quint64 id, std::function<void()> emitResult);
    void tellIfIdle();

    const PictureDecoder m_decoder;
    std::atomic<quint64> m_lastOpen = 0; // written by the window's thread
    bool m_opening = false; // window's thread
    int m_thumbnails = 0; // window's thread: asked for and not yet there
    // Window's thread: who waits for the picture that is being found.
    std::string m_finding; // its hash; empty: none
    std::vector<std::function<void(FoundPicture)>> m_finders;

    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::deque<std::function<void()>> m_jobs; // guarded by m_mutex
    std::jthread m_thread; // last: joined before the rest goes
};

} // namespace qmop
