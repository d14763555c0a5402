// SPDX-License-Identifier: GPL-3.0-or-later
//
// Every compressor that there is as a check box, in a row that wraps: what sweeps
// and benchmarks are asked with.
#pragma once

#include <QString>
#include <QWidget>

#include <string>
#include <vector>

class QCheckBox;

namespace qmop {

// "P pooling": short, with the letter that branches have everywhere.
QString compressorTitle(const std::string &compressor);
// What it does, in a sentence.
QString compressorHint(const std::string &compressor);

class CompressorBoxes : public QWidget {
    Q_OBJECT

public:
    // In the order of compressorNames; `chosen` are checked at first.
    explicit CompressorBoxes(const std::vector<std::string> &chosen, QWidget *parent = nullptr);

    // In the order of compressorNames.
    std::vector<std::string> chosen() const;
    const std::vector<QCheckBox *> &boxes() const { return m_boxes; }
    QCheckBox *box(const std::string &compressor) const;

signals:
    void changed();

private:
    std::vector<QCheckBox *> m_boxes; // beside compressorNames
};

} // namespace qmop
