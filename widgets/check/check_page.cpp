// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/check/check_page.h"

#include "qmop/error.h"
#include "widgets/theme/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QRegularExpression>
#include <QStyle>
#include <QStyledItemDelegate>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace qmop {

namespace {

QIcon stateIcon(CheckState state, const QStyle *style)
{
    return style->standardIcon(state == CheckState::Ok            ? QStyle::SP_DialogApplyButton
                                   : state == CheckState::Warning ? QStyle::SP_MessageBoxWarning
                                                                  : QStyle::SP_MessageBoxCritical);
}

// The icon never stands alone.
QString stateText(CheckState state)
{
    return state == CheckState::Ok     ? CheckPage::tr("ok")
        : state == CheckState::Warning ? CheckPage::tr("look")
                                       : CheckPage::tr("wrong");
}

// Several to a topic, each on a line of its own. A hash may break in its middle where
// it has no room: else its end would be cut off.
QString lines(const std::string &text)
{
    static const QRegularExpression halves(QStringLiteral("([0-9a-f]{32})([0-9a-f]{32})"));
    return QString::fromStdString(text)
        .replace(QStringLiteral("; "), QStringLiteral("\n"))
        .replace(halves, QStringLiteral("\\1\u200b\\2"));
}

// Icon and texts of a row begin at the same height, and a row is as high as its text at
// its column's width: a tree asks for that of unbroken lines.
class WrappedRow : public QStyledItemDelegate {
public:
    explicit WrappedRow(QTreeView *view)
        : QStyledItemDelegate(view)
        , m_view(view)
    {
    }
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        QStyleOptionViewItem inColumn = option;
        if (index.column() == 2) // the others are as wide as their text
            inColumn.rect = QRect(0, 0, m_view->columnWidth(index.column()), 1);
        return QStyledItemDelegate::sizeHint(inColumn, index);
    }

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        option->displayAlignment = Qt::AlignLeft | Qt::AlignTop;
        option->decorationAlignment = Qt::AlignLeft | Qt::AlignTop;
    }

private:
    QTreeView *m_view;
};

}

CheckPage::CheckPage(std::function<std::vector<CheckRow>(const GoOn &)> look, QWidget *parent)
    : QDialog(parent)
    , m_look(std::move(look))
    , m_summary(new QLabel(this))
    , m_table(new QTreeWidget(this))
    , m_copy(new QPushButton(tr("Copy as text"), this))
    , m_copyCommand(new QPushButton(tr("Copy as command"), this))
    , m_again(new QPushButton(tr("Check again"), this))
    , m_stop(new QPushButton(tr("Stop"), this))
    , m_progress(new QProgressBar(this))
{
    setWindowTitle(tr("Check this installation"));
    setAttribute(Qt::WA_DeleteOnClose);
    useFont(m_summary, 1.15, true);
    m_table->setHeaderLabels({tr("State"), tr("What"), tr("Found, and what to do")});
    m_table->setRootIsDecorated(false);
    m_table->setWordWrap(true);
    m_table->setAlternatingRowColors(true);
    m_table->setItemDelegate(new WrappedRow(m_table));
    // Rows are as high as their text is at these widths.
    connect(m_table->header(), &QHeaderView::sectionResized, m_table, &QTreeWidget::doItemsLayout,
            Qt::QueuedConnection);
    m_table->setAccessibleName(tr("Findings"));
    m_copy->setToolTip(tr("Copy all findings, for a report"));
    m_copyCommand->setAccessibleName(tr("Copy the check as command"));
    m_copyCommand->setToolTip(tr("The qmop info that prints the same findings"));
    m_copyCommand->hide();
    m_again->setToolTip(tr("Look and hash again"));
    m_stop->setToolTip(tr("Stop hashing the weights"));
    m_progress->setRange(0, 1000);
    m_progress->setAccessibleName(tr("Hashing the weights"));
    m_progress->setFormat(tr("hashing the weights: %p %"));
    m_table->setIconSize({16, 16});
    auto *buttons = new QHBoxLayout;
    auto *close = new QPushButton(tr("Close"), this);
    buttons->addWidget(m_copy);
    buttons->addWidget(m_copyCommand);
    buttons->addWidget(m_again);
    buttons->addWidget(m_stop);
    buttons->addStretch(1);
    buttons->addWidget(close);
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(m_summary);
    layout->addWidget(m_progress);
    layout->addWidget(m_table, 1);
    layout->addLayout(buttons);
    connect(close, &QPushButton::clicked, this, &QDialog::close);
    connect(m_again, &QPushButton::clicked, this, &CheckPage::checkAgain);
    connect(m_stop, &QPushButton::clicked, this, [this] {
        m_thread.request_stop();
        m_summary->setText(tr("Stopping …"));
    });
    connect(m_copy, &QPushButton::clicked, this,
            [this] { QApplication::clipboard()->setText(QString::fromStdString(checkText(m_rows))); });
    resize(fontMetrics().averageCharWidth() * 120, fontMetrics().height() * 30);
    checkAgain();
}

CheckPage::~CheckPage() = default;

void CheckPage::setCommand(const QString &command)
{
    m_copyCommand->setVisible(!command.isEmpty());
    m_copyCommand->disconnect();
    connect(m_copyCommand, &QPushButton::clicked, this, [command] { QApplication::clipboard()->setText(command); });
}

void CheckPage::checkAgain()
{
    m_summary->setText(tr("Looking …"));
    m_progress->setValue(0);
    showLooking(true);
    m_thread = std::jthread([this](const std::stop_token &stopped) { look(stopped); });
}

// On the page's thread.
void CheckPage::look(const std::stop_token &stopped)
{
    std::vector<CheckRow> rows;
    bool cancelled = false;
    try {
        rows = m_look([this, &stopped](double share) {
            QMetaObject::invokeMethod(
                this, [this, share] { m_progress->setValue(int(share * m_progress->maximum())); },
                Qt::QueuedConnection);
            return !stopped.stop_requested();
        });
    } catch (const Error &error) {
        cancelled = error.code() == ErrorCode::Cancelled;
        rows = {{"Engine", CheckState::Problem, error.what(), error.hint()}};
    } catch (const std::exception &error) {
        rows = {{"Engine", CheckState::Problem, error.what(), "install the program again"}};
    }
    QMetaObject::invokeMethod(
        this,
        [this, cancelled, rows = std::move(rows)] {
            showLooking(false);
            if (cancelled)
                m_summary->setText(tr("Stopped. Nothing was found out."));
            else
                show(rows);
            m_copy->setEnabled(!cancelled);
            emit checked();
        },
        Qt::QueuedConnection);
}

void CheckPage::showLooking(bool looking)
{
    m_progress->setVisible(looking);
    m_stop->setVisible(looking);
    m_again->setVisible(!looking);
    m_copy->setEnabled(!looking);
    if (looking) {
        m_rows.clear();
        m_table->clear();
    }
}

void CheckPage::show(std::vector<CheckRow> rows)
{
    m_rows = std::move(rows);
    m_table->clear();
    int notWell = 0;
    for (const CheckRow &row : m_rows) {
        notWell += row.state != CheckState::Ok;
        QString text = lines(row.finding);
        if (!row.advice.empty())
            text += QStringLiteral("\n→ ") + QString::fromStdString(row.advice);
        auto *item = new QTreeWidgetItem(m_table, {stateText(row.state), QString::fromStdString(row.topic), text});
        item->setIcon(0, stateIcon(row.state, style()));
        item->setToolTip(2, QString(text).remove(QChar(0x200b)));
    }
    m_table->resizeColumnToContents(0);
    m_table->resizeColumnToContents(1);
    m_summary->setText(notWell == 0 ? tr("All is well.") : tr("To look at: %1").arg(notWell));
}

QString CheckPage::summary() const
{
    return m_summary->text();
}

} // namespace qmop
