// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/guide/guide_browser.h"

#include "widgets/guide/guide_pages.h"
#include "widgets/theme/theme.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QImage>
#include <QScrollBar>
#include <QTextBlock>
#include <QTextTable>
#include <QTimer>

#include <algorithm>

namespace qmop {

GuideBrowser::GuideBrowser(std::filesystem::path folder, QWidget *parent)
    : QTextBrowser(parent)
    , m_folder(QDir(QString::fromStdString(folder.string())).canonicalPath())
    , m_later(new QTimer(this))
{
    setOpenLinks(false);
    setAccessibleName(tr("Page of the guide"));
    document()->setDocumentMargin(2 * metrics::margin);
    m_later->setSingleShot(true);
    connect(m_later, &QTimer::timeout, this, &GuideBrowser::layOutAgain);
    // Of the person; a resize moves the bar too, without an action.
    connect(verticalScrollBar(), &QScrollBar::actionTriggered, this, [this] { m_moved = true; });
    connect(this, &QTextBrowser::anchorClicked, this, &GuideBrowser::follow);
    connect(this, &QTextBrowser::sourceChanged, this, [this](const QUrl &url) {
        m_shown = url; // source() may still be the old one
        dress();
        showAnchor();
        setExtraSelections({});
        emit pageShown();
    });
}

void GuideBrowser::showAnchor()
{
    if (m_shown.hasFragment())
        scrollToAnchor(m_shown.fragment(QUrl::FullyDecoded));
    m_moved = false;
}

void GuideBrowser::openAddress(const QString &address)
{
    QUrl url = QUrl::fromLocalFile(m_folder + u'/' + address.section(u'#', 0, 0));
    if (address.contains(u'#'))
        url.setFragment(address.section(u'#', 1));
    setSource(url, QTextDocument::MarkdownResource);
}

QString GuideBrowser::address() const
{
    const QString file = QDir(m_folder).relativeFilePath(m_shown.toLocalFile());
    return m_shown.hasFragment() ? file + u'#' + m_shown.fragment(QUrl::FullyDecoded) : file;
}

QString GuideBrowser::fileBelow(const QUrl &url) const
{
    const QUrl absolute = source().isEmpty() ? url : source().resolved(url);
    const QString file = absolute.isLocalFile() ? QFileInfo(absolute.toLocalFile()).canonicalFilePath() : QString();
    return file.startsWith(m_folder + u'/') ? file : QString();
}

void GuideBrowser::follow(const QUrl &url)
{
    const QUrl absolute = source().resolved(url);
    const QString file = fileBelow(absolute);
    if (!file.endsWith(QStringLiteral(".md"))) {
        emit linkRefused(url.toString());
        return;
    }
    setSource(absolute, QTextDocument::MarkdownResource);
}

QVariant GuideBrowser::loadResource(int type, const QUrl &name)
{
    const QString path = fileBelow(name);
    QFile file(path);
    if (path.isEmpty() || !file.open(QIODevice::ReadOnly))
        return {};
    if (type != QTextDocument::ImageResource)
        return file.readAll();
    QImage image = QImage::fromData(file.readAll());
    const int room = viewport()->width() - 4 * metrics::margin;
    m_width = viewport()->width();
    // Twice the pixels where the screen has them, so that a large picture stays sharp.
    const double ratio = devicePixelRatioF();
    if (image.width() > room && room > 0) {
        const int pixels = std::min(image.width(), int(room * ratio));
        image = image.scaledToWidth(pixels, Qt::SmoothTransformation);
        image.setDevicePixelRatio(double(pixels) / room);
    }
    return image;
}

// Markdown has no anchors and plain tables.
void GuideBrowser::dress()
{
    const PanelColours colours = panelColours(palette());
    QTextCursor cursor(document());
    cursor.beginEditBlock();
    for (QTextBlock block = document()->begin(); block.isValid(); block = block.next()) {
        QTextBlockFormat format = block.blockFormat();
        cursor.setPosition(block.position());
        if (format.headingLevel() > 0) {
            cursor.select(QTextCursor::BlockUnderCursor);
            QTextCharFormat anchor;
            anchor.setAnchor(true);
            anchor.setAnchorNames({guideAnchor(block.text())});
            cursor.mergeCharFormat(anchor);
            format.setTopMargin(block == document()->begin() ? 0 : fontMetrics().height());
            cursor.setBlockFormat(format);
        } else if (format.hasProperty(QTextFormat::BlockNonBreakableLines)) {
            format.setBackground(colours.canvas);
            cursor.setBlockFormat(format);
        }
    }
    for (QTextFrame *frame : document()->rootFrame()->childFrames())
        if (auto *table = qobject_cast<QTextTable *>(frame)) {
            QTextTableFormat format = table->format();
            format.setBorder(1);
            format.setBorderCollapse(true);
            format.setBorderBrush(colours.line);
            format.setBorderStyle(QTextFrameFormat::BorderStyle_Solid);
            format.setCellPadding(metrics::gap);
            table->setFormat(format);
        }
    cursor.endEditBlock();
}

void GuideBrowser::markWords(const QString &words)
{
    QList<QTextEdit::ExtraSelection> marks;
    const QColor ground = palette().color(QPalette::Highlight);
    for (const QString &word : words.simplified().split(u' ', Qt::SkipEmptyParts))
        for (QTextCursor found = document()->find(word); !found.isNull(); found = document()->find(word, found)) {
            QTextEdit::ExtraSelection mark;
            mark.cursor = found;
            mark.format.setBackground(ground);
            mark.format.setForeground(readableOn(ground));
            marks << mark;
        }
    setExtraSelections(marks);
}

void GuideBrowser::layOutAgain()
{
    const QScrollBar *bar = verticalScrollBar();
    const double share = bar->maximum() > 0 ? double(bar->value()) / bar->maximum() : 0;
    QSignalBlocker quiet(this); // nothing else is shown
    reload();
    dress();
    if (m_moved)
        verticalScrollBar()->setValue(int(share * verticalScrollBar()->maximum()));
    else
        showAnchor();
    setExtraSelections({});
}

// Pictures are as wide as the page at most.
void GuideBrowser::resizeEvent(QResizeEvent *event)
{
    QTextBrowser::resizeEvent(event);
    if (m_width != 0 && m_width != viewport()->width())
        m_later->start(0);
}

void GuideBrowser::changeEvent(QEvent *event)
{
    QTextBrowser::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && !source().isEmpty())
        m_later->start(0);
}

} // namespace qmop
