"""Many scenarios of one epidemic in one pass, in Numba. The draws are those of `fast`.

Scenarios differ in the levels below which marks are accepted, and in nothing else. Whom a person
would try to infect, and on which day after their own infection, is then the same in all of them: it
is drawn once, when the person is first infected in any, up to the highest level that any scenario
reaches, and kept as *rows*. People who are infected on one day in several scenarios form one
*group*, with a bit for each: a day looks at the rows of its groups, and asks for each bit whether
the mark is below that scenario's bar of today. So every scenario has the events of its own run.

`word` of an agent is the scenarios in which it is susceptible | age band << 16 | kind << 20, where
people of one kind have the same class of protection in each scenario.

As in `fast`, phase A reads yesterday; in phase B each chunk writes its own people. Phase C draws
the rows of those who are new; of others it reads what never changes. Phases A and C may run out of
room: the one can be repeated, the other goes on where it was.
"""

from typing import NamedTuple

import numpy as np

from populace.engine.kernels.draws import agent_key, below, mix, state_draw
from populace.engine.kernels.fast import (
    BLOCK,
    CANDIDATES_FULL,
    CELLS,
    EDGES,
    FULL,
    LAGS,
    LOG_FULL,
    MEMBERS,
    NO_NETWORK,
    NO_SOURCE,
    ROOMY,
    compiled,
    u32,
    u64,
)
from populace.engine.streams import BRANCH, DWELL, G1, SPREADER, TARGET, TIE
from populace.engine.tables import ATTEMPTS_MAX

SCENARIOS_MAX = 16
ALL = 0xFFFF
BAND_SHIFT, KIND_SHIFT, KINDS_MAX = 16, 20, 4096
# Columns of a group: the day of its infection, its scenarios, its next row, and when that is due.
# Phase A writes what comes after today's rows into the last two columns, and can be repeated.
WHO, INFECTED, SCENARIOS, NEXT, END, DUE, LATER, DUE_LATER, GROUP_COLUMNS = range(9)
# Columns of a row: DAY is lag | network << 16 | slab << 20, PAIR the scenarios in which it is there
# at all | the target's band << 16 | the infector's << 20 | class of infectiousness << 24.
AT, MARK, LEVEL, DAY, PAIR, ROW_COLUMNS = range(6)
# Columns of an accepted attempt.
TO, FROM, HASH, HOW, BY, FOUND_COLUMNS = range(6)
TRY_COLUMNS, TRY_ALIKE = 7, 5  # the last two tell in which scenarios an attempt is there at all
WIDTH = 16  # scenarios that are counted, there or not: a fixed number is counted at once
PEOPLE = 256  # whose places are looked up together
NEVER = -1
ROWS_FULL = 4  # beside those of `fast`


class Levels(NamedTuple):
    """What differs between scenarios: the last index of each array. It may change every day."""

    marks: np.ndarray  # [networks * infectors * classes, scenarios]
    spread: np.ndarray  # [networks, classes of protection, scenarios]
    shield: np.ndarray  # [networks, blocks of the source, classes of protection, scenarios]
    abroad: np.ndarray  # [networks, blocks, blocks, scenarios]; no blocks: never
    class_of: np.ndarray  # [kinds, scenarios] class of protection, where there are several
    susceptibility: np.ndarray  # [bands, scenarios]


class Course(NamedTuple):
    """What all scenarios have in common, and the highest of what they have not."""

    top: np.ndarray  # [networks, infectors, classes] highest level of any scenario on any day
    poisson: np.ndarray  # [networks, classes, attempts] lowest threshold of any scenario
    each: np.ndarray  # [scenarios, networks, classes, attempts]; no scenarios: all are alike
    susceptibility: np.ndarray  # [bands] highest of any scenario
    gain: np.ndarray
    conduct_keys: np.ndarray
    conduct_marks: np.ndarray
    conduct_bits: np.ndarray
    entry: int
    first_exit: np.ndarray
    after: np.ndarray
    shares: np.ndarray
    dwell: np.ndarray
    infectious: np.ndarray
    slabs: int
    last_day: int


class Pass(NamedTuple):
    """Everything that changes from day to day. First index of each array: the chunk."""

    word: np.ndarray  # [agents]
    first_row: np.ndarray  # [agents] -1: not drawn yet
    row_count: np.ndarray  # [agents]
    rows: np.ndarray  # [chunks, room, ROW_COLUMNS]
    filled: np.ndarray  # [chunks]
    groups: np.ndarray  # [chunks, room, GROUP_COLUMNS]
    group_count: np.ndarray
    arena: np.ndarray  # [chunks, blocks, BLOCK, 2] calendar: agent, state << 16 | scenarios
    following: np.ndarray  # [chunks, blocks]
    head: np.ndarray  # [chunks, days]
    fill: np.ndarray  # [chunks, days] of the head block
    due: np.ndarray  # [chunks, days] entries in all blocks of the day
    free: np.ndarray  # [chunks, blocks]
    free_count: np.ndarray
    found: np.ndarray  # [chunks, room, FOUND_COLUMNS]
    sorted_found: np.ndarray
    offsets: np.ndarray  # [chunks, chunks + 1]
    room_left: np.ndarray  # [chunks]
    new: np.ndarray  # [chunks, room, 2] agent, scenarios
    new_count: np.ndarray
    drawn: np.ndarray  # [chunks] how many of `new` have their rows
    tries: np.ndarray  # [threads, room, TRY_COLUMNS]
    limits: np.ndarray  # [threads, room]
    targets: np.ndarray  # [threads, room]
    words: np.ndarray  # [threads, room]
    now: np.ndarray  # [threads, room] groups with rows that are due
    due_now: np.ndarray  # [threads, room, 2] row and group
    people: np.ndarray  # [threads, PEOPLE, 2] agent, position in `new`
    places: np.ndarray  # [threads, PEOPLE, 2 * networks] first row and size of their groups
    slot: np.ndarray  # [threads, chunk size] first node of each target; -1 between days
    reached: np.ndarray  # [threads, chunk size] targets of today
    node: np.ndarray  # [threads, room, FOUND_COLUMNS] winners of today
    link: np.ndarray  # [threads, room] next node of the same target
    counts: np.ndarray  # [chunks, regions, states, WIDTH]
    by_network: np.ndarray  # [chunks, networks, scenarios]
    by_lag: np.ndarray  # [chunks, LAGS, scenarios]
    imported: np.ndarray  # [chunks, scenarios]


class Log(NamedTuple):
    """The event log of all scenarios. Infections come last in each day's events of a chunk."""

    agent: np.ndarray  # [chunks, room]
    change: np.ndarray  # [chunks, room] before << 4 | after
    scenarios: np.ndarray  # [chunks, room]
    infector: np.ndarray  # [chunks, room] one for each infection
    network: np.ndarray  # [chunks, room]
    written: np.ndarray  # [chunks]
    infections: np.ndarray  # [chunks]


# Phase A


@compiled(forceinline=True)
def _accepted(wanted, source, row, kind, shapes, levels, course, run):
    """Return in which of the wanted scenarios an attempt infects."""
    network = np.int64(row[DAY] >> u32(16)) & 15
    low = u64(row[DAY] >> u32(20)) << u64(32)
    mark = u64(row[MARK])
    band = np.int64(row[PAIR]) >> 16 & 15
    many = levels.spread.shape[1] > 1
    limited = levels.abroad.shape[1] > 0 and shapes.region[source] != shapes.region[row[AT]]
    own_kind = np.int64(run.word[source] >> u32(KIND_SHIFT)) if many else 0
    match = u64(1 << 16)
    if shapes.shape[network] == CELLS:
        match = u64(shapes.match[network, band, np.int64(row[PAIR]) >> 20 & 15])
    accepted = 0
    scenario = 0
    while wanted >> scenario:
        if wanted >> scenario & 1:
            level = levels.marks[row[LEVEL], scenario]
            giver = taker = 0
            if many:
                giver = np.int64(levels.class_of[own_kind, scenario])
                taker = np.int64(levels.class_of[kind, scenario])
                level = (level * u64(levels.spread[network, giver, scenario])) >> u64(16)
            if len(course.gain) > 1:
                gain = u64(course.gain[np.int64(row[PAIR]) >> 24])
                level = ((level >> u64(8)) * gain) >> u64(8)
            if level > low and mark < min(level - low, FULL):
                bar = min(level - low, FULL)
                bar = (bar * u64(levels.susceptibility[band, scenario])) >> u64(24)
                bar = (bar * match) >> u64(16)
                if many:
                    bar = (bar * u64(levels.shield[network, giver, taker, scenario])) >> u64(16)
                if limited:
                    bar = (bar * u64(levels.abroad[network, giver, taker, scenario])) >> u64(16)
                if mark < bar:
                    accepted |= 1 << scenario
        scenario += 1
    return accepted


@compiled()
def _replay(chunk, thread, day, shapes, levels, course, run):
    """Accept the rows of a chunk that are due today; return how many there are."""
    groups, rows = run.groups[chunk], run.rows[chunk]
    now, due_now, targets = run.now[thread], run.due_now[thread], run.targets[thread]
    room = due_now.shape[0] - len(shapes.keys) * course.slabs * ATTEMPTS_MAX
    count = 0
    tried = 0
    position = 0
    last = run.group_count[chunk]
    while position < last:
        many = 0
        while position < last and many < len(now):
            now[many] = position
            many += np.int64(groups[position, DUE] == day)
            position += 1
        for number in range(many):
            group = groups[now[number]]
            infected = np.int64(group[INFECTED])
            lag = u32(day - infected)
            at = np.int64(group[NEXT])
            end = np.int64(group[END])
            due = NEVER
            if tried > room:
                count = _accept(chunk, thread, tried, count, shapes, levels, course, run)
                tried = 0
            while at < end:
                row_lag = rows[at, DAY] & u32(ALL)
                if row_lag != lag:
                    due = infected + np.int64(row_lag)
                    break
                due_now[tried, 0] = at
                due_now[tried, 1] = now[number]
                targets[tried] = rows[at, AT]
                tried += 1
                at += 1
            group[LATER] = at
            group[DUE_LATER] = due
    return _accept(chunk, thread, tried, count, shapes, levels, course, run)


@compiled()
def _accept(chunk, thread, tried, count, shapes, levels, course, run):
    """Read the targets of rows; keep those that infect. Return how many so far."""
    groups, rows, found = run.groups[chunk], run.rows[chunk], run.found[chunk]
    due_now, targets, words = run.due_now[thread], run.targets[thread], run.words[thread]
    for position in range(tried):
        words[position] = run.word[targets[position]]
    for position in range(tried):
        row = rows[due_now[position, 0]]
        group = groups[due_now[position, 1]]
        to = words[position]
        wanted = np.int64(to & row[PAIR] & u32(ALL)) & np.int64(group[SCENARIOS])
        if wanted == 0:
            continue
        source = np.int64(group[WHO])
        kind = np.int64(to >> u32(KIND_SHIFT))
        wanted = _accepted(wanted, source, row, kind, shapes, levels, course, run)
        if wanted == 0:
            continue
        if count < found.shape[0]:
            found[count, TO] = row[AT]
            found[count, FROM] = u32(source)
            found[count, HASH] = mix(u32(mix(u32(row[MARK] ^ TARGET)) ^ TIE))
            found[count, HOW] = row[DAY] << u32(8) & u32(0xFFFF00) | row[DAY] >> u32(16) & u32(15)
            found[count, BY] = u32(wanted)
        count += 1
    return count


@compiled()
def _sort_by_chunk(found, ordered, offsets, count, shift):
    """Sort accepted attempts by the chunk of their target, by counting."""
    chunks = offsets.shape[0] - 1
    offsets[:] = 0
    for row in range(count):
        offsets[(found[row, TO] >> u32(shift)) + 1] += 1
    for chunk in range(chunks):
        offsets[chunk + 1] += offsets[chunk]
    for row in range(count):
        chunk = found[row, TO] >> u32(shift)
        position = offsets[chunk]
        offsets[chunk] = position + 1
        for column in range(FOUND_COLUMNS):
            ordered[position, column] = found[row, column]
    for chunk in range(chunks, 0, -1):
        offsets[chunk] = offsets[chunk - 1]
    offsets[0] = 0


@compiled()
def attempts_of(thread, threads, day, shift, shapes, levels, course, run):
    """Phase A for every chunk that falls to a thread."""
    for chunk in range(thread, len(run.group_count), threads):
        count = _replay(chunk, thread, day, shapes, levels, course, run)
        fits = count <= run.found.shape[1]
        run.room_left[chunk] = 1 if fits else 0
        if fits:
            ordered, offsets = run.sorted_found[chunk], run.offsets[chunk]
            _sort_by_chunk(run.found[chunk], ordered, offsets, count, shift)


@compiled()
def room_for(day, first, run, log):
    """Say whether everything of a day fits, before anything is changed."""
    chunks = len(run.group_count)
    for chunk in range(chunks):
        if run.room_left[chunk] == 0:
            return CANDIDATES_FULL
    for chunk in range(chunks):
        new = 0
        for origin in range(chunks):
            new += run.offsets[origin, chunk + 1] - run.offsets[origin, chunk]
        if new > run.node.shape[1]:
            return CANDIDATES_FULL
        new += first[chunk + 1] - first[chunk]
        if log.infections[chunk] + new > log.infector.shape[1]:
            return LOG_FULL
        if log.written[chunk] + new + run.due[chunk, day] > log.agent.shape[1]:
            return LOG_FULL
    return ROOMY


# Phase B


@compiled(forceinline=True)
def _count(scenarios, losing, winning):
    """Move people of some scenarios from one count to another."""
    bits = np.int32(scenarios)
    for scenario in range(WIDTH):
        one = (bits >> np.int32(scenario)) & np.int32(1)
        losing[scenario] -= one
        winning[scenario] += one


@compiled(forceinline=True)
def _exit(state, word, key, course):
    """Return the row of the way out of a state that this infection takes."""
    first = course.first_exit[state]
    last = course.first_exit[state + 1] - 1
    if first == last:
        return first
    draw = u64(state_draw(BRANCH, state, key))
    band = np.int64(word >> u32(BAND_SHIFT)) & 15
    while first < last and draw >= course.shares[first, band]:
        first += 1
    return first


@compiled(forceinline=True)
def _stay(state, word, key, course):
    """Return the days that this infection stays in a state; none without a way out."""
    if course.first_exit[state] == course.first_exit[state + 1]:
        return 0
    draw = state_draw(DWELL, state, key)
    row = _exit(state, word, key, course)
    return np.int64(course.dwell[row, np.int64(draw) & (course.dwell.shape[1] - 1)])


@compiled(forceinline=True)
def _schedule(chunk, agent, state, word, scenarios, day, key, course, run):
    """Put the end of a stay into the calendar, if the run gets so far."""
    days = _stay(state, word, key, course)
    if days == 0 or day + days > course.last_day:
        return
    slot = day + days
    filled = run.fill[chunk, slot]
    if filled == BLOCK or run.head[chunk, slot] < 0:
        run.free_count[chunk] -= 1
        block = run.free[chunk, run.free_count[chunk]]
        run.following[chunk, block] = run.head[chunk, slot]
        run.head[chunk, slot] = block
        filled = 0
    entry = run.arena[chunk, run.head[chunk, slot], filled]
    entry[0] = agent
    entry[1] = state << 16 | scenarios
    run.fill[chunk, slot] = filled + 1
    run.due[chunk, slot] += 1


@compiled()
def _progress(chunk, thread, day, run_key, shapes, course, run, log):
    """Move on those of a chunk whose stay in a state ends today."""
    block = run.head[chunk, day]
    filled = run.fill[chunk, day]
    written = log.written[chunk]
    counts = run.counts[chunk]
    regions, words = run.targets[thread], run.words[thread]
    while block >= 0:
        entries = run.arena[chunk, block]
        # First read for all, then act: the reads of a block are under way together.
        for position in range(filled):
            regions[position] = shapes.region[entries[position, 0]]
            words[position] = run.word[entries[position, 0]]
        for position in range(filled):
            agent = np.int64(entries[position, 0])
            scenarios = np.int64(entries[position, 1]) & ALL
            state = np.int64(entries[position, 1]) >> 16
            key = agent_key(agent, 0, run_key)
            word = words[position]
            after = np.int64(course.after[_exit(state, word, key, course)])
            region = regions[position]
            _count(scenarios, counts[region, state], counts[region, after])
            log.agent[chunk, written] = agent
            log.change[chunk, written] = state << 4 | after
            log.scenarios[chunk, written] = scenarios
            written += 1
            _schedule(chunk, agent, after, word, scenarios, day, key, course, run)
        run.free[chunk, run.free_count[chunk]] = block
        run.free_count[chunk] += 1
        block = run.following[chunk, block]
        filled = BLOCK
    log.written[chunk] = written


@compiled(forceinline=True)
def _is_better(one, other):
    """Say whether one attempt goes before another: tie hash, then source, then network."""
    if one[HASH] != other[HASH]:
        return one[HASH] < other[HASH]
    if one[FROM] != other[FROM]:
        return one[FROM] < other[FROM]
    return (one[HOW] & u32(15)) < (other[HOW] & u32(15))


@compiled()
def _winners(chunk, thread, shift, run):
    """Keep one attempt for each target and scenario; return how many targets there are."""
    base = np.int64(chunk) << shift
    slot, reached = run.slot[thread], run.reached[thread]
    nodes, link = run.node[thread], run.link[thread]
    count = 0
    targets = 0
    for origin in range(run.offsets.shape[0]):
        for row in range(run.offsets[origin, chunk], run.offsets[origin, chunk + 1]):
            attempt = run.sorted_found[origin, row]
            place = np.int64(attempt[TO]) - base
            left = attempt[BY]
            if slot[place] < 0:
                reached[targets] = place
                targets += 1
            node = slot[place]
            while node >= 0:
                both = left & nodes[node, BY]
                if both and _is_better(attempt, nodes[node]):
                    nodes[node, BY] ^= both
                else:
                    left ^= both
                node = link[node]
            if left:
                for column in range(FOUND_COLUMNS):
                    nodes[count, column] = attempt[column]
                nodes[count, BY] = left
                link[count] = slot[place]
                slot[place] = count
                count += 1
    return targets


@compiled(forceinline=True)
def _note(chunk, agent, entry, scenarios, infector, network, log):
    """Write an infection into the log."""
    written = log.written[chunk]
    infections = log.infections[chunk]
    log.agent[chunk, written] = agent
    log.change[chunk, written] = entry
    log.scenarios[chunk, written] = scenarios
    log.infector[chunk, infections] = infector
    log.network[chunk, infections] = network
    log.written[chunk] = written + 1
    log.infections[chunk] = infections + 1


@compiled(forceinline=True)
def _infect(chunk, agent, state, scenarios, day, run_key, shapes, course, run):
    """Infect a person in some scenarios."""
    word = run.word[agent]
    run.word[agent] = word & u32(0xFFFFFFFF ^ scenarios)
    counts = run.counts[chunk, shapes.region[agent]]
    _count(scenarios, counts[0], counts[state])
    key = agent_key(agent, 0, run_key)
    _schedule(chunk, agent, state, word, scenarios, day, key, course, run)
    position = run.new_count[chunk]
    run.new[chunk, position, 0] = agent
    run.new[chunk, position, 1] = scenarios
    run.new_count[chunk] = position + 1


@compiled()
def _infections(chunk, thread, day, run_key, shift, shapes, course, imports, run, log):
    """Turn what reaches this chunk's people into infections."""
    base = np.int64(chunk) << shift
    slot, nodes, link = run.slot[thread], run.node[thread], run.link[thread]
    targets = _winners(chunk, thread, shift, run)
    _progress(chunk, thread, day, run_key, shapes, course, run, log)
    for position in range(targets):
        place = np.int64(run.reached[thread, position])
        agent = base + place
        node = slot[place]
        slot[place] = -1
        scenarios = 0
        while node >= 0:
            part = np.int64(nodes[node, BY])
            if part:
                network = np.int64(nodes[node, HOW] & u32(15))
                lag = min(np.int64(nodes[node, HOW] >> u32(8)), LAGS - 1)
                for scenario in range(run.imported.shape[1]):
                    one = (part >> scenario) & 1
                    run.by_network[chunk, network, scenario] += one
                    run.by_lag[chunk, lag, scenario] += one
                _note(chunk, agent, course.entry, part, nodes[node, FROM], network, log)
                scenarios |= part
            node = link[node]
        _infect(chunk, agent, course.entry, scenarios, day, run_key, shapes, course, run)
    for row in range(imports.first[chunk], imports.first[chunk + 1]):
        agent = np.int64(imports.agent[row])
        scenarios = np.int64(run.word[agent] & u32(ALL))
        if scenarios == 0:
            continue
        for scenario in range(run.imported.shape[1]):
            run.imported[chunk, scenario] += (scenarios >> scenario) & 1
        _note(chunk, agent, course.entry, scenarios, u32(NO_SOURCE), NO_NETWORK, log)
        _infect(chunk, agent, course.entry, scenarios, day, run_key, shapes, course, run)


@compiled(forceinline=True)
def _move_on(chunk, day, run):
    """Turn groups to their next rows; those without any are over."""
    groups = run.groups[chunk]
    kept = 0
    for position in range(run.group_count[chunk]):
        group = groups[position]
        if group[DUE] == day:
            group[NEXT] = group[LATER]
            group[DUE] = group[DUE_LATER]
        if group[DUE] == NEVER:
            continue
        if kept != position:
            for column in range(GROUP_COLUMNS):
                groups[kept, column] = group[column]
        kept += 1
    run.group_count[chunk] = kept


# Phase C


@compiled()
def _new_people(chunk, thread, position, run):
    """List people whose rows are to be drawn, from a position in `new` on; return how many."""
    people, new = run.people[thread], run.new[chunk]
    count = 0
    while count < PEOPLE and position < run.new_count[chunk]:
        agent = new[position, 0]
        if run.first_row[agent] < 0:
            run.first_row[agent] = 0
            people[count, 0] = agent
            people[count, 1] = position
            count += 1
        position += 1
    return count, position


@compiled()
def _places(thread, count, shapes, groups, run):
    """Note first member and size of some people's groups: network by network, reads together."""
    people, places = run.people[thread], run.places[thread]
    for network in range(len(shapes.keys)):
        column = 2 * network
        pointers = groups.pointers[network]
        if shapes.shape[network] == EDGES:
            for number in range(count):
                row = people[number, 0]
                places[number, column] = row
                places[number, column + 1] = pointers[row + 1] - pointers[row]
            continue
        group_of = groups.group_of[network]
        for number in range(count):
            places[number, column] = group_of[people[number, 0]]
        for number in range(count):
            row = places[number, column]
            if row < 0:
                places[number, column + 1] = 0
            else:
                start = pointers[row]
                places[number, column] = start
                places[number, column + 1] = pointers[row + 1] - start


@compiled(forceinline=True)
def _infector(agent, state, key, course):
    """Return the row of a person's levels: the state, and the behaviours taken up."""
    behaviours = len(course.conduct_keys)
    infector = state << behaviours
    some = len(course.conduct_bits) > 0
    for behaviour in range(behaviours):
        limit = course.conduct_marks[behaviour, state]
        if some and not (course.conduct_bits[agent] >> behaviour) & 1:
            continue
        if limit > u64(0) and u64(mix(u32(key ^ course.conduct_keys[behaviour]))) < limit:
            infector |= 1 << behaviour
    return infector


@compiled(forceinline=True)
def _try(agent, band, lag, infector, key, gain, thread, tried, places, shapes, course, run):
    """Draw one person's attempts of a day; keep those whose mark may count in some scenario."""
    first_key = mix(u32(key + u32(u32(lag) * G1)))
    tries, limits = run.tries[thread], run.limits[thread]
    several = len(course.each) > 0
    _, infectors, classes = course.top.shape
    for network in range(len(shapes.keys)):
        size = np.int64(places[2 * network + 1])
        if size == 0:
            continue
        kind = band
        if shapes.shape[network] != CELLS:
            kind = min(size, shapes.class_count[network] - 1)
        poisson = course.poisson[network, kind]
        day_key = first_key
        level = course.top[network, infector, kind]
        if gain > u64(0):
            level = ((level >> u64(8)) * (gain - u64(1))) >> u64(8)
        row = u32((network * infectors + infector) * classes + kind)
        slab = 0
        while level > u64(0):
            limit = min(level, FULL)
            level -= limit
            if slab > 0:
                day_key = mix(u32(key + u32(u32(lag | (slab << 16)) * G1)))
            draw = mix(u32(day_key ^ shapes.keys[network]))
            attempt = 0
            while attempt < ATTEMPTS_MAX and draw >= poisson[attempt]:
                attempt += 1
                mark = mix(u32(draw + u32(u32(attempt) * G1)))
                # No branch: it would be guessed wrong too often.
                tries[tried, 0] = mark
                tries[tried, 1] = u32(agent)
                position = below(mix(u32(mark ^ TARGET)), size)
                tries[tried, 2] = u32(places[2 * network]) + u32(position)
                tries[tried, 3] = u32(lag | network << 16 | slab << 20)
                tries[tried, 4] = row
                if several:
                    tries[tried, 5] = draw
                    tries[tried, 6] = u32(attempt)
                limits[tried] = limit
                tried += np.int64(u64(mark) < limit)
            slab += 1
    return tried


@compiled()
def _keep(chunk, thread, tried, run_key, shapes, groups, course, run):
    """Read the targets of attempts; keep as rows those that some scenario may accept."""
    tries, limits = run.tries[thread], run.limits[thread]
    targets, words = run.targets[thread], run.words[thread]
    rows = run.rows[chunk]
    count = run.filled[chunk]
    for position in range(tried):
        network = np.int64(tries[position, 3] >> u32(16)) & 15
        target = np.int64(tries[position, 2])
        if shapes.shape[network] == MEMBERS:
            target = np.int64(groups.members[network][target])
        elif shapes.shape[network] == EDGES:
            source = np.int64(tries[position, 1])
            start = groups.pointers[network][source]
            target = np.int64(groups.members[network][start + target - source])
        targets[position] = target
    for position in range(tried):
        words[position] = run.word[targets[position]]
    for position in range(tried):
        source = np.int64(tries[position, 1])
        network = np.int64(tries[position, 3] >> u32(16)) & 15
        band = np.int64(words[position] >> u32(BAND_SHIFT)) & 15
        own = np.int64(run.word[source] >> u32(BAND_SHIFT)) & 15
        bar = (limits[position] * u64(course.susceptibility[band])) >> u64(24)
        if shapes.shape[network] == CELLS:
            bar = (bar * u64(shapes.match[network, band, own])) >> u64(16)
        if u64(tries[position, 0]) >= bar:
            continue
        drawn = u32(ALL)
        if len(course.each) > 0:
            drawn = _drawn_in(tries[position], network, course)
        spreader = 0
        if len(course.gain) > 1:
            key = agent_key(source, 0, run_key)
            spreader = np.int64(mix(u32(key ^ SPREADER))) & (len(course.gain) - 1)
        if run.row_count[source] == 0:
            run.first_row[source] = count
        run.row_count[source] += 1
        rows[count, AT] = u32(targets[position])
        rows[count, MARK] = tries[position, 0]
        rows[count, LEVEL] = tries[position, 4]
        rows[count, DAY] = tries[position, 3]
        rows[count, PAIR] = drawn | u32(band << 16 | own << 20 | spreader << 24)
        count += 1
    run.filled[chunk] = count


@compiled(forceinline=True)
def _drawn_in(attempt, network, course):
    """Return the scenarios whose bounds let a person make so many attempts."""
    kind = np.int64(attempt[4]) % course.top.shape[2]
    scenarios = 0
    for scenario in range(len(course.each)):
        least = course.each[scenario, network, kind, np.int64(attempt[6]) - 1]
        scenarios |= np.int64(attempt[5] >= least) << scenario
    return u32(scenarios)


@compiled(forceinline=True)
def _draw(chunk, thread, number, state, day, tried, run_key, shapes, groups, course, run):
    """Draw all that a person will try from their infection today to the last day of the run."""
    agent = np.int64(run.people[thread, number, 0])
    places = run.places[thread, number]
    key = agent_key(agent, 0, run_key)
    word = run.word[agent]
    band = np.int64(word >> u32(BAND_SHIFT)) & 15
    gain = u64(0)  # that of everybody; else one more than the person's own
    if len(course.gain) > 1:
        gain = u64(course.gain[np.int64(mix(u32(key ^ SPREADER))) & (len(course.gain) - 1)])
        gain += u64(1)
    room = run.tries.shape[1] - len(shapes.keys) * course.slabs * ATTEMPTS_MAX
    left = course.last_day - day
    entered = 0
    while entered < left:
        days = _stay(state, word, key, course)
        last = left if days == 0 else min(left, entered + days)
        if course.infectious[state]:
            infector = _infector(agent, state, key, course)
            for lag in range(entered + 1, last + 1):
                if tried > room:
                    _keep(chunk, thread, tried, run_key, shapes, groups, course, run)
                    tried = 0
                tried = _try(
                    agent, band, lag, infector, key, gain, thread, tried,
                    places, shapes, course, run,
                )  # fmt: skip
        if days == 0:
            break
        entered += days
        state = np.int64(course.after[_exit(state, word, key, course)])
    return tried


@compiled()
def _begin_groups(chunk, day, run):
    """Make groups of those infected today who will try something."""
    groups, rows = run.groups[chunk], run.rows[chunk]
    begun = run.group_count[chunk]
    count = begun
    for position in range(run.new_count[chunk]):
        agent = np.int64(run.new[chunk, position, 0])
        first = run.first_row[agent]
        group = groups[count]
        group[WHO] = agent
        group[INFECTED] = day
        group[SCENARIOS] = run.new[chunk, position, 1]
        group[NEXT] = first
        group[END] = first + run.row_count[agent]
        count += np.int64(run.row_count[agent] > 0)
    # By itself, and without a branch: the reads of many rows are under way together.
    for position in range(begun, count):
        lag = np.int64(rows[groups[position, NEXT], DAY] & u32(ALL))
        groups[position, DUE] = day + lag
    run.group_count[chunk] = count
    run.new_count[chunk] = 0
    run.drawn[chunk] = 0


@compiled()
def _rows(chunk, thread, day, state, most, run_key, shapes, groups, course, run):
    """Draw the rows of a chunk's new people, as far as there is room, and begin their groups."""
    run.room_left[chunk] = 1
    tried = 0
    while run.drawn[chunk] < run.new_count[chunk]:
        count, after = _new_people(chunk, thread, run.drawn[chunk], run)
        _places(thread, count, shapes, groups, run)
        run.drawn[chunk] = after
        for number in range(count):
            if run.filled[chunk] + tried + most > run.rows.shape[1]:
                # From this person on they are new again, when there is more room.
                run.room_left[chunk] = 0
                run.drawn[chunk] = run.people[thread, number, 1]
                for later in range(number, count):
                    run.first_row[run.people[thread, later, 0]] = -1
                break
            tried = _draw(
                chunk, thread, number, state, day, tried, run_key, shapes, groups, course, run
            )
        if run.room_left[chunk] == 0:
            break
    _keep(chunk, thread, tried, run_key, shapes, groups, course, run)
    if run.room_left[chunk]:
        _begin_groups(chunk, day, run)


@compiled()
def changes_of(
    thread, threads, day, most, run_key, shift, shapes, groups, course, imports, run, log
):
    """Phase B, and C as far as there is room, for every chunk that falls to a thread."""
    for chunk in range(thread, len(run.group_count), threads):
        run.by_network[chunk, :, :] = 0
        run.by_lag[chunk, :, :] = 0
        run.imported[chunk, :] = 0
        _move_on(chunk, day, run)
        _infections(chunk, thread, day, run_key, shift, shapes, course, imports, run, log)
        _rows(chunk, thread, day, course.entry, most, run_key, shapes, groups, course, run)


@compiled()
def rows_of(thread, threads, day, state, most, run_key, shapes, groups, course, run):
    """Phase C by itself, from where it was; ``most`` rows are left for each person."""
    for chunk in range(thread, len(run.group_count), threads):
        _rows(chunk, thread, day, state, most, run_key, shapes, groups, course, run)


@compiled()
def begin(agents, state, run_key, shift, scenarios, shapes, course, run):
    """Count everybody, and infect the first people on day 0, in all scenarios."""
    for agent in range(len(run.word)):
        run.counts[agent >> shift, shapes.region[agent], 0, 0] += 1
    for chunk in range(run.counts.shape[0]):
        for region in range(run.counts.shape[1]):
            run.counts[chunk, region, 0, :] = run.counts[chunk, region, 0, 0]
    for row in range(len(agents)):
        agent = np.int64(agents[row])
        _infect(agent >> shift, agent, state, scenarios, 0, run_key, shapes, course, run)
