// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/pictures/samples.h"

#include "qmop/error.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace qmop {

std::vector<Sample> readSamples(const std::filesystem::path &folder)
{
    const QDir dir(QString::fromStdString(folder.string()));
    QFile file(dir.filePath(QStringLiteral("samples.json")));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(file.readAll(), &problem);
    if (problem.error != QJsonParseError::NoError || !document.object().value(u"samples").isArray())
        throw Error(ErrorCode::InvalidArgument,
                    file.fileName().toStdString() + ": no list of samples: " + problem.errorString().toStdString(),
                    "restore the file from the package");
    std::vector<Sample> samples;
    for (const QJsonValue &value : document.object().value(u"samples").toArray()) {
        Sample sample;
        const QString picture = value[u"picture"].toString();
        sample.path = QDir::cleanPath(dir.absoluteFilePath(picture));
        sample.title = value[u"title"].toString(QFileInfo(picture).completeBaseName());
        for (const QJsonValue &question : value[u"questions"].toArray())
            sample.questions << question.toString();
        if (!picture.isEmpty() && QFileInfo(sample.path).isFile())
            samples.push_back(std::move(sample));
    }
    return samples;
}

} // namespace qmop
