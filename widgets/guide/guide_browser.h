// SPDX-License-Identifier: GPL-3.0-or-later
//
// Shows the guide's pages and pictures from the disk, and nothing else: addresses
// of other machines and files outside the guide are reported, never opened.
#pragma once

#include <QTextBrowser>

#include <filesystem>

class QTimer;

namespace qmop {

class GuideBrowser : public QTextBrowser {
    Q_OBJECT

public:
    explicit GuideBrowser(std::filesystem::path folder, QWidget *parent = nullptr);

    // "window.md#router", relative to the guide's folder.
    void openAddress(const QString &address);
    // The same of what is shown.
    QString address() const;
    // Marks the words, and shows the first behind the place that was opened.
    void markWords(const QString &words);
    int markedWords() const { return int(extraSelections().size()); }

signals:
    void pageShown();
    // A link that leads out of the guide was chosen; it was not followed.
    void linkRefused(const QString &target);

protected:
    QVariant loadResource(int type, const QUrl &name) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    QString fileBelow(const QUrl &url) const; // empty: outside the guide
    void follow(const QUrl &url);
    void dress(); // anchors for headings; frames of tables; ground of code
    void showAnchor();
    void layOutAgain();

    QString m_folder; // canonical
    QUrl m_shown;
    QTimer *m_later;
    bool m_moved = false; // by the person, since the page was opened
    int m_width = 0; // that pictures were fitted to
};

} // namespace qmop
