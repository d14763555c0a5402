// SPDX-License-Identifier: GPL-3.0-or-later
//
// A window that the file named by the first argument can be dragged from: pressing
// the mouse begins the drag. Says on standard output what happens, so that who
// moves the pointer can wait for it: "shown X Y" (its middle on the screen),
// "dragging", "accepted" or "refused" as the window below the pointer changes its
// mind, "dropped" or "not taken". It goes on until it is ended.
#include <QApplication>
#include <QDrag>
#include <QFileInfo>
#include <QMimeData>
#include <QTimer>
#include <QUrl>
#include <QWidget>

#include <cstdio>

namespace {

void say(const QString &words)
{
    std::printf("%s\n", qPrintable(words));
    std::fflush(stdout);
}

class DragSource : public QWidget {
public:
    explicit DragSource(const QString &file)
        : m_file(QFileInfo(file).absoluteFilePath())
    {
        setWindowTitle(QStringLiteral("drag source"));
        setFixedSize(160, 80);
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        if (std::exchange(m_shown, true))
            return;
        const QPoint middle = mapToGlobal(rect().center());
        QTimer::singleShot(0, this, [middle] { say(QStringLiteral("shown %1 %2").arg(middle.x()).arg(middle.y())); });
    }

    void mousePressEvent(QMouseEvent *) override
    {
        auto *data = new QMimeData;
        data->setUrls({QUrl::fromLocalFile(m_file)});
        auto *drag = new QDrag(this);
        drag->setMimeData(data);
        connect(drag, &QDrag::actionChanged, this, [](Qt::DropAction action) {
            say(action == Qt::IgnoreAction ? QStringLiteral("refused") : QStringLiteral("accepted"));
        });
        QTimer::singleShot(0, this, [] { say(QStringLiteral("dragging")); }); // from within exec()
        const bool taken = drag->exec(Qt::CopyAction) == Qt::CopyAction;
        // The program goes on: who takes the drop asks for the data only now.
        say(taken ? QStringLiteral("dropped") : QStringLiteral("not taken"));
    }

private:
    QString m_file;
    bool m_shown = false;
};

}

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    if (argc != 4) {
        std::fprintf(stderr, "usage: qmop-drag-source FILE X Y\n");
        return 2;
    }
    DragSource source(QString::fromLocal8Bit(argv[1]));
    source.move(QString::fromLatin1(argv[2]).toInt(), QString::fromLatin1(argv[3]).toInt());
    source.show();
    return QApplication::exec();
}
