// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/figures/figure_store.h"

#include "app/explorer/figures/answers_figure.h"
#include "app/explorer/pictures/stored_picture.h"
#include "core/figure/recipe_carriers.h"
#include "core/store/session_file.h"
#include "qmop/atomic_file.h"
#include "qmop/error.h"
#include "qmop/sha256.h"
#include "qmop/thumbnail.h"
#include "widgets/figure/figure_painter.h"
#include "widgets/geometry/image_conversion.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QImage>

#include <fstream>
#include <iterator>

namespace qmop {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("Figure", text);
}

Bytes asPng(const ImageU8 &image)
{
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    toQImage(image).save(&buffer, "png");
    return {buffer.data().begin(), buffer.data().end()};
}

std::string hashOf(const Bytes &bytes)
{
    return sha256Hex(std::span<const std::uint8_t>(bytes));
}

std::filesystem::path wholeFolder(const std::filesystem::path &folder)
{
    std::error_code error;
    const std::filesystem::path whole = std::filesystem::weakly_canonical(folder.empty() ? "." : folder, error);
    return error ? std::filesystem::path() : whole;
}

// The encoded picture that the run was about; empty where it is gone or changed.
Bytes originalBytes(const FigureRequest &request)
{
    Bytes bytes = request.source.bytes;
    std::error_code error;
    if (bytes.empty() && std::filesystem::is_regular_file(request.source.path, error)
        && std::filesystem::file_size(request.source.path, error) <= maxEmbeddedPicture) {
        std::ifstream stream(request.source.path, std::ios::binary);
        bytes.assign(std::istreambuf_iterator<char>(stream), {});
    }
    return hashOf(bytes) == request.trace->imageSha256 ? bytes : Bytes();
}

// `relative` to the folder where the picture lies below it; empty elsewhere.
std::filesystem::path pathFrom(const std::filesystem::path &folder, const std::filesystem::path &picture)
{
    std::error_code error;
    if (picture.empty() || !std::filesystem::is_regular_file(picture, error))
        return {};
    const std::filesystem::path whole = std::filesystem::weakly_canonical(picture, error);
    const std::filesystem::path relative = whole.lexically_relative(wholeFolder(folder));
    return pathBelow(wholeFolder(folder), relative).empty() ? std::filesystem::path() : relative;
}

PictureRecord pictureFor(const FigureRequest &request, const std::filesystem::path &folder, QStringList &notices)
{
    PictureRecord picture;
    picture.sha256 = request.trace->imageSha256;
    picture.name = request.trace->imageName;
    picture.thumbnail = thumbnailOf(*request.trace->image, runThumbnailSide);
    if (!request.embedPicture) {
        picture.path = request.source.bytes.empty() ? pathFrom(folder, request.source.path) : std::filesystem::path();
        if (picture.path.empty())
            notices << tr("The picture does not lie below the figure's folder: the figure knows it by its hash and a "
                          "small copy only.");
        return picture;
    }
    Bytes bytes = originalBytes(request);
    if (bytes.empty()) {
        bytes = asPng(*request.trace->image);
        picture.sha256 = hashOf(bytes);
    }
    if (bytes.size() <= maxEmbeddedPicture)
        picture.bytes = std::move(bytes);
    else
        notices << tr("The picture is too large to be put into the figure (more than %1 MB).")
                       .arg(maxEmbeddedPicture >> 20);
    return picture;
}

void replaceFile(const std::filesystem::path &file, const QByteArray &bytes)
{
    writeFileAtomically(file, std::string_view(bytes.constData(), std::size_t(bytes.size())));
}

FigureFormat formatOf(const std::filesystem::path &file)
{
    const std::optional<FigureFormat> format = figureFormat(QString::fromStdString(file.string()));
    if (!format)
        throw Error(ErrorCode::InvalidArgument, file.string() + ": is no name of a figure",
                    "choose a name that ends in .png, .svg or .pdf");
    return *format;
}

}

FigureRecipe makeRecipe(const FigureRequest &request, const std::filesystem::path &folder, QStringList &notices)
{
    if (!request.trace || !request.trace->image)
        throw Error(ErrorCode::InvalidArgument, "there is no run to make a figure of", "ask a question first");
    FigureRecipe recipe{request.view, request.look, {}, withoutPaths(writeRecord(*request.trace), "figure")};
    if (request.stripNames) {
        // Its bytes may tell when and where it was taken.
        const Bytes pixels = asPng(*request.trace->image);
        recipe.picture.thumbnail = thumbnailOf(*request.trace->image, runThumbnailSide);
        const bool embedded = request.embedPicture && pixels.size() <= maxEmbeddedPicture;
        stripNames(recipe, hashOf(pixels), embedded ? pixels : Bytes());
    } else {
        recipe.picture = pictureFor(request, folder, notices);
    }
    return recipe;
}

OpenedFigure openRecipe(const std::string &recipe, const std::filesystem::path &file, const PictureDecoder &decoder)
{
    if (auto answers = openAnswers(recipe, file.filename().string()))
        return std::move(*answers);
    ReadFigure read = readRecipe(recipe, file.filename().string());
    OpenedFigure figure;
    for (const std::string &problem : read.problems)
        figure.problems << QString::fromStdString(problem);
    if (read.newer)
        figure.hint = tr("open it with the version that made it");
    else
        figure.hint = read.problems.empty() ? tr("put the picture back below the figure's folder")
                                            : tr("take the figure from a backup; what is whole of it is used");
    const std::filesystem::path named = read.picture.path;
    if (!named.empty()) {
        read.picture.path = pathBelow(wholeFolder(file.parent_path()), named);
        if (read.picture.path.empty())
            figure.problems << tr("%1: the path of the picture leads outside the figure's folder and is not followed")
                                   .arg(QString::fromStdString(file.filename().string()));
    }
    if (read.trace->grid.patchCount() > 0) {
        const FoundPicture found = findPicture(read.picture, read.trace->grid, decoder);
        read.trace->image = found.image;
        figure.source = found.source;
        if (!found.problem.isEmpty())
            figure.problems << found.problem;
    }
    figure.view = read.view;
    figure.look = read.look;
    figure.trace = std::move(read.trace);
    return figure;
}

namespace {

std::string recipeOf(const std::filesystem::path &file)
{
    std::optional<std::string> recipe = recipeInFile(file);
    if (!recipe)
        throw Error(ErrorCode::InvalidArgument, file.string() + ": holds no recipe of a figure",
                    "choose a figure that this program has saved, or its recipe");
    return std::move(*recipe);
}

}

OpenedFigure openFigure(const std::filesystem::path &file, const PictureDecoder &decoder)
{
    return openRecipe(recipeOf(file), file, decoder);
}

QByteArray figureBytes(const std::string &recipe, const OpenedFigure &figure, FigureFormat format)
{
    const std::unique_ptr<PaintedFigure> painted = painterOf(figure);
    const PaintedFigure &painter = *painted;
    const double pixels = painter.size().width() * painter.size().height() * figure.look.scale * figure.look.scale;
    if (pixels > maxFigurePixels)
        throw Error(ErrorCode::InvalidArgument, "the figure would have more than 100 million pixels",
                    "choose a smaller width, fewer pixels per unit or fewer panels");
    const std::string element = recipeElement(recipe);
    const QString title
        = QString::fromStdString(figure.answers ? figure.answers->record->suite : figure.trace->request.question)
              .simplified()
              .left(200);
    const std::string caption = painter.caption().toStdString();
    switch (format) {
    case FigureFormat::Png: {
        const QByteArray png = figurePng(painter, figure.look.scale);
        const auto *begin = reinterpret_cast<const std::uint8_t *>(png.constData());
        const Bytes whole = pngWithRecipe({begin, std::size_t(png.size())}, element, caption);
        return {reinterpret_cast<const char *>(whole.data()), qsizetype(whole.size())};
    }
    case FigureFormat::Svg:
        return QByteArray::fromStdString(svgWithRecipe(figureSvg(painter, title).toStdString(), element));
    case FigureFormat::Pdf:
        return figurePdf(painter, title, QByteArray::fromStdString(xmpPacket(element, title.toStdString(), caption)));
    }
    return {};
}

namespace {

QByteArray painted(const FigureRequest &request, const std::filesystem::path &file, FigureFormat format,
                   const PictureDecoder &decoder, QStringList &notices)
{
    const std::string recipe = recipeText(makeRecipe(request, file.parent_path(), notices));
    OpenedFigure figure = openRecipe(recipe, file, decoder);
    if (figure.source.path.empty() && figure.source.bytes.empty()) {
        // Not embedded: this time it is still at hand.
        auto trace = std::make_shared<RunTrace>(*figure.trace);
        trace->image = request.trace->image;
        figure.trace = std::move(trace);
    }
    return figureBytes(recipe, figure, format);
}

}

QByteArray paintedFigure(const FigureRequest &request, FigureFormat format, const PictureDecoder &decoder)
{
    QStringList notices;
    return painted(request, {}, format, decoder, notices);
}

void writeAnswersFigure(const AnswersView &view, const FigureLook &look, bool stripNames,
                        const std::filesystem::path &file)
{
    const FigureFormat format = formatOf(file);
    const std::string recipe = answersRecipe(view, look, stripNames);
    replaceFile(file, figureBytes(recipe, *openAnswers(recipe, file.filename().string()), format));
}

QStringList writeFigure(const FigureRequest &request, const std::filesystem::path &file, const PictureDecoder &decoder)
{
    const FigureFormat format = formatOf(file);
    QStringList notices;
    replaceFile(file, painted(request, file, format, decoder, notices));
    return notices;
}

RenderedFigure renderFigure(const std::filesystem::path &from, const std::filesystem::path &to, bool stripNames,
                            const PictureDecoder &decoder)
{
    const FigureFormat format = formatOf(to);
    const std::string recipe = recipeOf(from);
    const OpenedFigure figure = openRecipe(recipe, from, decoder);
    if (figure.answers) {
        writeAnswersFigure(*figure.answers, figure.look, stripNames, to);
        return {figure.problems, figure.hint, {}};
    }
    if (!figure.trace->image && figure.look.picture)
        throw Error(ErrorCode::InvalidSession, from.string() + ": the picture is missing, and nothing stands in for it",
                    "put the picture back below the figure's folder");
    RenderedFigure rendered{figure.problems, figure.hint, {}};
    // A picture that the recipe knows by its place is put into a figure that lies elsewhere.
    const bool moves = figure.source.bytes.empty() && !figure.source.path.empty()
        && wholeFolder(from.parent_path()) != wholeFolder(to.parent_path());
    if (!stripNames && !moves) {
        replaceFile(to, figureBytes(recipe, figure, format));
        return rendered;
    }
    const FigureRequest request{figure.trace, figure.source, figure.view, figure.look, true, stripNames};
    replaceFile(to, painted(request, to, format, decoder, rendered.notices));
    return rendered;
}

} // namespace qmop
