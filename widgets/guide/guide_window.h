// SPDX-License-Identifier: GPL-3.0-or-later
//
// The user guide in a window of its own: contents, search, back and forward.
#pragma once

#include "widgets/guide/guide_pages.h"

#include <QWidget>

class QFrame;
class QLabel;
class QLineEdit;
class QToolButton;
class QTreeWidget;
class QTreeWidgetItem;

namespace qmop {

class GuideBrowser;

class GuideWindow : public QWidget {
    Q_OBJECT

public:
    // `folder` holds the pages. The window is `parent`'s, but stands for itself.
    GuideWindow(const std::filesystem::path &folder, QWidget *parent);

    // The section with this title, or the first page where there is none.
    void openTopic(const QString &title);
    const GuidePages &pages() const { return m_pages; }
    GuideBrowser *browser() const { return m_browser; }
    QLineEdit *searchEdit() const { return m_search; }
    QTreeWidget *contents() const { return m_contents; }
    QTreeWidget *results() const { return m_results; }
    // What the line above the page says; empty where it is closed.
    QString message() const;

protected:
    void keyPressEvent(QKeyEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QWidget *buildSide();
    QWidget *buildMessage();
    void showMessage(const QString &text, const QString &toCopy);
    void fillContents();
    void searchFor(const QString &words);
    void open(const QTreeWidgetItem *item);
    void markContents(); // the section that is shown
    void stepResult(int by);

    GuidePages m_pages;
    GuideBrowser *m_browser;
    QLineEdit *m_search = nullptr;
    QTreeWidget *m_contents = nullptr;
    QTreeWidget *m_results = nullptr;
    QFrame *m_message = nullptr;
    QLabel *m_text = nullptr;
    QToolButton *m_copy = nullptr;
    QToolButton *m_back = nullptr;
    QToolButton *m_forward = nullptr;
};

} // namespace qmop
