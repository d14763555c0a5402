// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/tour/tour.h"

#include "widgets/theme/accessible_role.h"
#include "widgets/theme/theme.h"

#include <QAccessible>
#include <QApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

namespace qmop {

namespace {

constexpr int distance = 28; // from the target: room for the arrow

// Frame around the target and arrow to it. The mouse does not meet it.
class Pointer : public QWidget {
public:
    explicit Pointer(QWidget *window)
        : QWidget(window)
    {
        setAttribute(Qt::WA_TransparentForMouseEvents);
        setFocusPolicy(Qt::NoFocus);
    }
    QRect target;
    QRect callout;

protected:
    void paintEvent(QPaintEvent *) override
    {
        if (target.isEmpty())
            return;
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const QColor colour = panelColours(palette()).accent;
        painter.setPen(QPen(colour, 3));
        painter.drawRoundedRect(QRectF(target).adjusted(1.5, 1.5, -1.5, -1.5), metrics::radius, metrics::radius);
        const QLineF line = arrow();
        if (line.length() < 8)
            return;
        painter.drawLine(line);
        painter.setBrush(colour);
        const QPointF along = (line.p2() - line.p1()) / line.length();
        const QPointF across(-along.y(), along.x());
        painter.drawPolygon(
            QPolygonF{line.p2(), line.p2() - along * 12 + across * 6, line.p2() - along * 12 - across * 6});
    }

private:
    // Between the nearest points; of no length where one covers the other.
    QLineF arrow() const
    {
        const auto span = [](int a0, int a1, int b0, int b1) { // a point of each, nearest to the other's
            if (a1 < b0 || b1 < a0)
                return a1 < b0 ? std::pair{a1, b0} : std::pair{a0, b1};
            const int middle = (std::max(a0, b0) + std::min(a1, b1)) / 2;
            return std::pair{middle, middle};
        };
        const auto [x0, x1] = span(callout.left(), callout.right(), target.left(), target.right());
        const auto [y0, y1] = span(callout.top(), callout.bottom(), target.top(), target.bottom());
        return {QPointF(x0, y0), QPointF(x1, y1)};
    }
};

Pointer *pointer(QWidget *widget)
{
    return static_cast<Pointer *>(widget);
}

}

QRect calloutPlace(const QRect &target, const QSize &size, const QRect &room)
{
    const auto within = [&](QRect rect) {
        rect.moveLeft(std::clamp(rect.left(), room.left(), std::max(room.left(), room.right() - rect.width() + 1)));
        rect.moveTop(std::clamp(rect.top(), room.top(), std::max(room.top(), room.bottom() - rect.height() + 1)));
        return rect;
    };
    QRect rect(QPoint(), size);
    rect.moveCenter(target.isEmpty() ? room.center() : target.center());
    if (target.isEmpty())
        return within(rect);
    const int x = rect.left(), y = rect.top();
    const QPoint right(target.right() + distance, y), left(target.left() - distance - size.width(), y);
    const QPoint below(x, target.bottom() + distance), above(x, target.top() - distance - size.height());
    // Beside a panel, but below what stands in a row: its neighbours stay in sight.
    const bool inRow = target.height() < size.height() / 2;
    for (const QPoint &corner : inRow ? std::array{below, above, right, left} : std::array{right, left, below, above}) {
        const QRect there = within(QRect(corner, size));
        if (!there.intersects(target.adjusted(-distance / 2, -distance / 2, distance / 2, distance / 2)))
            return there;
    }
    rect.moveBottom(target.bottom() - distance); // on it, at its lower edge
    return within(rect);
}

Tour::Tour(QWidget *window, std::vector<TourStep> steps)
    : QFrame(window)
    , m_window(window)
    , m_pointer(new Pointer(window))
    , m_steps(std::move(steps))
    , m_later(new QTimer(this))
    , m_count(new QLabel(this))
    , m_title(new QLabel(this))
    , m_text(new QLabel(this))
    , m_back(new QPushButton(tr("Back"), this))
    , m_next(new QPushButton(this))
    , m_skip(new QPushButton(tr("Skip"), this))
{
    setFrameShape(QFrame::Box);
    setAutoFillBackground(true);
    setAccessibleRole(this, QAccessible::HelpBalloon);
    useFont(m_title, 1.15, true);
    useFont(m_count, smallFactor);
    m_text->setWordWrap(true);
    m_text->setTextFormat(Qt::PlainText);
    m_back->setToolTip(tr("The step before (←)"));
    m_skip->setToolTip(tr("End the tour (Esc). Help → Tour starts it again"));
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_skip);
    buttons->addStretch(1);
    buttons->addWidget(m_back);
    buttons->addWidget(m_next);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(metrics::margin, metrics::margin, metrics::margin, metrics::margin);
    layout->addWidget(m_count);
    layout->addWidget(m_title);
    layout->addWidget(m_text);
    layout->addSpacing(metrics::gap);
    layout->addLayout(buttons);
    connect(m_next, &QPushButton::clicked, this, [this] { showStep(m_step + 1); });
    connect(m_back, &QPushButton::clicked, this, [this] { showStep(m_step - 1); });
    connect(m_skip, &QPushButton::clicked, this, &Tour::end);
    for (QPushButton *button : {m_back, m_next, m_skip})
        button->installEventFilter(this);
    m_later->setSingleShot(true);
    connect(m_later, &QTimer::timeout, this, &Tour::place);
    m_pointer->hide();
    hide();
}

Tour::~Tour()
{
    leaveStep();
}

void Tour::start()
{
    if (!isRunning()) {
        m_focusBefore = m_window->focusWidget();
        m_window->installEventFilter(this);
    }
    showStep(0);
    m_next->setFocus(Qt::OtherFocusReason);
}

void Tour::showStep(int index)
{
    if (index >= stepCount()) {
        end();
        return;
    }
    leaveStep();
    m_step = std::max(0, index);
    const TourStep &step = m_steps[std::size_t(m_step)];
    if (step.enter)
        step.enter();
    m_count->setText(tr("Tour · %1 of %2").arg(m_step + 1).arg(stepCount()));
    m_title->setText(step.title);
    const bool last = m_step + 1 == stepCount();
    m_next->setText(last ? tr("Done") : tr("Next"));
    m_next->setToolTip(last ? tr("End the tour (→)") : tr("The next step (→)"));
    m_skip->setVisible(!last);
    if (m_step == 0 && m_back->hasFocus())
        m_next->setFocus(Qt::OtherFocusReason);
    m_back->setEnabled(m_step > 0);
    place();
    setAccessibleName(tr("Tour, step %1 of %2: %3").arg(m_step + 1).arg(stepCount()).arg(step.title));
    setAccessibleDescription(m_text->text());
    // What has the focus is read out: it says the step.
    m_next->setAccessibleDescription(accessibleName() + QStringLiteral(". ") + m_text->text());
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

void Tour::end()
{
    if (!isRunning())
        return;
    leaveStep();
    m_step = -1;
    m_target = {};
    m_window->removeEventFilter(this);
    if (m_watched)
        m_watched->removeEventFilter(this);
    const bool hadFocus = isAncestorOf(QApplication::focusWidget());
    hide();
    m_pointer->hide();
    if (hadFocus && m_focusBefore && m_focusBefore->isVisible())
        m_focusBefore->setFocus(Qt::OtherFocusReason);
    emit ended();
}

void Tour::leaveStep()
{
    if (isRunning() && m_steps[std::size_t(m_step)].leave)
        m_steps[std::size_t(m_step)].leave();
}

QString Tour::text() const
{
    return m_text->text();
}

// Of what can be seen of it within the window.
QRect Tour::visibleRect(const QWidget *widget) const
{
    if (!widget || !widget->isVisible() || widget->window() != m_window || widget->visibleRegion().isEmpty())
        return {};
    return QRect(widget->mapTo(m_window, QPoint()), widget->size()) & m_window->rect();
}

void Tour::place()
{
    if (!isRunning())
        return;
    const TourStep &step = m_steps[std::size_t(m_step)];
    QWidget *target = step.target();
    if (m_watched != target) {
        if (m_watched)
            m_watched->removeEventFilter(this);
        m_watched = target;
        if (target)
            target->installEventFilter(this);
    }
    m_target = visibleRect(target);
    m_text->setText(m_target.isEmpty() ? step.text + QStringLiteral("\n\n") + step.whenHidden : step.text);
    const QRect room = m_window->rect().adjusted(8, 8, -8, -8);
    const int wide = std::min(46 * fontMetrics().averageCharWidth(), room.width());
    const int high
        = std::min(std::max(layout()->totalHeightForWidth(wide), layout()->totalMinimumSize().height()), room.height());
    setGeometry(calloutPlace(m_target, {wide, high}, room));
    pointer(m_pointer)->target = m_target;
    pointer(m_pointer)->callout = geometry();
    m_pointer->setGeometry(m_window->rect());
    m_pointer->show();
    m_pointer->raise();
    m_pointer->update();
    show();
    raise();
}

bool Tour::takeKey(int key)
{
    switch (key) {
    case Qt::Key_Right:
    case Qt::Key_PageDown:
        showStep(m_step + 1);
        return true;
    case Qt::Key_Left:
    case Qt::Key_PageUp:
        showStep(m_step - 1);
        return true;
    case Qt::Key_Escape:
        end();
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter: {
        auto *button = qobject_cast<QPushButton *>(QApplication::focusWidget());
        if (button)
            button->click();
        return button != nullptr;
    }
    default:
        return false;
    }
}

bool Tour::eventFilter(QObject *watched, QEvent *event)
{
    const bool ofButton = watched == m_back || watched == m_next || watched == m_skip;
    if (ofButton && (event->type() == QEvent::ShortcutOverride || event->type() == QEvent::KeyPress)) {
        const auto *key = static_cast<QKeyEvent *>(event);
        const bool plain = (key->modifiers() & ~Qt::KeypadModifier) == Qt::NoModifier;
        if (event->type() == QEvent::KeyPress)
            return plain && takeKey(key->key());
        if (plain && key->key() == Qt::Key_Escape)
            event->accept(); // else the window's Esc cancels a run
    } else if (!ofButton && isRunning()) {
        switch (event->type()) {
        case QEvent::Resize:
        case QEvent::Move:
        case QEvent::Show:
        case QEvent::Hide:
        case QEvent::LayoutRequest:
            m_later->start(0);
            break;
        default:
            break;
        }
    }
    return QFrame::eventFilter(watched, event);
}

void Tour::changeEvent(QEvent *event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::PaletteChange)
        if (isRunning())
            m_later->start(0);
}

} // namespace qmop
