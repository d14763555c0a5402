// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/layout/when_painted.h"

#include <QEvent>
#include <QWidget>
#include <QWindow>

namespace qmop {
namespace {

class ExposeWatch : public QObject {
public:
    ExposeWatch(QWindow *window, std::function<void()> then)
        : QObject(window)
        , m_then(std::move(then))
    {
        window->installEventFilter(this);
    }

    // The window is painted while the event is handled, which is after this call.
    bool eventFilter(QObject *watched, QEvent *event) override
    {
        if (event->type() == QEvent::Expose && static_cast<QWindow *>(watched)->isExposed()) {
            watched->removeEventFilter(this);
            QMetaObject::invokeMethod(
                this, [this] { end(); }, Qt::QueuedConnection);
        }
        return false;
    }

private:
    void end()
    {
        deleteLater();
        m_then();
    }

    std::function<void()> m_then;
};

} // namespace

void whenPainted(QWidget &window, std::function<void()> then)
{
    window.winId(); // makes the native window, which is exposed later
    new ExposeWatch(window.windowHandle(), std::move(then));
}

} // namespace qmop
