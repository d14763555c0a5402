// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/figure/figure_dialog.h"

#include "widgets/figure/figure_painter.h"
#include "widgets/theme/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>

namespace qmop {

FigurePreview::FigurePreview(QWidget *parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setAccessibleName(tr("Preview of the figure"));
}

void FigurePreview::setFigure(std::unique_ptr<PaintedFigure> figure)
{
    m_figure = std::move(figure);
    m_size = m_figure->size();
    m_drawn = {};
    setAccessibleDescription(m_figure->caption());
    update();
}

void FigurePreview::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), panelColours(palette()).canvas);
    if (!m_figure)
        return;
    const double dpr = painter.device()->devicePixelRatioF();
    const double fit = std::min({(width() - 16) / m_size.width(), (height() - 16) / m_size.height(), 1.5});
    if (fit <= 0)
        return;
    const QSizeF room = m_size * fit;
    if (m_drawn.width() != int(std::lround(room.width() * dpr)))
        m_drawn = figureImage(*m_figure, fit * dpr);
    const QRectF box(QPointF((width() - room.width()) / 2, (height() - room.height()) / 2), room);
    painter.drawImage(box, m_drawn);
    painter.setPen(panelColours(palette()).line);
    painter.drawRect(box.adjusted(-0.5, -0.5, 0.5, 0.5));
}

FigureDialog::FigureDialog(std::shared_ptr<const RunTrace> trace, FigureView view, bool zoomed, const QString &file,
                           QWidget *parent)
    : FigureDialog(std::move(trace), std::move(view), std::nullopt, file, parent)
{
    build(zoomed);
}

FigureDialog::FigureDialog(AnswersView answers, const QString &file, QWidget *parent)
    : FigureDialog(nullptr, {}, std::move(answers), file, parent)
{
    build(false);
}

FigureDialog::FigureDialog(std::shared_ptr<const RunTrace> trace, FigureView view, std::optional<AnswersView> answers,
                           const QString &file, QWidget *parent)
    : QDialog(parent)
    , m_trace(std::move(trace))
    , m_view(std::move(view))
    , m_answers(std::move(answers))
    , m_preview(new FigurePreview(this))
    , m_format(new QComboBox(this))
    , m_width(new QSpinBox(this))
    , m_scale(new QDoubleSpinBox(this))
    , m_size(new QLabel(this))
    , m_file(new QLineEdit(file, this))
{
}

void FigureDialog::build(bool zoomed)
{
    setWindowTitle(tr("Save a figure"));
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Save | QDialogButtonBox::Cancel, this);
    m_save = buttons->button(QDialogButtonBox::Save);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *scroll = new QScrollArea(this);
    scroll->setWidget(makeChoices(zoomed));
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setMinimumWidth(scroll->widget()->minimumSizeHint().width() + 24);
    scroll->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Expanding);
    auto *middle = new QHBoxLayout;
    middle->addWidget(scroll);
    middle->addWidget(m_preview, 1);
    auto *layout = new QVBoxLayout(this);
    layout->addLayout(middle, 1);
    layout->addWidget(buttons);
    refresh();
}

QCheckBox *FigureDialog::check(const QString &text, const QString &toolTip, bool checked)
{
    auto *box = new QCheckBox(text, this);
    box->setToolTip(toolTip);
    box->setChecked(checked);
    connect(box, &QCheckBox::toggled, this, &FigureDialog::refresh);
    return box;
}

QWidget *FigureDialog::makeChoices(bool zoomed)
{
    auto *choices = new QWidget(this);
    auto *form = new QFormLayout(choices);
    form->setRowWrapPolicy(QFormLayout::WrapLongRows);
    auto *fileRow = new QHBoxLayout;
    auto *choose = new QPushButton(tr("Choose…"), choices);
    choose->setAccessibleName(tr("Choose the file"));
    choose->setAutoDefault(false);
    connect(choose, &QPushButton::clicked, this, &FigureDialog::chooseFile);
    m_file->setAccessibleName(tr("File of the figure"));
    m_file->setMinimumWidth(fontMetrics().horizontalAdvance(QStringLiteral("a figure of the view.png")));
    connect(m_file, &QLineEdit::textChanged, this, &FigureDialog::refresh);
    fileRow->addWidget(m_file, 1);
    fileRow->addWidget(choose);
    form->addRow(tr("File"), fileRow);
    for (FigureFormat format : allFigureFormats)
        m_format->addItem(figureSuffix(format).toUpper(), int(format));
    m_format->setAccessibleName(tr("Format"));
    connect(m_format, &QComboBox::activated, this,
            [this] { setFormat(FigureFormat(m_format->currentData().toInt())); });
    form->addRow(tr("Format"), m_format);
    m_width->setRange(minFigureWidth, maxFigureWidth);
    m_width->setValue(FigureLook().width);
    m_width->setSingleStep(40);
    m_width->setAccessibleName(tr("Width in 1/96 inch"));
    m_width->setToolTip(tr("In units of 1/96 inch; the height follows from the content"));
    connect(m_width, &QSpinBox::valueChanged, this, &FigureDialog::refresh);
    form->addRow(tr("Width"), m_width);
    m_scale->setRange(minFigureScale, maxFigureScale);
    m_scale->setSingleStep(0.5);
    m_scale->setValue(FigureLook().scale);
    m_scale->setAccessibleName(tr("Pixels per unit"));
    m_scale->setToolTip(tr("Of a PNG, and of the picture inside an SVG or PDF: 1 is 96, 2 is 192 dots per inch"));
    connect(m_scale, &QDoubleSpinBox::valueChanged, this, &FigureDialog::refresh);
    form->addRow(tr("Pixels per unit"), m_scale);
    form->addRow(m_size);
    addContents(*form, zoomed);
    return choices;
}

// What the figure holds.
void FigureDialog::addContents(QFormLayout &form, bool zoomed)
{
    m_picture = check(tr("Picture with overlay and colour bar"), {}, true);
    m_region = check(tr("Only the part in view"),
                     zoomed ? QString() : tr("Zoom into the picture first: the whole picture is in view"), zoomed);
    m_region->setEnabled(zoomed);
    form.addRow(m_picture);
    form.addRow(m_region);
    const QString names[] = {tr("Answer"),         tr("Router"), tr("Pruning scores"),
                             tr("Resampler maps"), tr("Costs"),  tr("Sweep over budgets")};
    for (FigurePanel panel : allFigurePanels) {
        m_panels.push_back(check(names[std::size_t(panel)], {}, panel == FigurePanel::Router));
        form.addRow(m_panels.back());
    }
    QCheckBox *sweep = m_panels[std::size_t(FigurePanel::Sweep)];
    sweep->setEnabled(m_view.sweep.has_value());
    sweep->setToolTip(m_view.sweep ? tr("The last sweep over budgets, of this question on this picture")
                                   : tr("Sweep over budgets first, with this question on this picture"));
    m_panels[std::size_t(FigurePanel::Maps)]->setToolTip(
        tr("The queries that are locked in the panel Resampler maps; without any, the eight sharpest"));
    m_caption = check(tr("Caption"), tr("Question and answer, what is shown, method, model, picture, version"), true);
    m_embed = check(tr("Keep the picture in the file"),
                    tr("So that the figure restores the view anywhere. Otherwise it names a picture below its own "
                       "folder, and its hash."),
                    true);
    m_strip = check(tr("Leave out paths and names"),
                    tr("No name of the picture, no folder; the picture inside is made of its pixels alone. Question "
                       "and answer stay."),
                    false);
    form.addRow(m_caption);
    form.addRow(m_embed);
    form.addRow(m_strip);
    if (!m_answers)
        return;
    m_caption->setToolTip(tr("What is drawn, which answers, suite, model, version"));
    m_strip->setToolTip(tr("No names of pictures. Questions and answers stay."));
    for (QCheckBox *box : {m_picture, m_region, m_embed})
        form.setRowVisible(box, false);
    for (QCheckBox *box : m_panels)
        form.setRowVisible(box, false);
}

FigureView FigureDialog::view() const
{
    FigureView view = m_view;
    if (!m_region->isChecked())
        view.region.reset();
    return view;
}

FigureLook FigureDialog::look() const
{
    FigureLook look;
    look.width = m_width->value();
    look.scale = m_scale->value();
    look.picture = m_picture->isChecked();
    look.caption = m_caption->isChecked();
    for (FigurePanel panel : allFigurePanels)
        if (panelBox(panel)->isChecked())
            look.panels.push_back(panel);
    return look;
}

bool FigureDialog::embedPicture() const
{
    return m_embed->isChecked();
}

bool FigureDialog::stripNames() const
{
    return m_strip->isChecked();
}

QString FigureDialog::file() const
{
    return m_file->text().trimmed();
}

void FigureDialog::chooseFile()
{
    const QString file
        = QFileDialog::getSaveFileName(this, tr("Save a figure"), m_file->text(), tr("Figures (*.png *.svg *.pdf)"),
                                       nullptr, QFileDialog::DontConfirmOverwrite);
    if (!file.isEmpty())
        m_file->setText(figureFormat(file) ? file : file + u'.' + m_format->currentText().toLower());
}

// The ending of the name is the format.
void FigureDialog::setFormat(FigureFormat format)
{
    QString name = m_file->text();
    if (const auto now = figureFormat(name))
        name.chop(figureSuffix(*now).size() + 1);
    m_file->setText(name + u'.' + figureSuffix(format));
}

void FigureDialog::refresh()
{
    if (!m_save || !m_strip)
        return;
    const std::optional<FigureFormat> format = figureFormat(file());
    if (format)
        m_format->setCurrentIndex(m_format->findData(int(*format)));
    if (m_answers) {
        m_preview->setFigure(std::make_unique<AnswersPainter>(*m_answers, look()));
    } else {
        std::shared_ptr<const RunTrace> trace = m_trace;
        if (m_strip->isChecked()) {
            auto nameless = std::make_shared<RunTrace>(*m_trace);
            nameless->imageName.clear();
            trace = nameless;
        }
        m_preview->setFigure(std::make_unique<FigurePainter>(trace, view(), look()));
    }
    const QSizeF size = m_preview->figureSize();
    const double scale = m_scale->value();
    const bool tooLarge = size.width() * size.height() * scale * scale > maxFigurePixels;
    m_size->setText(tooLarge ? tr("More than 100 million pixels: choose fewer")
                             : tr("%1 × %2 mm, %3 × %4 pixels")
                                   .arg(size.width() * 25.4 / 96, 0, 'f', 0)
                                   .arg(size.height() * 25.4 / 96, 0, 'f', 0)
                                   .arg(std::lround(size.width() * scale))
                                   .arg(std::lround(size.height() * scale)));
    m_save->setEnabled(format && !tooLarge);
    m_save->setToolTip(!format        ? tr("Choose a name that ends in .png, .svg or .pdf")
                           : tooLarge ? m_size->text()
                                      : QString());
}

} // namespace qmop
