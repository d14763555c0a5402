// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/window/shown_state.h"

#include "app/explorer/runs/run_controls.h"
#include "app/explorer/window/main_window.h"
#include "widgets/answer/answer_panel.h"
#include "widgets/image/image_panel.h"

#include <QComboBox>

namespace qmop {

namespace {

// The view has kept its size or will get it: what is fitted is fitted again then.
void showAt(ImageView *view, const ImageView::Place &place)
{
    switch (place.fit) {
    case ImageView::Fit::All:
        view->fitAll();
        break;
    case ImageView::Fit::Picture:
        view->fitPicture();
        break;
    case ImageView::Fit::Free:
        view->setPlace(place);
        break;
    }
}

}

ShownState::ShownState(const MainWindow *window)
    : m_trace(window->shownTrace())
    , m_source(window->shownSource())
    , m_question(window->answerPanel()->question())
    , m_compressor(window->controls()->compressor())
    , m_fusion(window->controls()->fusionBox()->currentIndex())
    , m_budget(window->controls()->budget())
    , m_overlay(window->selection()->chosenOverlay())
    , m_locked(window->selection()->locked())
    , m_place(window->imagePanel()->view()->place())
{
}

void ShownState::restore(MainWindow *window) const
{
    window->controls()->fusionBox()->setCurrentIndex(m_fusion);
    window->controls()->choose(m_compressor, m_budget);
    window->selection()->chooseOverlay(m_overlay);
    ImageView *view = window->imagePanel()->view();
    const ImageSource &shown = window->shownSource();
    const bool samePicture = shown.path == m_source.path && shown.bytes == m_source.bytes;
    if (m_trace) {
        window->showTrace(m_trace); // the same too: its overlay may have been another
    } else if (window->shownTrace() || !samePicture) {
        if (m_source.path.empty() && m_source.bytes.empty())
            return; // there was no picture: the story's stays
        const auto then = [window, view, place = m_place] { showAt(view, place); };
        QObject::connect(window, &MainWindow::pictureOpened, view, then, Qt::SingleShotConnection);
        window->openPicture(m_source);
        window->setQuestion(m_question);
        return;
    }
    window->setQuestion(m_question);
    window->selection()->lockAll(m_locked);
    showAt(view, m_place);
}

} // namespace qmop
