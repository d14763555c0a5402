// SPDX-License-Identifier: GPL-3.0-or-later
//
// The failure browser: a benchmark's answers as a table, a scatter to brush in,
// the pictures of what is brushed, and a summary per dimension. What is selected
// in the table is what is brushed everywhere.
#pragma once

#include "widgets/review/failure_scatter.h"
#include "widgets/review/review_filter_bar.h"
#include "widgets/review/review_model.h"
#include "widgets/selection/selection.h"

#include <QImage>
#include <QPointer>
#include <QWidget>

#include <map>
#include <optional>

class QComboBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QProgressBar;
class QPushButton;
class QSplitter;
class QStackedWidget;
class QTableView;
class QTableWidget;
class QTabWidget;

namespace qmop {

class AnswerLegend;
class ElidedLabel;
class RoutingTable;

class FailuresPanel : public QWidget {
    Q_OBJECT

public:
    explicit FailuresPanel(QWidget *parent = nullptr);
    ~FailuresPanel() override;

    // Rows read and write it: they stand for their questions.
    void setSelection(Selection *selection);
    // Null: nothing is open. `source` says where it comes from. Filter, brush and
    // place in the list stay where they still mean something.
    void setRecord(std::shared_ptr<const BenchRecord> record, const QString &source, SampleEdits edits);
    void setEdits(const std::string &sample, const RunEdits &edits);
    void setThumbnail(const QString &image, const QImage &thumbnail); // as the suite names it
    // A benchmark goes on. `left`: seconds, where they can be told.
    void showProgress(int done, int total, std::optional<double> left);
    void endProgress();
    // Why no benchmark can be started; empty: it can.
    void setObstacle(const QString &obstacle);
    // While a run goes on Esc is the window's.
    void setRunning(bool running);

    // Opens the next sample of the list, around its ends; false where it is empty.
    bool step(int by);
    std::vector<ReviewRow> brushed() const { return {m_brushed.begin(), m_brushed.end()}; }
    void setBrushed(const std::vector<ReviewRow> &rows);
    // Rows whose question lights up, ascending.
    std::vector<int> highlighted(bool locked) const;

    ReviewModel *model() const { return m_model; }
    QTableView *table() const { return m_table; }
    ReviewFilterBar *filterBar() const { return m_filters; }
    FailureScatter *scatter() const { return m_scatter; }
    QComboBox *xBox() const { return m_x; }
    QComboBox *yBox() const { return m_y; }
    QListWidget *pictures() const { return m_pictures; }
    QTableWidget *summaryTable() const { return m_summary; }
    RoutingTable *routingTable() const { return m_routing; }
    QLineEdit *tagsEdit() const { return m_tags; }
    QLineEdit *noteEdit() const { return m_note; }
    QPushButton *openButton() const { return m_open; }
    QPushButton *recentButton() const { return m_recent; } // its menu is the caller's
    QPushButton *benchButton() const { return m_bench; }
    QPushButton *exportButton() const { return m_export; }
    QPushButton *stopButton() const { return m_stop; }
    QString detailsText() const; // of the answer that is pointed at, else of the current one
    std::vector<ReviewRow> litPictures() const; // of the pictures beside the plot
    QString countText() const;
    QString progressText() const;
    QString sourceText() const;

signals:
    void openRequested();
    void benchRequested();
    void stopRequested();
    void exportRequested();
    void sampleActivated(qmop::ReviewRow row);
    void thumbnailWanted(const QString &image);
    void editsRequested(const QString &sample, const qmop::RunEdits &edits);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    // failures_layout.cpp
    QWidget *makeBar();
    QWidget *makeProgress();
    QWidget *makeTable();
    QWidget *makeScatter();
    QWidget *makeTabs();
    void connectViews();

    void applyFilter(const ReviewFilter &filter);
    void listChanged();
    void takeTableSelection();
    void selectInTable();
    void brushChanged(bool byPerson);
    void lockBrushed();
    void fillScatter();
    QString absenceNote(ReviewField x, ReviewField y) const;
    void fillPictures();
    void fillSummary();
    void showHighlights();
    void showEdits();
    void requestEdits();
    void activate(ReviewRow row);
    void hover(ReviewRow row);
    void makeCurrent(ReviewRow row);
    void currentChanged();
    void showDetails();
    QString details(ReviewRow row) const;
    ReviewRow currentRow() const;

    QPointer<Selection> m_selection;
    ReviewModel *m_model;
    std::set<ReviewRow> m_brushed;
    ReviewRow m_hovered; // by the mouse or the plot's keys, in any view
    ReviewRow m_current; // the row that the fields below the table speak of
    std::vector<std::string> m_lockedByBrush;
    bool m_syncing = false;
    bool m_running = false;
    bool m_arranged = false; // the views have been given their shares
    std::map<QString, QImage> m_thumbnails; // by image
    std::set<QString> m_wanted; // images that were asked for

    ElidedLabel *m_source = nullptr;
    QLabel *m_count = nullptr;
    QPushButton *m_open = nullptr;
    QPushButton *m_recent = nullptr;
    QPushButton *m_bench = nullptr;
    QPushButton *m_export = nullptr;
    QWidget *m_progressRow = nullptr;
    QProgressBar *m_progress = nullptr;
    ElidedLabel *m_progressLabel = nullptr;
    QPushButton *m_stop = nullptr;
    ReviewFilterBar *m_filters = nullptr;
    QStackedWidget *m_stack = nullptr; // hint, views
    QSplitter *m_splitter = nullptr;
    QTableView *m_table = nullptr;
    QLineEdit *m_tags = nullptr;
    QLineEdit *m_note = nullptr;
    QComboBox *m_x = nullptr;
    QComboBox *m_y = nullptr;
    FailureScatter *m_scatter = nullptr;
    AnswerLegend *m_legend = nullptr; // of the plot
    QPushButton *m_showFilters = nullptr;
    bool m_filtersChosen = false; // by the person, whatever room there is
    ElidedLabel *m_details = nullptr;
    QListWidget *m_pictures = nullptr;
    RoutingTable *m_routing = nullptr;
    QLabel *m_picturesNote = nullptr;
    QTableWidget *m_summary = nullptr;
};

} // namespace qmop
