// SPDX-License-Identifier: GPL-3.0-or-later
//
// A window over a scripted engine, with a model folder and sample pictures that
// exist for the length of a test.
#pragma once

#include "app/explorer/window/main_window.h"
#include "tests/widgets/trace_fixture.h"

#include <QDir>
#include <QFile>
#include <QImage>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <thread>
#include <vector>

namespace qmop::fixture {

// Keeps the requests; the test sends the events, from another thread as the
// engine does.
class ScriptedBackend : public RunBackend {
public:
    struct Log {
        std::vector<RunRequest> requests;
        int cancels = 0;
        std::function<void(const RunEvent &)> listener;

        // Sends from a thread of its own and waits until it has been sent.
        void send(std::vector<RunEvent> events) const
        {
            std::thread([&] {
                for (const RunEvent &event : events)
                    listener(event);
            }).join();
        }
        template<typename Payload> void send(Payload payload) const
        {
            send(std::vector<RunEvent>{{requests.back().id, std::move(payload)}});
        }
        void finish(TraceOptions options = {}) const
        {
            auto trace = makeTrace(options);
            const RunRequest &request = requests.back();
            trace->request = request;
            trace->request.image.bytes.clear();
            send(RunFinished{trace});
        }
    };

    explicit ScriptedBackend(std::shared_ptr<Log> log)
        : m_log(std::move(log))
    {
    }
    void submit(RunRequest request) override { m_log->requests.push_back(std::move(request)); }
    void cancel() override { ++m_log->cancels; }

private:
    std::shared_ptr<Log> m_log;
};

inline BackendFactory scripted(std::shared_ptr<ScriptedBackend::Log> log)
{
    return [log](std::function<void(const RunEvent &)> listener) {
        log->listener = std::move(listener);
        return std::make_unique<ScriptedBackend>(log);
    };
}

inline void writeFile(const QString &path, const QByteArray &content)
{
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        qFatal("cannot write %s", qPrintable(path));
}

// Configuration files of a model of 256 patches with budgets 16 and 64.
inline void writeModelFolder(const QString &folder)
{
    writeFile(folder + "/config.json", R"({
        "model_type": "llava", "name": "scenes-tiny", "vision_feature_layer": -2, "prompt": "<image>{question}<a>",
        "vision_config": {"hidden_size": 192, "num_hidden_layers": 6, "num_attention_heads": 6,
            "intermediate_size": 768, "image_size": 128, "patch_size": 8, "projection_dim": 128, "hidden_act": "gelu"},
        "clip_text_config": {"vocab_size": 1000, "hidden_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4,
            "intermediate_size": 512, "max_position_embeddings": 64, "projection_dim": 128, "hidden_act": "gelu",
            "bos_token_id": 1, "eos_token_id": 2},
        "text_config": {"vocab_size": 1000, "hidden_size": 256, "num_hidden_layers": 4, "num_attention_heads": 8,
            "num_key_value_heads": 8, "intermediate_size": 688, "tie_word_embeddings": true}})");
    writeFile(folder + "/preprocessor_config.json", R"({"size": 128, "crop_size": 128, "resample": 3,
        "image_mean": [0.48, 0.46, 0.41], "image_std": [0.27, 0.26, 0.28], "image_aspect_ratio": "pad"})");
    QDir(folder).mkpath("qmop-16");
    QDir(folder).mkpath("qmop-64");
    QDir(folder).mkpath("qmop-notes");
}

inline void writePicture(const QString &path, int width, int height, QColor colour)
{
    QImage image(width, height, QImage::Format_RGB32);
    image.fill(colour);
    QDir().mkpath(QFileInfo(path).path());
    if (!image.save(path))
        qFatal("cannot write %s", qPrintable(path));
}

struct WindowFixture {
    QTemporaryDir folder;
    std::shared_ptr<ScriptedBackend::Log> engine = std::make_shared<ScriptedBackend::Log>();
    std::unique_ptr<MainWindow> window;

    WindowFixture()
    {
        QSettings::setDefaultFormat(QSettings::IniFormat);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, folder.path());
        writeModelFolder(path("model"));
        writePicture(path("resources/samples/market.png"), 640, 480, QColor(200, 180, 120));
        writePicture(path("resources/samples/beach.png"), 480, 640, QColor(90, 160, 220));
        writeFile(path("resources/samples/samples.json"), R"({"samples": [
            {"picture": "market.png", "title": "Market", "questions": ["what does the sign say?", "is it day?"]},
            {"picture": "missing.png", "title": "Missing", "questions": []},
            {"picture": "beach.png", "title": "Beach", "questions": ["where is this?"]}]})");
    }
    QString path(const QString &relative) const { return folder.filePath(relative); }
    WindowConfig config() const
    {
        WindowConfig config;
        config.model = path("model").toStdString();
        config.resources = path("resources").toStdString();
        config.backend = scripted(engine);
        config.ownSuite = path("own").toStdString();
        config.decoder = [](const ImageSource &source) {
            return source.bytes.empty() ? loadImage(source.path) : decodeImage(source.bytes, source.path.string());
        };
        return config;
    }
    MainWindow &open()
    {
        window = std::make_unique<MainWindow>(config());
        window->resize(1280, 800);
        window->show();
        return *window;
    }
    // The first sample in the opened window; false where it did not arrive.
    bool openSample() const
    {
        QSignalSpy opened(window.get(), &MainWindow::pictureOpened);
        window->openPicture({path("resources/samples/market.png").toStdString(), {}});
        return opened.wait();
    }
    // A window with the first sample and an answered run about it; false where it did not come so far.
    bool openAnswered(const TraceOptions &options = {})
    {
        open();
        if (!QTest::qWaitForWindowExposed(window.get()) || !openSample())
            return false;
        window->setQuestion(QStringLiteral("what does the sign say?"));
        window->startRun();
        engine->finish(options);
        return QTest::qWaitFor([this] { return window->shownTrace() != nullptr; });
    }
};

} // namespace qmop::fixture
