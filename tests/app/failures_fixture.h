// SPDX-License-Identifier: GPL-3.0-or-later
//
// A window in layout Failures over a scripted engine, and results to open in it.
#pragma once

#include "app/explorer/failures/failure_browser.h"
#include "app/explorer/layout/panel_docks.h"
#include "core/vtcbench/report.h"
#include "core/vtcbench/suite_file.h"
#include "tests/app/window_fixture.h"
#include "tests/widgets/bench_record_fixture.h"
#include "widgets/review/failures_panel.h"

#include <QTest>

namespace qmop::fixture {

class FailuresFixture : public QObject {
protected:
    void begin()
    {
        m_fixture = std::make_unique<fixture::WindowFixture>();
        open();
    }
    FailuresPanel *panel() { return m_window->failuresPanel(); }
    fixture::ScriptedBackend::Log &engine() { return *m_fixture->engine; }
    void open(bool journal = true)
    {
        m_fixture->window.reset();
        WindowConfig config = m_fixture->config();
        if (journal)
            config.journal = m_fixture->path("data/journal.sqlite").toStdString();
        m_fixture->window = std::make_unique<MainWindow>(config);
        m_window = m_fixture->window.get();
        m_window->docks()->showLayout(LayoutId::Failures);
        m_window->resize(1280, 800);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window));
    }
    // Four samples with two pictures; "none" is right but for s0 and s3, "qmop · 64"
    // where the number is odd.
    QString writeSuite(const QString &name, bool withPictures = true)
    {
        const auto record = fixture::makeBenchRecord(4, name.toStdString());
        Suite suite{record->suite, "1", "exact", "", "", record->samples};
        const QString folder = m_fixture->path(name);
        if (withPictures) {
            fixture::writePicture(folder + "/p0.png", 64, 48, Qt::red);
            fixture::writePicture(folder + "/p1.png", 48, 64, Qt::blue);
            saveSuite(suite, folder.toStdString());
        }
        BenchReport report;
        report.suite = suite.name;
        report.version = suite.version;
        report.scorer = suite.scorer;
        report.model = "scenes-tiny";
        report.samples = record->samples;
        for (const BenchMethod &method : record->methods) {
            BenchRun run;
            run.point = method.point;
            run.results = method.results;
            run.scores = method.scores;
            run.modelHash = method.modelHash;
            report.runs.push_back(run);
        }
        const QString file = folder + "/results.json";
        fixture::writeFile(file, QByteArray::fromStdString(reportText(report)));
        return file;
    }
    static QByteArray fileText(const QString &file)
    {
        QFile stored(file);
        return stored.open(QIODevice::ReadOnly) ? stored.readAll() : QByteArray();
    }
    // The engine's answer to what was asked last.
    void answer(const std::string &text)
    {
        engine().finish({.answer = text, .compressor = engine().requests.back().compressor});
    }

    std::unique_ptr<fixture::WindowFixture> m_fixture;
    MainWindow *m_window = nullptr;
};

} // namespace qmop::fixture
