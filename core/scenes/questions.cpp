// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/scenes/questions.h"

#include "core/scenes/phrasings.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace qmop::scenes {

namespace {

constexpr int middle = unitsPerSide / 2;
constexpr int cornerMargin = 450; // nearer to a middle line, an object is in no corner
constexpr int sideMargin = 800; // least distance for left of, above

const std::array<std::string, 4> cornerNames{"top left", "top right", "bottom left", "bottom right"};

// -1 where the object is in no corner.
int cornerIndex(const SceneObject &object)
{
    const int dx = object.centreX() - middle;
    const int dy = object.centreY() - middle;
    if (std::abs(dx) < cornerMargin || std::abs(dy) < cornerMargin)
        return -1;
    return (dx > 0 ? 1 : 0) + (dy > 0 ? 2 : 0);
}

Names namesOf(int classIndex)
{
    const ObjectClass &object = objectClass(classIndex);
    return {object.name, {}, object.plural, withArticle(object.name)};
}

class Asker {
public:
    explicit Asker(const Plan &plan)
        : m_plan(plan)
        , m_random(plan.questionSeed)
    {
        for (const SceneObject &object : plan.objects)
            if (isObject(object.classIndex) && plan.countOf(object.classIndex) == 1)
                m_singles.push_back(object);
    }

    std::vector<Question> all()
    {
        askSetting();
        askNumbers();
        askSides();
        askCorners();
        askWishes();
        askAffordances();
        askFace();
        askSign();
        askShapes();
        askPresence();
        return std::move(m_questions);
    }

private:
    void add(std::string_view type, const Names &names, std::string answer, std::vector<int> objects = {})
    {
        m_questions.push_back(ask(m_random, m_plan.split, type, names, std::move(answer), std::move(objects)));
    }

    void askSetting()
    {
        add("place", {}, placeNames()[std::size_t(m_plan.place)]);
        if (m_plan.style != Sketch) // a drawing in lines does not show the light
            add("day", {}, m_plan.night ? "night" : "day");
        if (m_plan.place != Room)
            add("weather", {}, weatherNames()[std::size_t(m_plan.weather)]);
        // Half of the pictures are plain; the other five styles share the rest.
        if (m_plan.style != Plain || m_random.chance(20))
            add("style", {}, styleNames()[std::size_t(m_plan.style)]);
    }

    void askNumbers()
    {
        if (m_plan.totalDrawn) {
            add("total", {}, numberWord(m_plan.totalObjects()));
            return;
        }
        // Zero comes as often as each of one ... six.
        if (m_random.below(7) == 0) {
            const int absent = absentClass();
            add("count", namesOf(absent), numberWord(0), {absent});
            return;
        }
        const int counted = m_random.pick(m_plan.countedClasses);
        add("count", namesOf(counted), numberWord(m_plan.countOf(counted)), {counted});
    }

    // The pair in the order that gives the answer wanted.
    void askSide(std::string_view type, bool across, const char *less, const char *more)
    {
        const bool wantLess = m_random.coin();
        std::vector<std::pair<int, int>> pairs;
        for (const SceneObject &a : m_singles)
            for (const SceneObject &b : m_singles) {
                const int d = across ? b.centreX() - a.centreX() : b.centreY() - a.centreY();
                if (d >= sideMargin)
                    pairs.emplace_back(a.classIndex, b.classIndex); // a lies left of b, or above it
            }
        if (pairs.empty())
            return;
        auto [a, b] = m_random.pick(pairs);
        if (!wantLess)
            std::swap(a, b);
        Names names = namesOf(a);
        names.b = objectClass(b).name;
        add(type, names, wantLess ? less : more, {a, b});
    }

    void askSides()
    {
        askSide("left-right", true, "left", "right");
        askSide("above-below", false, "above", "below");
    }

    void askCorners()
    {
        const int wanted = m_random.below(4);
        std::vector<int> there;
        for (const SceneObject &object : m_singles)
            if (cornerIndex(object) == wanted)
                there.push_back(object.classIndex);
        if (!there.empty()) {
            const int chosen = m_random.pick(there);
            add("corner", namesOf(chosen), cornerNames[std::size_t(wanted)], {chosen});
        }
        askCornerObject(m_random.below(4));
    }

    // Asked where the quarter holds objects of one class only, all well inside
    // it, and none lies across its borders.
    void askCornerObject(int corner)
    {
        int found = -1;
        for (const SceneObject &object : m_plan.objects) {
            if (!isObject(object.classIndex))
                continue;
            // Distance into the quarter; negative: outside it.
            const int dx = (corner & 1 ? 1 : -1) * (object.centreX() - middle);
            const int dy = (corner & 2 ? 1 : -1) * (object.centreY() - middle);
            if (dx <= -cornerMargin || dy <= -cornerMargin)
                continue;
            const bool inside = cornerIndex(object) == corner;
            if (!inside || (found >= 0 && found != object.classIndex))
                return;
            found = object.classIndex;
        }
        if (found >= 0 && found != m_plan.forcedClass)
            add("corner-object", {cornerNames[std::size_t(corner)], {}, {}, {}}, objectClass(found).name, {found});
    }

    void askWishes()
    {
        if (m_plan.categoryWish) {
            for (const CategoryName &name : namedCategories())
                if (name.category == m_plan.categoryWish->category)
                    add("category", {{}, {}, name.plural, name.withArticle}, yesNo(m_plan.categoryWish->present));
        }
        if (m_plan.safetyWish) {
            static const std::array<const char *, 3> types{"safe-barefoot", "safe-swim", "safe-cross"};
            add(types[std::size_t(m_plan.safetyWish->activity)], {}, yesNo(m_plan.safetyWish->safe));
        }
    }

    // Asked where exactly one class of the category is in the picture.
    void askAffordances()
    {
        for (const auto &[category, type] : affordances()) {
            std::vector<int> fitting;
            for (const int c : m_plan.objectClasses())
                if (objectClass(c).category == category)
                    fitting.push_back(c);
            if (fitting.size() == 1 && fitting.front() != m_plan.forcedClass)
                add(type, {}, objectClass(fitting.front()).name, fitting);
        }
    }

    void askFace()
    {
        for (const SceneObject &object : m_plan.objects)
            if (isFace(object.classIndex))
                add("feeling", {}, feelingNames()[std::size_t(object.classIndex - firstFace)], {object.classIndex});
    }

    void askSign()
    {
        const bool present = !m_plan.signs.empty();
        if (present)
            add("sign", {}, m_plan.signs.front().text, {signClass});
        // Two pictures of three have a sign: asked about half of those.
        if (!present || m_random.chance(51))
            add("sign-present", {}, yesNo(present), {signClass});
    }

    void askShapes()
    {
        std::vector<SceneObject> shapes;
        for (const SceneObject &object : m_plan.objects)
            if (isShape(object.classIndex))
                shapes.push_back(object);
        if (shapes.empty())
            return;
        const auto nameOf = [](int c) { return Names{shapeNames()[std::size_t(c - firstShape)], {}, {}, {}}; };
        const bool wanted = m_random.coin();
        const int present = m_random.pick(shapes).classIndex;
        int absent = firstShape + m_random.below(shapeCount);
        while (m_plan.countOf(absent) > 0)
            absent = firstShape + m_random.below(shapeCount);
        const int chosen = wanted ? present : absent;
        add("small-present", nameOf(chosen), yesNo(wanted), {chosen});
        // These styles change colours or take them away.
        if (m_plan.style == Sketch || m_plan.style == Sepia || m_plan.style == Negative)
            return;
        const SceneObject &coloured = m_random.pick(shapes);
        add("colour", nameOf(coloured.classIndex), colourNames()[std::size_t(coloured.colour)], {coloured.classIndex});
    }

    // About the smallest object that is there, or one that is not.
    void askPresence()
    {
        const bool wanted = m_random.coin();
        int smallest = -1, area = 0;
        for (const SceneObject &object : m_plan.objects)
            if (isObject(object.classIndex) && object.classIndex != m_plan.forcedClass
                && (smallest < 0 || object.width * object.height < area)) {
                smallest = object.classIndex;
                area = object.width * object.height;
            }
        if (smallest < 0)
            return;
        const int chosen = wanted ? smallest : absentClass();
        add("present", namesOf(chosen), yesNo(wanted), {chosen});
    }

    int absentClass()
    {
        int c = firstObject + m_random.below(objectCount);
        while (m_plan.countOf(c) > 0)
            c = firstObject + m_random.below(objectCount);
        return c;
    }

    static std::string yesNo(bool yes) { return yes ? "yes" : "no"; }

    const Plan &m_plan;
    Random m_random;
    std::vector<SceneObject> m_singles; // objects whose class occurs once
    std::vector<Question> m_questions;
};

} // namespace

const std::vector<std::pair<Category, std::string>> &affordances()
{
    static const std::vector<std::pair<Category, std::string>> all{
        {Category::Animal, "alive"},     {Category::Food, "eat"},  {Category::Vehicle, "ride"},
        {Category::Instrument, "music"}, {Category::Tool, "tool"}, {Category::Plant, "grow"},
        {Category::Toy, "play"},
    };
    return all;
}

std::string cornerOf(const SceneObject &object)
{
    const int index = cornerIndex(object);
    return index < 0 ? std::string() : cornerNames[std::size_t(index)];
}

std::vector<Question> makeQuestions(const Plan &plan)
{
    return Asker(plan).all();
}

} // namespace qmop::scenes
