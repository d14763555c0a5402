// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme/scroll_area.h"

#include <QAbstractSlider>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QEvent>
#include <QScrollArea>
#include <QScrollBar>

namespace qmop {

namespace {

class WheelGuard : public QObject {
public:
    using QObject::QObject;

protected:
    bool eventFilter(QObject *watched, QEvent *event) override
    {
        if (event->type() != QEvent::Wheel || static_cast<QWidget *>(watched)->hasFocus())
            return false;
        event->ignore(); // goes on to the parent, which scrolls
        return true;
    }
};

bool takesTheWheel(const QWidget *widget)
{
    return !qobject_cast<const QScrollBar *>(widget)
        && (qobject_cast<const QAbstractSlider *>(widget) || qobject_cast<const QComboBox *>(widget)
            || qobject_cast<const QAbstractSpinBox *>(widget));
}

}

void keepWheelFromControls(QWidget *content)
{
    auto *guard = new WheelGuard(content);
    for (QWidget *control : content->findChildren<QWidget *>()) {
        if (!takesTheWheel(control))
            continue;
        if (control->focusPolicy() == Qt::WheelFocus)
            control->setFocusPolicy(Qt::StrongFocus);
        control->installEventFilter(guard);
    }
}

QWidget *scrollAreaAround(QWidget *content, QWidget *parent)
{
    auto *scroll = new QScrollArea(parent);
    scroll->setWidget(content);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus); // the controls in it have the keys
    keepWheelFromControls(content);
    return scroll;
}

} // namespace qmop
