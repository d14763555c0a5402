// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/window/when_settled.h"

#include "app/explorer/engine/model_hash.h"
#include "app/explorer/window/main_window.h"

#include <QCoreApplication>

#include <utility>

namespace qmop {
namespace {

constexpr int nestedLayouts = 8;

class SettleWatch : public QObject {
public:
    SettleWatch(MainWindow *window, std::function<void()> then)
        : QObject(window)
        , m_window(window)
        , m_then(std::move(then))
    {
        connect(window->loader(), &PictureLoader::idle, this, &SettleWatch::look);
        connect(window->modelHash(), &ModelHash::ready, this, &SettleWatch::look);
        connect(window->modelHash(), &ModelHash::forgotten, this, &SettleWatch::look);
        look();
    }

private:
    // A window that has been painted forgets the hash that it had before it asks for files.
    bool isSettled() const
    {
        return m_window->wasPainted() && m_window->loader()->isIdle() && !m_window->modelHash()->isRunning();
    }

    // What has arrived asks for a layout by events of its own, and these for others.
    void look()
    {
        if (std::exchange(m_looking, true))
            return;
        later([this] {
            later([this] {
                m_looking = false;
                if (!isSettled() || std::exchange(m_ended, true))
                    return; // what is still to come calls again
                deleteLater();
                for (int i = 0; i < nestedLayouts; ++i) // each asks the one around it, by another event
                    QCoreApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest);
                m_then();
            });
        });
    }

    template<typename Work> void later(Work work) { QMetaObject::invokeMethod(this, work, Qt::QueuedConnection); }

    MainWindow *m_window;
    std::function<void()> m_then;
    bool m_looking = false;
    bool m_ended = false;
};

} // namespace

void whenSettled(MainWindow &window, std::function<void()> then)
{
    new SettleWatch(&window, std::move(then));
}

} // namespace qmop
