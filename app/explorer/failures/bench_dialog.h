// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which suite is to be asked, and under which compressors and budgets.
#pragma once

#include "qmop/bench_record.h"

#include <QDialog>
#include <QStringList>

#include <filesystem>
#include <vector>

class QCheckBox;
class QComboBox;
class QLabel;
class QPushButton;

namespace qmop {

class CompressorBoxes;

class BenchDialog : public QDialog {
    Q_OBJECT

public:
    // Suites that ship, and folders of others; budgets that the model was trained for.
    BenchDialog(const std::filesystem::path &shipped, const QStringList &others, const std::vector<int> &budgets,
                QWidget *parent);

    std::vector<BenchPoint> points() const;
    QComboBox *suiteBox() const { return m_suite; }
    CompressorBoxes *compressors() const { return m_compressors; }
    const std::vector<QCheckBox *> &budgetBoxes() const { return m_budgets; }
    std::vector<int> budgets() const; // those that are ticked
    std::filesystem::path suite() const;
    QPushButton *startButton() const { return m_start; }
    QPushButton *copyButton() const { return m_copy; }

signals:
    void commandWanted();
    void chosen(const std::filesystem::path &suite, const std::vector<qmop::BenchPoint> &points);

private:
    void addSuite(const QString &folder);
    void chooseFile();
    void showCount();

    QComboBox *m_suite;
    CompressorBoxes *m_compressors;
    std::vector<QCheckBox *> m_budgets;
    QLabel *m_count;
    QPushButton *m_start;
    QPushButton *m_copy;
};

} // namespace qmop
