// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/guide/guide_window.h"

#include "widgets/guide/guide_browser.h"
#include "widgets/theme/theme.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QSplitter>
#include <QToolButton>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace qmop {

namespace {

constexpr int addressRole = Qt::UserRole;

QTreeWidget *makeTree(const QString &name, QWidget *parent)
{
    auto *tree = new QTreeWidget(parent);
    tree->setHeaderHidden(true);
    tree->setAccessibleName(name);
    tree->setWordWrap(true);
    return tree;
}

}

GuideWindow::GuideWindow(const std::filesystem::path &folder, QWidget *parent)
    : QWidget(parent, Qt::Window)
    , m_pages(folder)
    , m_browser(new GuideBrowser(folder, this))
{
    setWindowTitle(tr("User guide"));
    auto *split = new QSplitter(this);
    split->addWidget(buildSide());
    split->addWidget(m_browser);
    split->setStretchFactor(1, 1);
    split->setChildrenCollapsible(false);
    const int letter = fontMetrics().averageCharWidth();
    split->setSizes({32 * letter, 92 * letter});
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(buildMessage());
    layout->addWidget(split, 1);
    resize(124 * letter, 44 * fontMetrics().height());

    fillContents();
    connect(m_browser, &GuideBrowser::pageShown, this, [this] {
        m_message->hide();
        markContents();
    });
    connect(m_browser, &GuideBrowser::linkRefused, this, [this](const QString &target) {
        showMessage(tr("%1 lies outside the guide and is not opened: QMoP Explorer uses no network.").arg(target),
                    target);
    });
    openTopic({});
}

QWidget *GuideWindow::buildSide()
{
    auto *side = new QWidget(this);
    m_search = new QLineEdit(side);
    m_search->setPlaceholderText(tr("Search (Ctrl+F)"));
    m_search->setAccessibleName(tr("Search the guide"));
    m_search->setClearButtonEnabled(true);
    m_search->installEventFilter(this);
    m_contents = makeTree(tr("Contents of the guide"), side);
    m_results = makeTree(tr("Places found"), side);
    m_results->setRootIsDecorated(false);
    m_results->hide();
    const auto button = [&](const QString &text, const QString &name, const QKeySequence &keys, auto does) {
        auto *made = new QToolButton(side);
        made->setText(text);
        made->setAccessibleName(name);
        made->setToolTip(tr("%1 (%2)").arg(name, keys.toString(QKeySequence::NativeText)));
        made->setShortcut(keys);
        made->setFocusPolicy(Qt::TabFocus);
        connect(made, &QToolButton::clicked, this, does);
        return made;
    };
    m_back = button(QStringLiteral("←"), tr("Back"), Qt::ALT | Qt::Key_Left, [this] { m_browser->backward(); });
    m_forward = button(QStringLiteral("→"), tr("Forward"), Qt::ALT | Qt::Key_Right, [this] { m_browser->forward(); });
    QToolButton *first = button(tr("First page"), tr("First page"), Qt::ALT | Qt::Key_Home, [this] { openTopic({}); });
    for (const auto &[arrow, available] :
         {std::pair{m_back, &QTextBrowser::backwardAvailable}, {m_forward, &QTextBrowser::forwardAvailable}}) {
        arrow->setEnabled(false);
        connect(m_browser, available, arrow, &QWidget::setEnabled);
    }
    auto *find = new QAction(this);
    find->setShortcut(QKeySequence::Find);
    connect(find, &QAction::triggered, m_search, [this] {
        m_search->setFocus(Qt::ShortcutFocusReason);
        m_search->selectAll();
    });
    addAction(find);

    auto *row = new QHBoxLayout;
    for (QToolButton *each : {m_back, m_forward, first})
        row->addWidget(each);
    row->addStretch(1);
    auto *layout = new QVBoxLayout(side);
    layout->setContentsMargins(metrics::gap, metrics::gap, metrics::gap, metrics::gap);
    layout->addLayout(row);
    layout->addWidget(m_search);
    layout->addWidget(m_contents, 1);
    layout->addWidget(m_results, 1);
    connect(m_search, &QLineEdit::textChanged, this, &GuideWindow::searchFor);
    connect(m_search, &QLineEdit::returnPressed, this, [this] { stepResult(1); });
    for (QTreeWidget *tree : {m_contents, m_results}) {
        connect(tree, &QTreeWidget::itemActivated, this, &GuideWindow::open);
        connect(tree, &QTreeWidget::itemClicked, this, &GuideWindow::open);
    }
    return side;
}

QWidget *GuideWindow::buildMessage()
{
    m_message = new QFrame(this);
    m_message->setFrameShape(QFrame::StyledPanel);
    m_text = new QLabel(m_message);
    m_text->setWordWrap(true);
    m_text->setTextFormat(Qt::PlainText);
    m_copy = new QToolButton(m_message);
    m_copy->setText(tr("Copy the address"));
    auto *dismiss = new QToolButton(m_message);
    dismiss->setText(tr("Dismiss"));
    auto *row = new QHBoxLayout(m_message);
    row->addWidget(m_text, 1);
    for (QToolButton *button : {m_copy, dismiss}) {
        button->setFocusPolicy(Qt::TabFocus);
        row->addWidget(button);
    }
    connect(dismiss, &QToolButton::clicked, m_message, &QWidget::hide);
    m_message->hide();
    return m_message;
}

void GuideWindow::showMessage(const QString &text, const QString &toCopy)
{
    m_text->setText(text);
    m_message->setAccessibleName(text);
    m_copy->setVisible(!toCopy.isEmpty());
    m_copy->disconnect();
    connect(m_copy, &QToolButton::clicked, this, [toCopy] { QApplication::clipboard()->setText(toCopy); });
    m_message->show();
}

QString GuideWindow::message() const
{
    return m_message->isHidden() ? QString() : m_text->text();
}

void GuideWindow::fillContents()
{
    for (int page = 0; page < int(m_pages.pages().size()); ++page) {
        QTreeWidgetItem *parent = nullptr;
        QTreeWidgetItem *top = nullptr;
        const std::vector<GuideSection> &sections = m_pages.pages()[page].sections;
        for (int index = 0; index < int(sections.size()); ++index) {
            const GuideSection &section = sections[index];
            QTreeWidgetItem *item = !top                 ? (top = new QTreeWidgetItem(m_contents))
                : section.level > 2 && parent != nullptr ? new QTreeWidgetItem(parent)
                                                         : (parent = new QTreeWidgetItem(top));
            item->setText(0, section.title);
            item->setToolTip(0, section.title);
            item->setData(0, addressRole, m_pages.address({page, index}));
        }
    }
}

void GuideWindow::openTopic(const QString &title)
{
    if (m_pages.pages().empty()) {
        showMessage(tr("The guide's pages are missing in %1. Install the program again.")
                        .arg(QString::fromStdString(m_pages.folder().string())),
                    {});
        return;
    }
    m_browser->openAddress(m_pages.address(m_pages.find(title).value_or(GuidePlace{})));
}

void GuideWindow::searchFor(const QString &words)
{
    const bool searching = !words.trimmed().isEmpty();
    m_contents->setVisible(!searching);
    m_results->setVisible(searching);
    m_results->clear();
    for (const GuideHit &hit : m_pages.search(words)) {
        const GuidePage &page = m_pages.pages()[std::size_t(hit.place.page)];
        const GuideSection &section = page.sections[std::size_t(hit.place.section)];
        auto *item = new QTreeWidgetItem(m_results);
        const QString place = hit.place.section == 0 ? page.title : page.title + QStringLiteral(" › ") + section.title;
        item->setText(0, place + u'\n' + hit.excerpt);
        item->setData(0, addressRole, m_pages.address(hit.place));
    }
    if (searching && m_results->topLevelItemCount() == 0) {
        auto *none = new QTreeWidgetItem(m_results, {tr("No section has all these words.")});
        none->setFlags(Qt::NoItemFlags);
    }
    m_browser->markWords({});
}

void GuideWindow::open(const QTreeWidgetItem *item)
{
    const QString address = item ? item->data(0, addressRole).toString() : QString();
    if (address.isEmpty())
        return;
    m_browser->openAddress(address);
    if (item->treeWidget() == m_results)
        m_browser->markWords(m_search->text());
}

void GuideWindow::stepResult(int by)
{
    const int count = m_results->topLevelItemCount();
    if (count == 0)
        return;
    const int at = m_results->indexOfTopLevelItem(m_results->currentItem());
    const int next = at < 0 ? (by > 0 ? 0 : count - 1) : (at + by + count) % count;
    m_results->setCurrentItem(m_results->topLevelItem(next));
    open(m_results->currentItem());
}

void GuideWindow::markContents()
{
    const QString address = m_browser->address();
    for (QTreeWidgetItemIterator it(m_contents); *it; ++it)
        if ((*it)->data(0, addressRole).toString() == address) {
            m_contents->setCurrentItem(*it); // opens its parents
            m_contents->scrollToItem(*it);
            return;
        }
}

// Up and down in the search walk through what was found.
bool GuideWindow::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_search && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        if (key == Qt::Key_Down || key == Qt::Key_Up) {
            stepResult(key == Qt::Key_Down ? 1 : -1);
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void GuideWindow::keyPressEvent(QKeyEvent *event)
{
    if (event->key() != Qt::Key_Escape) {
        QWidget::keyPressEvent(event);
        return;
    }
    if (m_search->text().isEmpty())
        close();
    else
        m_search->clear();
}

} // namespace qmop
