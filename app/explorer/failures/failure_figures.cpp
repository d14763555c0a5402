// SPDX-License-Identifier: GPL-3.0-or-later
//
// The failure browser's plot as a figure, and back.
#include "app/explorer/failures/failure_browser.h"
#include "widgets/review/failures_panel.h"

#include <QComboBox>

namespace qmop {

std::optional<AnswersView> FailureBrowser::view() const
{
    if (!m_record)
        return std::nullopt;
    const ReviewModel &model = *m_panel->model();
    auto record = std::make_shared<BenchRecord>(*m_record);
    record->tags.resize(record->samples.size());
    bool tagged = false;
    for (std::size_t i = 0; i < record->samples.size(); ++i) {
        record->tags[i].clear();
        for (const QString &tag : model.data().tags({int(i), 0}))
            record->tags[i].push_back(tag.toStdString());
        tagged = tagged || !record->tags[i].empty();
    }
    if (!tagged)
        record->tags.clear();
    return AnswersView{record, model.filter(), ReviewField(m_panel->xBox()->currentData().toInt()),
                       ReviewField(m_panel->yBox()->currentData().toInt()), m_panel->brushed()};
}

void FailureBrowser::showView(const AnswersView &view, const QString &name)
{
    if (m_bench) {
        m_host.notice(tr("A benchmark is going on."), tr("Stop it before another result is opened."));
        return;
    }
    m_panel->filterBar()->setFilter({});
    show(view.record, name, {});
    m_panel->filterBar()->setFilter(view.filter);
    m_panel->xBox()->setCurrentIndex(m_panel->xBox()->findData(int(view.x)));
    m_panel->yBox()->setCurrentIndex(m_panel->yBox()->findData(int(view.y)));
    m_panel->setBrushed(view.brushed);
}

} // namespace qmop
