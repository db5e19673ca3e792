"""One day of an epidemic on the CPU, in Numba. The contract is in `reference`, and in streams.

People are cut into chunks of neighbouring rows. Phase A reads the states of yesterday: every
infectious person makes attempts. Phase B writes: each chunk moves its own people on, so nothing is
shared and no atomic operation is needed; the result depends on neither chunks nor threads.

`word` of an agent is state | age band << 4: an attempt reads all it needs of its target at once.
"""

from typing import NamedTuple

import numba as nb
import numpy as np
from numba import njit, prange

from populace.engine.streams import (
    BRANCH,
    DWELL,
    G1,
    TARGET,
    TIE,
    agent_key,
    below,
    mix,
    state_draw,
)
from populace.engine.tables import ATTEMPTS_MAX

RING = 128  # days of the calendar; stays that end later wait in `far`
FAR_EVERY = 64  # how often those are looked at: often enough that none is missed
BLOCK = 126  # agents in one block of the calendar: 504 bytes
LAGS = 128  # days since infection that are counted apart; the last holds the rest
# Columns of a record of an infectious person; classes by network follow.
WHO, END, KEY, INFECTED, KIND, CLASSES = 0, 1, 2, 3, 4, 5
DONE, CANDIDATES_FULL, LOG_FULL = 0, 1, 2

u32, u64 = np.uint32, np.uint64


class Shapes(NamedTuple):
    """The world (see world.World), as far as it is one array for all networks."""

    region: np.ndarray
    keys: np.ndarray
    shape: np.ndarray
    class_count: np.ndarray
    match: np.ndarray  # [networks, target bands, source bands]


class Groups(NamedTuple):
    """The rest of the world: one array per network. A parallel loop takes no nested tuples."""

    group_of: tuple
    pointers: tuple
    members: tuple


class Rules(NamedTuple):
    """The integer tables (see graph.Graph, acceptance.Acceptance)."""

    poisson: np.ndarray
    marks: np.ndarray
    conduct_keys: np.ndarray
    conduct_marks: np.ndarray
    susceptibility: np.ndarray
    first_exit: np.ndarray
    after: np.ndarray
    shares: np.ndarray
    dwell: np.ndarray
    infectious: np.ndarray
    entry: int


class Run(NamedTuple):
    """Everything that changes from day to day. First index of each array: the chunk."""

    word: np.ndarray  # [agents] state | band << 4
    infection: np.ndarray  # [agents] episode << 16 | day of the infection
    records: np.ndarray  # [chunks, room, CLASSES + networks] infectious people
    record_count: np.ndarray
    arena: np.ndarray  # [chunks, blocks, BLOCK] calendar: agents due on a day, in linked blocks
    following: np.ndarray  # [chunks, blocks]
    head: np.ndarray  # [chunks, RING]
    fill: np.ndarray  # [chunks, RING] of the head block
    due: np.ndarray  # [chunks, RING] agents in all blocks of the day
    free: np.ndarray  # [chunks, blocks]
    free_count: np.ndarray
    far_agent: np.ndarray  # [chunks, room]
    far_day: np.ndarray
    far_count: np.ndarray
    found: np.ndarray  # [chunks, room, 4] accepted attempts: target, source, tie, lag | network
    sorted_found: np.ndarray  # the same, by chunk of the target
    offsets: np.ndarray  # [chunks, chunks + 1] into sorted_found
    room_left: np.ndarray  # [chunks] 0 where `found` was too small
    slot: np.ndarray  # [threads, chunk size] winner of each target of a chunk
    winner: np.ndarray  # [threads, chunk size, 4]
    counts: np.ndarray  # [chunks, regions, states]
    by_network: np.ndarray  # [chunks, networks] infections of the day
    by_lag: np.ndarray  # [chunks, LAGS]


class Log(NamedTuple):
    """The event log. Infections come last in each day's events of a chunk."""

    agent: np.ndarray  # [chunks, room]
    change: np.ndarray  # [chunks, room] before << 4 | after
    infector: np.ndarray  # [chunks, room] one for each infection
    network: np.ndarray  # [chunks, room]
    count: np.ndarray  # [chunks]
    infections: np.ndarray  # [chunks]


@njit(nogil=True, cache=True)
def _group(shapes, groups, network, agent):
    """Return first position and size of somebody's group; size 0 if they have none."""
    row = np.int64(agent)
    if shapes.shape[network] != 2:
        row = np.int64(groups.group_of[network][agent])
        if row < 0:
            return np.int64(0), np.int64(0)
    pointers = groups.pointers[network]
    first = pointers[row]
    return first, pointers[row + 1] - first


@njit(nogil=True, cache=True)
def _add_record(chunk, agent, state, last_day, key, infected, shapes, groups, run):
    """Note somebody as infectious up to a day, with their class in each network."""
    position = run.record_count[chunk]
    record = run.records[chunk, position]
    band = (run.word[agent] >> 4) & 15
    record[WHO] = agent
    record[END] = last_day
    record[KEY] = np.int32(key)
    record[INFECTED] = infected
    record[KIND] = state | band << 8
    for network in range(len(shapes.keys)):
        kind = np.int64(band)
        if shapes.shape[network] != 3:
            _, size = _group(shapes, groups, network, agent)
            kind = min(size, shapes.class_count[network] - 1)
        record[CLASSES + network] = kind
    run.record_count[chunk] = position + 1


@njit(nogil=True, cache=True)
def _schedule(chunk, agent, today, days, run):
    """Put somebody into the calendar."""
    if days >= RING:
        position = run.far_count[chunk]
        run.far_agent[chunk, position] = agent
        run.far_day[chunk, position] = today + days
        run.far_count[chunk] = position + 1
        return
    slot = (today + days) & (RING - 1)
    filled = run.fill[chunk, slot]
    if filled == BLOCK or run.head[chunk, slot] < 0:
        run.free_count[chunk] -= 1
        block = run.free[chunk, run.free_count[chunk]]
        run.following[chunk, block] = run.head[chunk, slot]
        run.head[chunk, slot] = block
        filled = 0
    run.arena[chunk, run.head[chunk, slot], filled] = agent
    run.fill[chunk, slot] = filled + 1
    run.due[chunk, slot] += 1


@njit(nogil=True, cache=True)
def _exit(state, band, key, rules):
    """Return the row of the way out of a state that this infection takes."""
    first = rules.first_exit[state]
    last = rules.first_exit[state + 1] - 1
    if first == last:
        return first
    draw = u64(state_draw(BRANCH, state, key))
    while first < last and draw >= rules.shares[first, band]:
        first += 1
    return first


@njit(nogil=True, cache=True)
def _enter(chunk, agent, state, day, key, infected, shapes, groups, rules, run):
    """Book what follows from entering a state: its end, and infectiousness meanwhile."""
    if rules.first_exit[state] == rules.first_exit[state + 1]:
        return
    row = _exit(state, (run.word[agent] >> 4) & 15, key, rules)
    draw = state_draw(DWELL, state, key)
    days = np.int64(rules.dwell[row, np.int64(draw) & (rules.dwell.shape[1] - 1)])
    _schedule(chunk, agent, day, days, run)
    if rules.infectious[state]:
        _add_record(chunk, agent, state, day + days, key, infected, shapes, groups, run)


@njit(nogil=True, cache=True)
def _attempts(chunk, day, shift, shapes, groups, rules, run):
    """Phase A: the infectious of a chunk try; what is accepted is sorted by target chunk."""
    records = run.records[chunk]
    found = run.found[chunk]
    room = found.shape[0]
    networks = len(shapes.keys)
    behaviours = len(rules.conduct_keys)
    slabs = rules.marks.shape[1]
    kept = 0
    count = 0
    run.room_left[chunk] = 1
    for position in range(run.record_count[chunk]):
        if records[position, END] < day:
            continue
        if kept != position:
            for column in range(records.shape[1]):
                records[kept, column] = records[position, column]
        record = records[kept]
        kept += 1
        source = record[WHO]
        key = u32(record[KEY])
        lag = day - record[INFECTED]
        state = np.int64(record[KIND] & 255)
        band = np.int64(record[KIND] >> 8)
        infector = state << behaviours
        for behaviour in range(behaviours):
            mark = rules.conduct_marks[behaviour, state]
            if mark > u64(0) and u64(mix(u32(key ^ rules.conduct_keys[behaviour]))) < mark:
                infector |= 1 << behaviour
        first_key = mix(u32(key + u32(u32(lag) * G1)))
        for network in range(networks):
            kind = record[CLASSES + network]
            poisson = rules.poisson[network, kind]
            day_key = first_key
            for slab in range(slabs):
                accepted = rules.marks[network, slab, infector, kind]
                if accepted == u64(0):
                    break
                if slab > 0:
                    day_key = mix(u32(key + u32(u32(lag | (slab << 16)) * G1)))
                draw = mix(u32(day_key ^ shapes.keys[network]))
                attempt = 0
                while attempt < ATTEMPTS_MAX and draw >= poisson[attempt]:
                    attempt += 1
                    mark = mix(u32(draw + u32(u32(attempt) * G1)))
                    # The mark first: most of the headroom ends here, and no target is read.
                    if u64(mark) >= accepted:
                        continue
                    first, size = _group(shapes, groups, network, source)
                    place = mix(u32(mark ^ TARGET))
                    target = first + below(place, size)
                    if shapes.shape[network] == 1 or shapes.shape[network] == 2:
                        target = np.int64(groups.members[network][target])
                    word = run.word[target]
                    if word & 15:
                        continue
                    other = np.int64((word >> 4) & 15)
                    bar = (accepted * u64(rules.susceptibility[other])) >> u64(24)
                    if shapes.shape[network] == 3:
                        bar = (bar * u64(shapes.match[network, other, band])) >> u64(16)
                    if u64(mark) < bar:
                        if count == room:
                            run.room_left[chunk] = 0
                            return
                        found[count, 0] = u32(target)
                        found[count, 1] = u32(source)
                        found[count, 2] = mix(u32(place ^ TIE))
                        found[count, 3] = u32(network | lag << 8)
                        count += 1
    run.record_count[chunk] = kept
    _sort_by_chunk(run.found[chunk], run.sorted_found[chunk], run.offsets[chunk], count, shift)


@njit(nogil=True, cache=True)
def _sort_by_chunk(found, ordered, offsets, count, shift):
    """Counting sort of accepted attempts by the chunk of their target."""
    chunks = offsets.shape[0] - 1
    offsets[:] = 0
    for row in range(count):
        offsets[(found[row, 0] >> u32(shift)) + 1] += 1
    for chunk in range(chunks):
        offsets[chunk + 1] += offsets[chunk]
    for row in range(count):
        chunk = found[row, 0] >> u32(shift)
        position = offsets[chunk]
        offsets[chunk] = position + 1
        for column in range(4):
            ordered[position, column] = found[row, column]
    for chunk in range(chunks, 0, -1):
        offsets[chunk] = offsets[chunk - 1]
    offsets[0] = 0


@njit(nogil=True, cache=True)
def _bring_near(chunk, day, run):
    """Move those whose day has come within the ring from `far` into the calendar."""
    kept = 0
    for position in range(run.far_count[chunk]):
        agent = run.far_agent[chunk, position]
        due = run.far_day[chunk, position]
        if due - day < RING:
            _schedule(chunk, agent, day, due - day, run)
        else:
            run.far_agent[chunk, kept] = agent
            run.far_day[chunk, kept] = due
            kept += 1
    run.far_count[chunk] = kept


@njit(nogil=True, cache=True)
def _progress(chunk, day, run_key, shapes, groups, rules, run, log):
    """Phase B, first half: people of this chunk whose stay in a state ends today."""
    slot = day & (RING - 1)
    block = run.head[chunk, slot]
    filled = run.fill[chunk, slot]
    run.head[chunk, slot] = -1
    run.fill[chunk, slot] = 0
    run.due[chunk, slot] = 0
    written = log.count[chunk]
    counts = run.counts[chunk]
    while block >= 0:
        for position in range(filled):
            agent = np.int64(run.arena[chunk, block, position])
            word = run.word[agent]
            state = np.int64(word & 15)
            band = np.int64((word >> 4) & 15)
            infection = run.infection[agent]
            key = agent_key(agent, infection >> u32(16), run_key)
            after = np.int64(rules.after[_exit(state, band, key, rules)])
            run.word[agent] = (word & np.uint16(0xFFF0)) | np.uint16(after)
            region = shapes.region[agent]
            counts[region, state] -= 1
            counts[region, after] += 1
            log.agent[chunk, written] = agent
            log.change[chunk, written] = state << 4 | after
            written += 1
            if after == 0:
                # Susceptible again: what happens next belongs to a new episode.
                run.infection[agent] = infection + u32(1 << 16)
            else:
                infected = np.int64(infection & u32(0xFFFF))
                _enter(chunk, agent, after, day, key, infected, shapes, groups, rules, run)
        run.free[chunk, run.free_count[chunk]] = block
        run.free_count[chunk] += 1
        block = run.following[chunk, block]
        filled = BLOCK
    log.count[chunk] = written


@njit(nogil=True, cache=True)
def _winners(chunk, shift, run, slot, winner):
    """Keep one attempt per target: lowest tie hash, then lowest source, then first network."""
    base = np.int64(chunk) << shift
    count = 0
    for origin in range(run.offsets.shape[0]):
        for row in range(run.offsets[origin, chunk], run.offsets[origin, chunk + 1]):
            attempt = run.sorted_found[origin, row]
            target = np.int64(attempt[0])
            word = run.word[target]
            if word & 15 == 0:
                # Marked as taken by the (unused) state 15 until the winner is known.
                run.word[target] = word | np.uint16(15)
                slot[target - base] = count
                place = count
                count += 1
            else:
                place = slot[target - base]
                best = winner[place]
                if attempt[2] > best[2] or (
                    attempt[2] == best[2]
                    and (
                        attempt[1] > best[1]
                        or (attempt[1] == best[1] and attempt[3] & u32(255) >= best[3] & u32(255))
                    )
                ):
                    continue
            for column in range(4):
                winner[place, column] = attempt[column]
    return count


@njit(nogil=True, cache=True)
def _infect(chunk, thread, day, run_key, shift, shapes, groups, rules, run, log):
    """Phase B, second half: attempts on this chunk's people become infections."""
    winner = run.winner[thread]
    count = _winners(chunk, shift, run, run.slot[thread], winner)
    written = log.count[chunk]
    infections = log.infections[chunk]
    counts = run.counts[chunk]
    entry = np.int64(rules.entry)
    for place in range(count):
        agent = np.int64(winner[place, 0])
        run.word[agent] = (run.word[agent] & np.uint16(0xFFF0)) | np.uint16(entry)
        episode = run.infection[agent] >> u32(16)
        run.infection[agent] = u32(episode << u32(16)) | u32(day)
        region = shapes.region[agent]
        counts[region, 0] -= 1
        counts[region, entry] += 1
        network = np.int64(winner[place, 3] & u32(255))
        lag = np.int64(winner[place, 3] >> u32(8))
        run.by_network[chunk, network] += 1
        run.by_lag[chunk, min(lag, LAGS - 1)] += 1
        log.agent[chunk, written] = agent
        log.change[chunk, written] = entry
        log.infector[chunk, infections] = winner[place, 1]
        log.network[chunk, infections] = network
        written += 1
        infections += 1
        key = agent_key(agent, episode, run_key)
        _enter(chunk, agent, entry, day, key, day, shapes, groups, rules, run)
    log.count[chunk] = written
    log.infections[chunk] = infections


@njit(nogil=True, cache=True, parallel=True)
def day_of(day, run_key, shift, shapes, group_of, pointers, members, rules, run, log):
    """Simulate one day. Other than DONE, nothing has happened: enlarge the buffer and repeat."""
    chunks = len(run.record_count)
    half = (chunks + 1) // 2
    for turn in prange(chunks):
        # Even chunks for one thread, odd ones for another: neighbours share their load.
        chunk = 2 * turn if turn < half else 2 * (turn - half) + 1
        groups = Groups(group_of, pointers, members)
        _attempts(chunk, day, shift, shapes, groups, rules, run)
    for chunk in range(chunks):
        if run.room_left[chunk] == 0:
            return CANDIDATES_FULL
    for chunk in range(chunks):
        new = run.due[chunk, day & (RING - 1)]
        for origin in range(chunks):
            new += run.offsets[origin, chunk + 1] - run.offsets[origin, chunk]
        if log.count[chunk] + new > log.agent.shape[1]:
            return LOG_FULL
        if log.infections[chunk] + new > log.infector.shape[1]:
            return LOG_FULL
    for turn in prange(chunks):
        chunk = 2 * turn if turn < half else 2 * (turn - half) + 1
        groups = Groups(group_of, pointers, members)
        run.by_network[chunk, :] = 0
        run.by_lag[chunk, :] = 0
        if day % FAR_EVERY == 0:
            _bring_near(chunk, day, run)
        _progress(chunk, day, run_key, shapes, groups, rules, run, log)
        _infect(chunk, nb.get_thread_id(), day, run_key, shift, shapes, groups, rules, run, log)
    return DONE


@njit(nogil=True, cache=True)
def begin(agents, state, run_key, shift, shapes, groups, rules, run):
    """Infect the first people on day 0, and count everybody."""
    for agent in agents:
        run.word[agent] = (run.word[agent] & np.uint16(0xFFF0)) | np.uint16(state)
        key = agent_key(agent, 0, run_key)
        _enter(agent >> shift, agent, state, 0, key, 0, shapes, groups, rules, run)
    for agent in range(len(run.word)):
        run.counts[agent >> shift, shapes.region[agent], run.word[agent] & 15] += 1
