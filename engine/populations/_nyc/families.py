"""Who lives with whom: children, parents, couples and others, by neighbourhood.

The ages of a neighbourhood are given and each is handed out exactly once, so the survey's bands
fit by construction. What is modelled is who shares a household. All shares below are assumptions
chosen so that the number of households with children is the survey's and one parent in about a
third of families lives alone with the children.
"""

from dataclasses import dataclass

import numpy as np

from populace.engine.populations._nyc.ages import ADULT

# A parent is this much older than each child in the household.
YOUNGEST_PARENT, OLDEST_PARENT = 16, 45  # years
_AGE_AT_BIRTH_MEAN, _AGE_AT_BIRTH_SPREAD = 30.5, 5.5  # years; NCHS births: mothers about 30
_SIBLING_SPREAD = 2.5  # years
_COUPLE_SPREAD = 3.0  # years
_SECOND_PARENT_SHARE = 0.70  # of families with room for two adults
_COUPLE_SHARE = 0.7  # of childless households of two or more
# By how much (on a scale of 0 to 1) age moves adults without children towards other places.
_YOUNG_FOLLOW, _OLD_LEAD, _OLD_ALONE = 1.0, 0.15, 0.12
_GENERATION_SHARES = (0.6, 0.3, 0.1)  # of further adults: 28 years younger, same age, 28 older
# How readily a household of each size has children; sizes 6 and more count as 5.
_CHILDREN_WEIGHT = np.array([0.0, 0.0, 0.09, 1.0, 4.0, 8.0])
_PREFER_TWO_ADULTS = 0.8  # how much rarer a further child is that leaves one adult only


@dataclass(frozen=True)
class _Family:
    """Households with children: window of the parents' ages, one row per household."""

    household: np.ndarray
    oldest_child: np.ndarray
    youngest_child: np.ndarray

    def nearest(self, rows: np.ndarray, age: np.ndarray, margin: int = 0) -> np.ndarray:
        """Return ``age`` moved into the window in which one may be these households' parent."""
        low = np.maximum(self.oldest_child[rows] + YOUNGEST_PARENT, ADULT) + margin
        return np.clip(age, low, self.youngest_child[rows] + OLDEST_PARENT - margin)


def member_ages(
    sizes: np.ndarray,
    age_counts: np.ndarray,
    share_with_children: float,
    random: np.random.Generator,
) -> np.ndarray:
    """Return the age of each member, household by household, adults first.

    ``sizes`` [households] are people per household, ``age_counts`` [101] says how many of
    everybody have each age.
    """
    sizes = sizes.astype(np.int64)
    years = np.arange(len(age_counts), dtype=np.int16)
    child_ages = np.repeat(years[:ADULT], age_counts[:ADULT])
    pool = np.repeat(years[ADULT:], age_counts[ADULT:])
    children = _children_of(sizes, len(child_ages), share_with_children, random)
    adults = sizes - children
    ages = np.empty(int(sizes.sum()), np.int16)
    head = np.cumsum(sizes) - sizes
    taken = np.zeros(len(sizes), np.int64)  # adults of each household whose age is settled

    family = _place_children(ages, child_ages, children, head + adults, random)
    if len(family.household):
        pool = _place_parents(ages, pool, family, adults, head, taken, random)
    childless = np.flatnonzero(children == 0)
    _place_others(ages, pool, childless, adults, head, taken, random)
    return ages.astype(np.uint8)


def _children_of(
    sizes: np.ndarray, total: int, share: float, random: np.random.Generator
) -> np.ndarray:
    """Return how many children each household has; one adult at least is left."""
    children = np.zeros(len(sizes), np.int64)
    weight = _CHILDREN_WEIGHT[np.minimum(sizes, len(_CHILDREN_WEIGHT) - 1)]
    # Weighted sampling without replacement: the largest log(weight) + Gumbel noise are chosen.
    with np.errstate(divide="ignore"):
        order = np.argsort(-(np.log(weight) + random.gumbel(size=len(sizes))))
    capacity = np.cumsum(sizes[order] - 1)
    enough = int(np.searchsorted(capacity, total)) + 1 if total else 0
    with_children = min(max(round(share * len(sizes)), enough), total, int((sizes > 1).sum()))
    chosen = order[:with_children]
    children[chosen] = 1
    further = sizes[chosen] - 2  # places for more children in each chosen household
    household = np.repeat(chosen, further)
    place = np.arange(len(household)) - np.repeat(np.cumsum(further) - further, further)
    leaves_one_adult = place == sizes[household] - 3
    rank = random.random(len(household)) + _PREFER_TWO_ADULTS * leaves_one_adult
    more = household[np.argsort(rank)[: total - with_children]]
    return children + np.bincount(more, minlength=len(sizes))


def _place_children(
    ages: np.ndarray,
    child_ages: np.ndarray,
    children: np.ndarray,
    first: np.ndarray,
    random: np.random.Generator,
) -> _Family:
    """Hand out the children's ages: siblings are a few years apart."""
    household = random.permutation(np.flatnonzero(children))
    count = children[household]
    start = np.cumsum(count) - count
    slot = np.arange(len(child_ages)) - np.repeat(start, count) + np.repeat(first[household], count)
    noise = random.normal(0, _SIBLING_SPREAD, len(child_ages))
    shared = child_ages[np.argsort(child_ages + noise)]
    ages[slot] = shared
    if len(household) == 0:
        return _Family(household, household, household)
    return _Family(
        household, np.maximum.reduceat(shared, start), np.minimum.reduceat(shared, start)
    )


def _place_parents(
    ages: np.ndarray,
    pool: np.ndarray,
    family: _Family,
    adults: np.ndarray,
    head: np.ndarray,
    taken: np.ndarray,
    random: np.random.Generator,
) -> np.ndarray:
    """Hand out the parents' ages; return the ages that are left, in order."""
    everyone = np.arange(len(family.household))
    middle = (family.oldest_child + family.youngest_child) / 2
    at_birth = random.normal(_AGE_AT_BIRTH_MEAN, _AGE_AT_BIRTH_SPREAD, len(everyone))
    target = family.nearest(everyone, middle + at_birth, margin=1)
    first_parent, pool = _take(pool, target)
    first_parent, pool = _repair(first_parent, pool, family, everyone)

    two = everyone[
        (adults[family.household] > 1) & (random.random(len(everyone)) < _SECOND_PARENT_SHARE)
    ]
    gap = random.normal(0, _COUPLE_SPREAD, len(two))
    second_parent, pool = _take(pool, family.nearest(two, first_parent[two] + gap, margin=1))
    second_parent, pool = _repair(second_parent, pool, family, two)

    ages[head[family.household]] = first_parent
    taken[family.household] = 1
    ages[head[family.household[two]] + 1] = second_parent
    taken[family.household[two]] = 2
    return pool


def _repair(
    parent: np.ndarray, pool: np.ndarray, family: _Family, rows: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Exchange parents whose age does not fit their children with people in the pool.

    Where nobody fits, the parent gets the nearest age that does, and the neighbourhood's ages
    differ from the survey by that much.
    """
    parent = parent.copy()
    wrong = np.flatnonzero(family.nearest(rows, parent) != parent)
    if len(wrong) == 0:
        return parent, pool
    given_back = parent[wrong]
    middle = family.nearest(rows[wrong], family.oldest_child[rows[wrong]] + _AGE_AT_BIRTH_MEAN)
    pool = np.sort(np.concatenate([pool, given_back]))
    exchanged, pool = _take(pool, middle)
    parent[wrong] = family.nearest(rows[wrong], exchanged)
    return parent, pool


def _place_others(
    ages: np.ndarray,
    pool: np.ndarray,
    childless: np.ndarray,
    adults: np.ndarray,
    head: np.ndarray,
    taken: np.ndarray,
    random: np.random.Generator,
) -> None:
    """Hand out the remaining adults: people alone, couples, then grown children and others."""
    paired = (adults[childless] > 1) & (random.random(len(childless)) < _COUPLE_SHARE)
    couples, singles = childless[paired], childless[~paired]
    heads = 2 * len(couples) + len(singles)
    # The young live with others, the old alone, more often than the rest.
    youth = np.clip((32 - pool) / 14, 0, 1)
    order = np.argsort(random.random(len(pool)) + _YOUNG_FOLLOW * youth - _OLD_LEAD * (pool >= 65))
    leading, following = pool[order[:heads]], np.sort(pool[order[heads:]])
    leading = leading[np.argsort(random.random(heads) + _OLD_ALONE * (leading >= 65))]

    together = leading[: 2 * len(couples)]
    noise = random.normal(0, _COUPLE_SPREAD, len(together))
    pairs = together[np.argsort(together + noise)].reshape(-1, 2)
    pairs = pairs[random.permutation(len(pairs))]
    ages[head[couples]], ages[head[couples] + 1] = pairs[:, 0], pairs[:, 1]
    ages[head[singles]] = random.permutation(leading[2 * len(couples) :])
    taken[couples], taken[singles] = 2, 1

    further = adults - taken
    household = np.repeat(np.arange(len(adults)), further)
    place = np.arange(len(household)) - np.repeat(np.cumsum(further) - further, further)
    # Another generation, a friend or a sibling of the head: the mean is a generation younger.
    generations = random.choice(np.array([-28, 0, 28]), len(household), p=_GENERATION_SHARES)
    target = ages[head[household]] + generations + random.normal(0, 6, len(household))
    slot = (head + taken)[household] + place
    ages[slot[np.argsort(target)]] = following


def _take(pool: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Draw from the sorted ``pool`` one age near each ``target``; return them and the rest.

    Targets are served in order. Where more are wanted than there are, younger and older ages
    are taken on both sides: the mean of the two greedy matchings from below and from above.
    """
    count, size = len(target), len(pool)
    order = np.argsort(target)
    wanted = np.rint(target[order])
    rank = np.arange(count)
    start = np.searchsorted(pool, wanted) - rank
    end = np.searchsorted(pool, wanted, side="right") - 1 - rank
    from_below = np.clip(np.maximum.accumulate(start), 0, size - count) + rank
    from_above = np.clip(np.minimum.accumulate(end[::-1])[::-1], 0, size - count) + rank
    chosen = (from_below + from_above) // 2
    found = np.empty(count, pool.dtype)
    found[order] = pool[chosen]
    left = np.ones(size, bool)
    left[chosen] = False
    return found, pool[left]
