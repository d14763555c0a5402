// SPDX-License-Identifier: GPL-3.0-or-later
//
// Asks how the shown view becomes a figure, with the figure itself as preview.
#pragma once

#include "qmop/figure.h"
#include "qmop/run_trace.h"
#include "widgets/figure/answers_painter.h"
#include "widgets/figure/figure_file.h"

#include <QDialog>
#include <QImage>

#include <memory>
#include <optional>
#include <vector>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace qmop {

// The figure as it will be, scaled down to the room there is.
class FigurePreview : public QWidget {
    Q_OBJECT

public:
    explicit FigurePreview(QWidget *parent = nullptr);
    void setFigure(std::unique_ptr<PaintedFigure> figure);
    QSizeF figureSize() const { return m_size; } // in units
    QSize sizeHint() const override { return {520, 560}; }
    QSize minimumSizeHint() const override { return {200, 160}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    std::unique_ptr<PaintedFigure> m_figure;
    QSizeF m_size;
    QImage m_drawn; // for the room it was drawn for
};

class FigureDialog : public QDialog {
    Q_OBJECT

public:
    // `zoomed`: view.region is a part of the picture only. `file` is proposed.
    FigureDialog(std::shared_ptr<const RunTrace> trace, FigureView view, bool zoomed, const QString &file,
                 QWidget *parent = nullptr);
    // Of a benchmark's answers: no picture, no panels.
    FigureDialog(AnswersView answers, const QString &file, QWidget *parent = nullptr);

    FigureView view() const;
    FigureLook look() const;
    bool embedPicture() const;
    bool stripNames() const;
    QString file() const;

    FigurePreview *preview() const { return m_preview; }
    QLineEdit *fileEdit() const { return m_file; }
    QComboBox *formatBox() const { return m_format; }
    QSpinBox *widthBox() const { return m_width; }
    QDoubleSpinBox *scaleBox() const { return m_scale; }
    QCheckBox *pictureBox() const { return m_picture; }
    QCheckBox *regionBox() const { return m_region; }
    QCheckBox *captionBox() const { return m_caption; }
    QCheckBox *embedBox() const { return m_embed; }
    QCheckBox *stripBox() const { return m_strip; }
    QCheckBox *panelBox(FigurePanel panel) const { return m_panels[std::size_t(panel)]; }
    QPushButton *saveButton() const { return m_save; }

private:
    FigureDialog(std::shared_ptr<const RunTrace> trace, FigureView view, std::optional<AnswersView> answers,
                 const QString &file, QWidget *parent);
    void build(bool zoomed);
    QWidget *makeChoices(bool zoomed);
    void addContents(QFormLayout &form, bool zoomed);
    QCheckBox *check(const QString &text, const QString &toolTip, bool checked);
    void chooseFile();
    void setFormat(FigureFormat format);
    void refresh();

    std::shared_ptr<const RunTrace> m_trace;
    FigureView m_view;
    std::optional<AnswersView> m_answers; // in place of a run
    FigurePreview *m_preview;
    QComboBox *m_format;
    QSpinBox *m_width;
    QDoubleSpinBox *m_scale;
    QCheckBox *m_picture = nullptr;
    QCheckBox *m_region = nullptr;
    QCheckBox *m_caption = nullptr;
    QCheckBox *m_embed = nullptr;
    QCheckBox *m_strip = nullptr;
    std::vector<QCheckBox *> m_panels;
    QLabel *m_size;
    QLineEdit *m_file;
    QPushButton *m_save = nullptr;
};

} // namespace qmop
