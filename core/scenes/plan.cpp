// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/scenes/plan.h"

#include "core/scenes/layout.h"

#include <algorithm>
#include <iterator>

namespace qmop::scenes {

namespace {

bool contains(const std::vector<int> &values, int value)
{
    return std::find(values.begin(), values.end(), value) != values.end();
}

// Chooses classes that may stand in one picture of the split.
class ClassChooser {
public:
    ClassChooser(Random &random, const Plan &plan, int group)
        : m_random(random)
        , m_plan(plan)
        , m_group(group)
    {
    }

    void take(int classIndex) { m_taken.push_back(classIndex); }

    // -1 when nothing fits any more.
    int choose()
    {
        std::vector<int> fitting;
        for (int c = firstObject; c < firstFace; ++c)
            if (fits(c))
                fitting.push_back(c);
        if (fitting.empty())
            return -1;
        m_taken.push_back(m_random.pick(fitting));
        return m_taken.back();
    }

private:
    bool fits(int candidate) const
    {
        if (contains(m_taken, candidate))
            return false;
        if (m_plan.categoryWish && !m_plan.categoryWish->present
            && objectClass(candidate).category == m_plan.categoryWish->category)
            return false;
        if (m_plan.safetyWish && m_plan.safetyWish->safe && contains(dangersOf(m_plan.safetyWish->activity), candidate))
            return false;
        const int group = pairingGroup(candidate);
        if (m_group >= 0)
            return group == m_group;
        return std::none_of(m_taken.begin(), m_taken.end(), [&](int c) { return pairingGroup(c) == group; });
    }

    Random &m_random;
    const Plan &m_plan;
    std::vector<int> m_taken;
    int m_group;
};

void drawSetting(Random &random, Plan &plan)
{
    plan.place = random.below(int(placeNames().size()));
    plan.style = random.coin() ? 0 : random.between(1, int(styleNames().size()) - 1);
    plan.weather = random.below(int(weatherNames().size()));
    plan.night = random.coin();
    plan.horizon = random.between(3000, 4600);
    plan.scenerySeed = random.next();
    plan.questionSeed = random.next();
}

Activity activityAt(Random &random, int place)
{
    if (place == Sea || (place == Beach && random.coin()))
        return Activity::Swim;
    if (place == City && random.chance(85))
        return Activity::CrossStreet;
    return Activity::WalkBarefoot;
}

// Those of the group; all where group is -1.
std::vector<int> ofGroup(const std::vector<int> &classes, int group)
{
    std::vector<int> found;
    std::copy_if(classes.begin(), classes.end(), std::back_inserter(found),
                 [&](int c) { return group < 0 || pairingGroup(c) == group; });
    return found;
}

// At most one wish per picture, so that they cannot contradict each other.
void drawWish(Random &random, Plan &plan, int group)
{
    const int kind = random.below(100);
    if (kind < 35) {
        plan.categoryWish = CategoryWish{random.pick(namedCategories()).category, random.coin()};
        if (plan.categoryWish->present)
            plan.forcedClass = random.pick(ofGroup(classesOf(plan.categoryWish->category), group));
    } else if (kind < 70) {
        const SafetyWish wish{activityAt(random, plan.place), random.coin()};
        const std::vector<int> dangers = ofGroup(dangersOf(wish.activity), group);
        // A group without dangers is never asked about, or the answer would lean to yes.
        if (dangers.empty())
            return;
        plan.safetyWish = wish;
        if (!wish.safe)
            plan.forcedClass = random.pick(dangers);
    }
}

// One entry per object to be placed.
std::vector<int> drawClasses(Random &random, Plan &plan, int group)
{
    ClassChooser chooser(random, plan, group);
    std::vector<int> placed;
    const auto add = [&](int classIndex, int times) { placed.insert(placed.end(), std::size_t(times), classIndex); };
    if (plan.forcedClass >= 0)
        chooser.take(plan.forcedClass);
    plan.totalDrawn = random.chance(40);
    if (plan.totalDrawn) {
        const int total = random.between(1, 6);
        if (plan.forcedClass >= 0)
            add(plan.forcedClass, 1);
        while (int(placed.size()) < total) {
            const int left = total - int(placed.size());
            const int next = chooser.choose();
            if (next < 0)
                add(placed.back(), left);
            else
                add(next, random.chance(70) ? 1 : random.between(1, left));
        }
        return placed;
    }
    const int counted = random.between(1, 2);
    for (int i = 0; i < counted; ++i) {
        plan.countedClasses.push_back(chooser.choose());
        add(plan.countedClasses.back(), random.between(1, 6));
    }
    if (plan.forcedClass >= 0)
        add(plan.forcedClass, 1);
    for (int singles = random.between(0, 3); singles > 0; --singles)
        if (const int next = chooser.choose(); next >= 0)
            add(next, 1);
    return placed;
}

} // namespace

int Plan::countOf(int classIndex) const
{
    return int(std::count_if(objects.begin(), objects.end(),
                             [&](const SceneObject &o) { return o.classIndex == classIndex; }));
}

std::vector<int> Plan::objectClasses() const
{
    std::vector<int> classes;
    for (const SceneObject &object : objects)
        if (isObject(object.classIndex) && !contains(classes, object.classIndex))
            classes.push_back(object.classIndex);
    return classes;
}

int Plan::totalObjects() const
{
    return int(
        std::count_if(objects.begin(), objects.end(), [](const SceneObject &o) { return isObject(o.classIndex); }));
}

Plan makePlan(std::uint64_t seed, Split split, const Atlas &atlas, bool reading)
{
    Random random(seed);
    Plan plan;
    plan.split = split;
    drawSetting(random, plan);
    // Held-out pictures take all their classes from one group, training pictures
    // at most one from each: no pair of classes is in both.
    const int group = split == Split::HeldOut ? random.below(pairingGroups) : -1;
    drawWish(random, plan, group);
    std::vector<int> parts = drawClasses(random, plan, group);
    if (random.coin())
        parts.push_back(firstFace + random.below(faceCount));
    if (random.chance(75)) {
        std::vector<int> shapes;
        for (int i = 0; i < shapeCount; ++i)
            shapes.push_back(firstShape + i);
        random.shuffle(shapes);
        parts.insert(parts.end(), shapes.begin(), shapes.begin() + random.between(1, 3));
    }
    if (reading)
        layOutReading(random, plan, parts, atlas);
    else
        layOut(random, plan, parts, atlas);
    return plan;
}

} // namespace qmop::scenes
