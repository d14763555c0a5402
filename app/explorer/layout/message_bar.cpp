// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/layout/message_bar.h"

#include "widgets/theme/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QStyle>
#include <QToolButton>

#include <utility>

namespace qmop {

MessageBar::MessageBar(QWidget *parent)
    : QFrame(parent)
    , m_icon(new QLabel(this))
    , m_text(new QLabel(this))
    , m_copy(new QToolButton(this))
    , m_dismiss(new QToolButton(this))
{
    setFrameShape(QFrame::StyledPanel);
    setAutoFillBackground(true);
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_copy->setText(tr("Copy details"));
    m_dismiss->setText(tr("Dismiss"));
    auto *words = new QHBoxLayout;
    words->addWidget(m_icon, 0, Qt::AlignTop);
    words->addWidget(m_text, 1);
    m_buttons = new QHBoxLayout;
    m_buttons->addStretch(1);
    for (QToolButton *button : {m_copy, m_dismiss})
        m_buttons->addWidget(button, 0, Qt::AlignTop);
    m_layout = new QBoxLayout(QBoxLayout::LeftToRight, this);
    m_layout->setContentsMargins(metrics::margin, metrics::gap, metrics::gap, metrics::gap);
    m_layout->addLayout(words, 1);
    m_layout->addLayout(m_buttons);
    connect(m_dismiss, &QToolButton::clicked, this, &MessageBar::goAway);
    connect(m_copy, &QToolButton::clicked, this, [this] { QApplication::clipboard()->setText(m_details); });
    hide();
}

// Buttons beside the words, or below where these would be squeezed into a column.
bool MessageBar::event(QEvent *event)
{
    if (event->type() == QEvent::Resize || event->type() == QEvent::LayoutRequest)
        m_layout->setDirection(m_buttons->sizeHint().width() * 5 < width() * 2 ? QBoxLayout::LeftToRight
                                                                               : QBoxLayout::TopToBottom);
    return QFrame::event(event);
}

void MessageBar::showMessage(Kind kind, const QString &what, const QString &hint, const QString &details)
{
    const auto icon = kind == Kind::Error ? QStyle::SP_MessageBoxCritical : QStyle::SP_MessageBoxInformation;
    const int side = style()->pixelMetric(QStyle::PM_SmallIconSize, nullptr, this) + 4;
    m_icon->setPixmap(style()->standardIcon(icon).pixmap(side, side));
    m_text->setText(hint.isEmpty() ? what : what + u'\n' + hint);
    m_details = details;
    m_kind = kind;
    if (kind == Kind::Report)
        m_report = Report{what, hint, details};
    takeOffersBack();
    setAccessibleName(m_text->text());
    QPalette colours = QApplication::palette();
    const QColor tint = kind == Kind::Error ? panelColours(colours).bad : panelColours(colours).accent;
    QColor surface = colours.color(QPalette::Window);
    surface = QColor::fromRgbF(surface.redF() * 0.86F + tint.redF() * 0.14F,
                               surface.greenF() * 0.86F + tint.greenF() * 0.14F,
                               surface.blueF() * 0.86F + tint.blueF() * 0.14F);
    colours.setColor(QPalette::Window, surface);
    setPalette(colours);
    show();
}

void MessageBar::offer(const QString &title, std::function<void()> action)
{
    auto *button = new QToolButton(this);
    button->setText(title);
    button->setAccessibleDescription(m_text->text());
    m_buttons->insertWidget(1 + int(m_offers.size()), button, 0, Qt::AlignTop); // behind the stretch
    setTabOrder(m_offers.empty() ? static_cast<QWidget *>(m_text) : m_offers.back(), button);
    m_offers.push_back(button);
    connect(button, &QToolButton::clicked, this, [this, action = std::move(action)] {
        const auto chosen = action; // its button goes
        takeOffersBack(); // the action may show a message of its own
        goAway();
        chosen();
    });
    button->show();
}

void MessageBar::takeOffersBack()
{
    for (QToolButton *button : std::exchange(m_offers, {})) {
        button->hide();
        button->deleteLater(); // it may be the one that was clicked
    }
}

void MessageBar::clearNotice()
{
    if (m_kind == Kind::Notice)
        goAway();
}

void MessageBar::goAway()
{
    if (m_kind == Kind::Report)
        m_report.reset();
    hide();
    if (const std::optional<Report> report = m_report)
        showMessage(Kind::Report, report->what, report->hint, report->details);
}

QString MessageBar::text() const
{
    return m_text->text();
}

} // namespace qmop
