// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/review/review_export.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace qmop {

namespace {

QString text(const std::string &value)
{
    return QString::fromStdString(value);
}

using Cells = QList<std::pair<QString, QJsonValue>>;

QJsonArray arrayOf(const std::vector<std::string> &texts)
{
    QJsonArray array;
    for (const std::string &value : texts)
        array.append(text(value));
    return array;
}

Cells cellsOf(const ReviewData &data, ReviewRow row)
{
    const SuiteSample &sample = data.sample(row);
    const BenchPoint &point = data.record()->methods[std::size_t(row.method)].point;
    const SampleResult *full = data.reference(row);
    Cells cells{{QStringLiteral("id"), text(sample.id)},
                {QStringLiteral("image"), text(sample.image)},
                {QStringLiteral("dimension"), QString::fromUtf8(dimensionKey(sample.dimension).data())},
                {QStringLiteral("question_type"), text(sample.questionType)},
                {QStringLiteral("question"), text(sample.question)},
                {QStringLiteral("answers"), arrayOf(sample.answers)},
                {QStringLiteral("compressor"), text(point.compressor)},
                {QStringLiteral("budget"), point.budget},
                {QStringLiteral("answer"), text(data.result(row).answer)},
                {QStringLiteral("score"), data.score(row)},
                {QStringLiteral("full_answer"), full ? QJsonValue(text(full->answer)) : QJsonValue()},
                {QStringLiteral("full_score"), full ? QJsonValue(*data.referenceScore(row)) : QJsonValue()}};
    for (ReviewField field : allReviewFields) {
        const std::optional<double> value = data.value(row, field);
        cells.append({fieldKey(field), value ? QJsonValue(*value) : QJsonValue()});
    }
    cells.append({QStringLiteral("tags"), QJsonArray::fromStringList(data.tags(row))});
    cells.append({QStringLiteral("note"), data.note(row)});
    return cells;
}

QString plain(const QJsonValue &value)
{
    if (value.isArray()) {
        QStringList parts;
        for (const QJsonValue &part : value.toArray())
            parts << part.toString();
        return parts.join(QStringLiteral("; "));
    }
    return value.toVariant().toString();
}

// A formula that a spreadsheet would run on opening is text.
QString quoted(QString cell)
{
    if (!cell.isEmpty() && QStringLiteral("=+-@\t\r").contains(cell.front())) {
        bool number = false;
        cell.toDouble(&number);
        if (!number)
            cell.prepend(u'\'');
    }
    if (!cell.contains(u'"') && !cell.contains(u',') && !cell.contains(u'\n') && !cell.contains(u'\r'))
        return cell;
    return u'"' + cell.replace(u'"', QStringLiteral("\"\"")) + u'"';
}

QString csv(const ReviewData &data, const std::vector<ReviewRow> &rows)
{
    QString text;
    for (ReviewRow row : rows) {
        QStringList keys, values;
        for (const auto &[key, value] : cellsOf(data, row)) {
            keys << key;
            values << quoted(plain(value));
        }
        if (text.isEmpty())
            text = keys.join(u',') + QStringLiteral("\r\n");
        text += values.join(u',') + QStringLiteral("\r\n");
    }
    return text;
}

QString json(const ReviewData &data, const std::vector<ReviewRow> &rows)
{
    QJsonArray array;
    for (ReviewRow row : rows) {
        QJsonObject object;
        for (const auto &[key, value] : cellsOf(data, row))
            object.insert(key, value);
        array.append(object);
    }
    const BenchRecord &record = *data.record();
    const QJsonObject root{{QStringLiteral("suite"), text(record.suite)},
                           {QStringLiteral("version"), text(record.version)},
                           {QStringLiteral("scorer"), text(record.scorer)},
                           {QStringLiteral("model"), text(record.model)},
                           {QStringLiteral("rows"), array}};
    return QString::fromUtf8(QJsonDocument(root).toJson());
}

QString markdown(const ReviewData &data, const std::vector<ReviewRow> &rows)
{
    const BenchRecord &record = *data.record();
    QString out = QStringLiteral("# %1 %2, %3: %4 answers\n\n")
                      .arg(text(record.suite), text(record.version), text(record.model))
                      .arg(rows.size());
    out += QStringLiteral(
        "| Sample | Dim. | Question | Reference | Method | Answer | Right | Full | Full right | Tags | "
        "Note |\n|---|---|---|---|---|---|---|---|---|---|---|\n");
    for (ReviewRow row : rows) {
        const SuiteSample &sample = data.sample(row);
        const SampleResult *full = data.reference(row);
        const QStringList cells{text(sample.id),
                                QString::fromUtf8(dimensionKey(sample.dimension).data()),
                                text(sample.question),
                                sample.answers.empty() ? QString() : text(sample.answers.front()),
                                text(methodName(record.methods[std::size_t(row.method)].point)),
                                text(data.result(row).answer),
                                scoreMark(data.score(row)),
                                full ? text(full->answer) : QString(),
                                full ? scoreMark(*data.referenceScore(row)) : QString(),
                                data.tags(row).join(QStringLiteral(", ")),
                                data.note(row)};
        for (QString cell : cells)
            out += QStringLiteral("| ") + cell.replace(u'|', QStringLiteral("\\|")).replace(u'\n', u' ') + u' ';
        out += QStringLiteral("|\n");
    }
    return out;
}

}

ReviewFormat reviewFormat(const QString &fileName)
{
    if (fileName.endsWith(QLatin1String(".json"), Qt::CaseInsensitive))
        return ReviewFormat::Json;
    return fileName.endsWith(QLatin1String(".md"), Qt::CaseInsensitive) ? ReviewFormat::Markdown : ReviewFormat::Csv;
}

QString reviewText(const ReviewData &data, const std::vector<ReviewRow> &rows, ReviewFormat format)
{
    switch (format) {
    case ReviewFormat::Json:
        return json(data, rows);
    case ReviewFormat::Markdown:
        return markdown(data, rows);
    case ReviewFormat::Csv:
        break;
    }
    return csv(data, rows);
}

} // namespace qmop
