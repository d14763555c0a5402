// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/structure/layer_rules.h"

#include <algorithm>
#include <functional>
#include <map>
#include <regex>
#include <set>

namespace qmop::structure {
namespace {

/// One #include line.
struct Include {
    std::string what; ///< between the quotes or angle brackets
    int line = 0;
};

/// A row of the layer table: a folder and all below it, the libraries and repository folders that
/// it may include beside the standard library, itself and the values ("qmop/...", core/values).
struct Layer {
    std::string folder;
    std::set<std::string> libraries;
    std::set<std::string> folders;
};

using Names = std::set<std::string>;

const Names kCore{"core/conversations", "core/cost",        "core/engine",   "core/figure",  "core/image",
                  "core/installation",  "core/parallel",    "core/pipeline", "core/scenes",  "core/store",
                  "core/train",         "core/traininglog", "core/values",   "core/vtcbench"};
const Names kModels{"models/attention", "models/checkpoint",  "models/clip",     "models/llama",
                    "models/projector", "models/compressors", "models/tokenizer"};

Names operator+(Names left, const Names &right)
{
    left.insert(right.begin(), right.end());
    return left;
}

/// The table of the design, in the order of the layers. The first row that fits a path counts.
const std::vector<Layer> &layerTable()
{
    static const std::vector<Layer> table{
        {"core/include/qmop", {}, {}},
        {"core/values", {}, {}},
        {"core/engine", {}, {}},
        {"core/cost", {}, {}},
        {"core/image", {"opencv", "json"}, {}},
        {"core/scenes", {"opencv"}, {"core/image"}},
        {"core/store", {"sqlite", "json"}, {}},
        {"core/figure", {"json"}, {"core/store"}},
        {"core/pipeline", {"torch"}, kModels + Names{"core/image", "core/engine", "core/cost"}},
        {"core/conversations", {"json"}, {}},
        {"core/traininglog", {"json"}, {}},
        {"core/vtcbench", {"json"}, {"core/conversations"}},
        {"core/installation", {"torch"}, {"core/engine", "core/vtcbench", "models/checkpoint"}},
        {"core/train",
         {"torch", "json"},
         kModels
             + Names{"core/conversations", "core/cost", "core/image", "core/pipeline", "core/scenes",
                     "core/traininglog", "core/vtcbench"}},
        {"core/parallel", {"torch"}, {"core/train"}},
        {"models/checkpoint", {"torch", "json"}, {}},
        {"models/tokenizer", {"utf8proc", "json"}, {"models/checkpoint"}},
        {"models/attention", {"torch"}, {}},
        {"models/clip", {"torch"}, {"models/attention", "models/checkpoint"}},
        {"models/llama", {"torch"}, {"models/attention", "models/checkpoint"}},
        {"models/projector", {"torch"}, {"models/attention", "models/checkpoint"}},
        {"models/compressors", {"torch"}, {"models/attention", "models/checkpoint", "models/projector"}},
        {"widgets/plots", {"qt", "qcustomplot"}, {"widgets"}},
        {"widgets", {"qt"}, {"widgets"}},
        {"app/explorer", {"qt", "json"}, kCore + kModels + Names{"widgets"}},
        {"app/cli", {"torch", "opencv", "cli", "json"}, kCore + kModels},
        {"app/launcher", {}, {}},
        {"app/bench", {"torch", "benchmark"}, kCore + kModels},
    };
    return table;
}

bool isBelow(const std::string &path, const std::string &folder)
{
    return path.starts_with(folder + "/");
}

const Layer *layerOf(const std::string &path)
{
    for (const Layer &layer : layerTable())
        if (isBelow(path, layer.folder))
            return &layer;
    return nullptr;
}

std::vector<Include> includesOf(const SourceFile &file)
{
    static const std::regex directive(R"(^\s*#\s*include\s*[<"]([^>"]+)[>"])");
    std::vector<Include> includes;
    const std::vector<std::string> lines = splitLines(file.text);
    for (size_t i = 0; i < lines.size(); ++i) {
        std::smatch match;
        if (std::regex_search(lines[i], match, directive))
            includes.push_back({match[1].str(), static_cast<int>(i) + 1});
    }
    return includes;
}

/// Where an include of the repository lies, or empty for headers from elsewhere.
std::string repositoryPath(const std::string &include)
{
    if (include.starts_with("qmop/"))
        return "core/include/" + include;
    for (const char *top : {"app/", "core/", "models/", "tests/", "widgets/"})
        if (include.starts_with(top))
            return include;
    return {};
}

/// The library that a header from elsewhere belongs to; "std" for C++'s and the system's own.
std::string libraryOf(const std::string &include)
{
    static const std::vector<std::pair<std::regex, std::string>> headers{
        {std::regex("^(ATen|c10|torch|caffe2)/.*"), "torch"},
        {std::regex("^opencv2/.*"), "opencv"},
        {std::regex(".*qcustomplot.*"), "qcustomplot"},
        {std::regex("^(Qt?[A-Z]\\w*|Qt[A-Z]\\w*/.*|q[a-z]+\\.h)$"), "qt"},
        {std::regex("^nlohmann/.*"), "json"},
        {std::regex("^CLI/.*"), "cli"},
        {std::regex("^sqlite3.*"), "sqlite"},
        {std::regex("^utf8proc\\.h"), "utf8proc"},
        {std::regex("^benchmark/.*"), "benchmark"},
        {std::regex("^(\\w+|\\w+\\.h|(sys|linux|bits|netinet|arpa)/\\w+\\.h)$"), "std"},
    };
    for (const auto &[header, library] : headers)
        if (std::regex_match(include, header))
            return library;
    return "unknown";
}

void checkLayer(const SourceFile &file, const Layer &layer, std::vector<Violation> &violations)
{
    for (const Include &include : includesOf(file)) {
        const std::string target = repositoryPath(include.what);
        const bool valuesThemselves = layer.folder == "core/include/qmop";
        const bool inside = isBelow(target, layer.folder) || isBelow(target, "core/include/qmop")
            || (isBelow(target, "core/values") && !valuesThemselves);
        if (!target.empty()) {
            const bool allowed = std::any_of(layer.folders.begin(), layer.folders.end(),
                                             [&](const std::string &folder) { return isBelow(target, folder); });
            if (!inside && !allowed)
                violations.push_back({file.path, include.line, layer.folder + " must not include " + include.what});
            continue;
        }
        const std::string library = libraryOf(include.what);
        if (library != "std" && !layer.libraries.contains(library))
            violations.push_back(
                {file.path, include.line, layer.folder + " must not include " + library + ": " + include.what});
    }
}

/// Libraries that a file includes itself.
Names librariesIncluded(const SourceFile &file)
{
    Names libraries;
    for (const Include &include : includesOf(file))
        if (repositoryPath(include.what).empty())
            libraries.insert(libraryOf(include.what));
    return libraries;
}

/// Libraries that each file sees, itself or through headers of the repository.
std::map<std::string, Names> librariesSeen(const SourceTree &tree)
{
    std::map<std::string, Names> seen;
    std::map<std::string, Names> direct;
    for (const SourceFile &file : tree) {
        seen[file.path] = librariesIncluded(file);
        for (const Include &include : includesOf(file))
            if (const std::string target = repositoryPath(include.what); !target.empty())
                direct[file.path].insert(target);
    }
    // Longest chain of headers: as many rounds as needed until nothing is added.
    for (bool grew = true; grew;) {
        grew = false;
        for (const auto &[path, targets] : direct)
            for (const std::string &target : targets) {
                const Names added = seen[target];
                const size_t before = seen[path].size();
                seen[path].insert(added.begin(), added.end());
                grew = grew || seen[path].size() > before;
            }
    }
    return seen;
}

std::string folderOf(const std::string &path)
{
    return path.substr(0, path.find_last_of('/'));
}

/// The first circle found from a folder, as "a -> b -> a", or empty.
std::string findCircle(const std::map<std::string, Names> &edges)
{
    std::vector<std::string> chain;
    Names done;
    std::function<std::string(const std::string &)> visit = [&](const std::string &folder) -> std::string {
        const auto again = std::find(chain.begin(), chain.end(), folder);
        if (again != chain.end()) {
            std::string circle;
            for (auto it = again; it != chain.end(); ++it)
                circle += *it + " -> ";
            return circle + folder;
        }
        if (!done.insert(folder).second || !edges.contains(folder))
            return {};
        chain.push_back(folder);
        for (const std::string &next : edges.at(folder))
            if (std::string circle = visit(next); !circle.empty())
                return circle;
        chain.pop_back();
        return {};
    };
    for (const auto &[folder, _] : edges)
        if (std::string circle = visit(folder); !circle.empty())
            return circle;
    return {};
}

} // namespace

std::vector<Violation> layersIncludeOnlyWhatTheyMay(const SourceTree &tree)
{
    std::vector<Violation> violations;
    const std::map<std::string, Names> seen = librariesSeen(tree);
    for (const SourceFile &file : tree) {
        if (!isCpp(file.path) || isBelow(file.path, "tests"))
            continue;
        const Layer *layer = layerOf(file.path);
        if (!layer) {
            violations.push_back(
                {file.path, 0, "folder has no row in the layer table of tests/structure/layer_rules.cpp"});
            continue;
        }
        checkLayer(file, *layer, violations);
        const Names direct = librariesIncluded(file);
        for (const std::string library : {"qt", "torch"})
            if (seen.at(file.path).contains(library) && !direct.contains(library)
                && !layer->libraries.contains(library))
                violations.push_back(
                    {file.path, 0, layer->folder + " must not see " + library + ", not even through a header"});
    }
    return violations;
}

std::vector<Violation> layerTableIsUsed(const SourceTree &tree)
{
    const std::string table = "tests/structure/layer_rules.cpp";
    std::vector<Violation> violations;
    const std::map<std::string, Names> seen = librariesSeen(tree);
    const auto isThere = [&](const std::string &folder) {
        return std::any_of(tree.begin(), tree.end(),
                           [&](const SourceFile &file) { return isBelow(file.path, folder); });
    };
    for (const Layer &layer : layerTable()) {
        if (!isThere(layer.folder)) {
            violations.push_back({table, 0, "has a row for " + layer.folder + ", which is not there"});
            continue;
        }
        Names used;
        for (const SourceFile &file : tree)
            if (isCpp(file.path) && isBelow(file.path, layer.folder))
                used.insert(seen.at(file.path).begin(), seen.at(file.path).end());
        for (const std::string &library : layer.libraries)
            if (!used.contains(library))
                violations.push_back({table, 0, "allows " + layer.folder + " to include " + library + ": unused"});
        for (const std::string &folder : layer.folders)
            if (!isThere(folder))
                violations.push_back({table, 0, "allows " + layer.folder + " to include " + folder + ": not there"});
    }
    return violations;
}

std::vector<Violation> nothingSpeaksToANetwork(const SourceTree &tree)
{
    static const std::regex header(
        "(QtNetwork|QtWebSockets|QtWebEngine\\w*|QtHttpServer)/.*|"
        "Q(Network|Tcp|Udp|Ssl|Local|Abstract|Sctp)(Socket|Server|Request|Reply|AccessManager|Configuration)\\w*|"
        "Q(HostInfo|HostAddress|Http\\w*|WebSocket\\w*|Ssl\\w*|Network\\w*|Dns\\w*)|"
        "sys/(socket|un)\\.h|netinet/.*|arpa/.*|netdb\\.h|net/.*|resolv\\.h|linux/(socket|netlink)\\.h|"
        "curl/.*|openssl/.*|gnutls/.*|boost/(asio|beast).*|asio.*|grpc.*|httplib\\.h|zmq.*|torch/csrc/distributed/.*");
    static const std::regex library(R"(Qt6?::(Network|WebSockets|WebEngine\w*|HttpServer)|CURL::|OpenSSL::|libcurl)");
    std::vector<Violation> violations;
    for (const SourceFile &file : tree) {
        // Processes that train one model together are the exception: a module that `qmop train` alone loads.
        if (isCpp(file.path) && !isBelow(file.path, "tests") && !isBelow(file.path, "core/parallel"))
            for (const Include &include : includesOf(file))
                if (std::regex_match(include.what, header))
                    violations.push_back({file.path, include.line, "nothing speaks to a network: " + include.what});
        const std::vector<std::string> lines = splitLines(file.text);
        for (size_t i = 0; file.path.ends_with("CMakeLists.txt") && i < lines.size(); ++i)
            if (std::regex_search(lines[i], library))
                violations.push_back({file.path, static_cast<int>(i) + 1, "nothing speaks to a network: " + lines[i]});
    }
    return violations;
}

std::vector<Violation> qtAndTorchStayApart(const SourceTree &tree)
{
    std::vector<Violation> violations;
    const std::map<std::string, Names> seen = librariesSeen(tree);
    const auto sees = [&](const std::string &path, const char *library) {
        const auto it = seen.find(path);
        return it != seen.end() && it->second.contains(library);
    };
    for (const SourceFile &file : tree) {
        if (!isCpp(file.path) || !sees(file.path, "qt") || !sees(file.path, "torch"))
            continue;
        if (!isBelow(file.path, "tests")) {
            violations.push_back({file.path, 0, "sees both Qt and torch"});
            continue;
        }
        bool qtSeen = false;
        for (const Include &include : includesOf(file)) {
            const std::string target = repositoryPath(include.what);
            const bool torch = target.empty() ? libraryOf(include.what) == "torch" : sees(target, "torch");
            qtSeen = qtSeen || (target.empty() ? libraryOf(include.what) == "qt" : sees(target, "qt"));
            if (torch && qtSeen)
                violations.push_back({file.path, include.line, "torch's header after Qt's: " + include.what});
        }
    }
    return violations;
}

std::vector<Violation> plotsAloneSeeQCustomPlot(const SourceTree &tree)
{
    std::vector<Violation> violations;
    for (const SourceFile &file : tree) {
        if (!isCpp(file.path) || isBelow(file.path, "widgets/plots") || isBelow(file.path, "tests/widgets/plots"))
            continue;
        for (const Include &include : includesOf(file))
            if (libraryOf(include.what) == "qcustomplot")
                violations.push_back({file.path, include.line, "only widgets/plots includes QCustomPlot"});
    }
    return violations;
}

std::vector<Violation> foldersHaveNoCycles(const SourceTree &tree)
{
    std::map<std::string, Names> edges;
    for (const SourceFile &file : tree)
        for (const Include &include : includesOf(file)) {
            const std::string target = repositoryPath(include.what);
            if (isCpp(file.path) && !target.empty() && folderOf(target) != folderOf(file.path))
                edges[folderOf(file.path)].insert(folderOf(target));
        }
    const std::string circle = findCircle(edges);
    return circle.empty()
        ? std::vector<Violation>{}
        : std::vector<Violation>{{circle.substr(0, circle.find(" ->")), 0, "includes in a circle: " + circle}};
}

} // namespace qmop::structure
