// SPDX-License-Identifier: GPL-3.0-or-later
//
// A window with a journal, over a scripted engine, that is closed and opened again.
#pragma once

#include "app/explorer/layout/message_bar.h"
#include "app/explorer/layout/panel_docks.h"
#include "app/explorer/runs/run_controls.h"
#include "app/explorer/runs/run_history.h"
#include "qmop/sha256.h"
#include "tests/app/window_fixture.h"
#include "tests/core/store/same_trace.h"
#include "widgets/answer/answer_panel.h"
#include "widgets/image/image_panel.h"
#include "widgets/image/image_view.h"
#include "widgets/runs/runs_panel.h"

#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <QUndoStack>

#include <csignal>
#include <functional>

#include <sys/wait.h>
#include <unistd.h>

namespace qmop::fixture {

class HistoryFixture : public QObject {
protected:
    void begin()
    {
        m_fixture = std::make_unique<fixture::WindowFixture>();
        start();
    }
    WindowConfig config() const
    {
        WindowConfig config = m_fixture->config();
        config.journal = journalFile();
        return config;
    }
    std::filesystem::path journalFile() const { return m_fixture->path("data/journal.sqlite").toStdString(); }
    void start()
    {
        m_window.reset();
        m_window = std::make_unique<MainWindow>(config());
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        QTRY_VERIFY(m_window->history()->journal());
    }
    void openPicture(const QString &name = "resources/samples/market.png")
    {
        QSignalSpy opened(m_window.get(), &MainWindow::pictureOpened);
        m_window->openPicture({m_fixture->path(name).toStdString(), {}});
        QVERIFY(opened.wait());
    }
    // Asks, and answers in the engine's place with a trace of the shown picture.
    void ask(const QString &question, const std::string &answer)
    {
        m_window->setQuestion(question);
        m_window->startRun();
        const auto trace = fixture::makeTrace({.question = question.toStdString(), .answer = answer});
        const ImageSource &source = engine().requests.back().image;
        const DecodedImage decoded = config().decoder(source);
        trace->request = engine().requests.back();
        trace->request.image.bytes.clear();
        trace->image = decoded.image;
        trace->imageSha256
            = source.bytes.empty() ? sha256OfFile(source.path) : sha256Hex(std::span<const std::uint8_t>(source.bytes));
        trace->imageName = source.path.filename().string();
        trace->grid = makePatchGrid(decoded.image->width, decoded.image->height, 128, 8, FitPolicy::Pad);
        engine().send(RunFinished{trace});
        QTRY_COMPARE(m_window->answerPanel()->answerText(), QString::fromStdString(answer));
        m_last = trace;
    }
    // In a process of its own a window opens the journal, does that, and is killed.
    void killAWindow(const std::function<void(RunJournal &, const std::string &session)> &afterOpening) const
    {
        const std::filesystem::path file = journalFile();
        const pid_t child = ::fork();
        if (child == 0) {
            const std::string session = newUid();
            RunJournal journal(file);
            journal.openWindow(session);
            afterOpening(journal, session);
            ::kill(::getpid(), SIGKILL);
        }
        ::waitpid(child, nullptr, 0);
    }
    void click(int row)
    {
        const QModelIndex index = list()->model()->index(row, 0);
        list()->scrollTo(index);
        QTest::mouseClick(list()->viewport(), Qt::LeftButton, {}, list()->visualRect(index).center());
    }
    QListView *list() { return m_window->runsPanel()->list(); }
    RunsPanel *panel() { return m_window->runsPanel(); }
    fixture::ScriptedBackend::Log &engine() { return *m_fixture->engine; }

    std::unique_ptr<fixture::WindowFixture> m_fixture;
    std::unique_ptr<MainWindow> m_window;
    std::shared_ptr<RunTrace> m_last;
};

} // namespace qmop::fixture
