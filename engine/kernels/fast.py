"""One day of an epidemic on the CPU, in Numba. The contract is in `reference`, and in streams.

People are cut into chunks of neighbouring rows. Phase A reads the states of yesterday: every
infectious person makes attempts. Phase B writes: each chunk moves its own people on, so nothing is
shared and no atomic operation is needed; the result depends on neither chunks nor threads. The
threads are Python's, each in compiled code without the interpreter's lock: Numba's own parallel
loops took six times as long to compile, and abort where two runs meet without OpenMP.

The small functions are `forceinline`: a call that hands over all buffers costs more than it does.

`word` of an agent is state | age band << 4 | class of protection << 8: an attempt reads all it
needs of its target at once. A run in which nobody is ever protected has one class, and skips its
tables. So do runs without strains, without spreaders and without stays that end early.
"""

from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from populace.engine.kernels.draws import agent_key, below, mix, state_draw
from populace.engine.streams import (
    BRANCH,
    DWELL,
    G1,
    SPREADER,
    TARGET,
    TIE,
)
from populace.engine.tables import ATTEMPTS_MAX

RING = 128  # days of the calendar; stays that end later wait in `far`
FAR_EVERY = 64  # how often those are looked at: often enough that none is missed
BLOCK = 126  # agents in one block of the calendar: 504 bytes
FOREVER = 2**31 - 1  # last day of those who stay infectious
LAGS = 128  # days since infection that are counted apart; the last holds the rest
# Columns of a record of an infectious person; first row and size of their groups follow.
WHO, END, KEY, INFECTED, KIND, PLACES = 0, 1, 2, 3, 4, 5
BATCH = 2048  # attempts whose targets are read together: many cache misses at a time
# The shapes of networks (see world.NetworkShape).
MEMBERS, EDGES, CELLS = 1, 2, 3
ROOMY, CANDIDATES_FULL, LOG_FULL, CALENDAR_FULL = 0, 1, 2, 3
TAKEN = 15  # the (unused) state of those whom an infection reaches today
NO_SOURCE = 0xFFFFFFFF  # of an infection from elsewhere: events.NOBODY
NO_NETWORK = 255  # events.NOWHERE
BIRTH = 254  # events.BIRTH
BORN = 0xFFFFFFFF  # what `winner` says of those in whose place somebody is born
NO_DAY = 0  # nothing is due on day 0

u32, u64 = np.uint32, np.uint64
FULL = u64(2**32)

# `_nrt=False`: nothing here allocates, and to count the references to each buffer that a loop
# touches took more time than the work itself (docs/decisions/0007).
compiled: Any = partial(njit, nogil=True, cache=True, _nrt=False)  # pyright: ignore[reportCallIssue]


class Shapes(NamedTuple):
    """The world (see world.World), as far as it is one array for all networks."""

    region: np.ndarray
    keys: np.ndarray
    shape: np.ndarray
    class_count: np.ndarray
    match: np.ndarray  # [networks, target bands, source bands]


class Groups(NamedTuple):
    """The rest of the world: one array per network."""

    group_of: tuple
    pointers: tuple
    members: tuple


class Rules(NamedTuple):
    """The integer tables (see graph.Graph, acceptance.Acceptance)."""

    poisson: np.ndarray
    marks: np.ndarray
    gain: np.ndarray  # [classes of infectiousness]
    conduct_keys: np.ndarray
    conduct_marks: np.ndarray
    conduct_bits: np.ndarray  # [agents] behaviours that are for them; no agents: all
    susceptibility: np.ndarray
    spread: np.ndarray  # [networks, classes]
    shield: np.ndarray  # [strains * networks, blocks of the source, classes], see targets
    abroad: np.ndarray  # [networks, blocks, blocks] between regions; no blocks: never
    risk: np.ndarray  # [classes] first column in `shares`
    first_exit: np.ndarray
    after: np.ndarray
    shares: np.ndarray
    dwell: np.ndarray
    infectious: np.ndarray
    slabs: int
    strain: np.ndarray  # [states]
    entries: np.ndarray  # [strains, states before]
    catch: np.ndarray  # [strains, states] or no strains
    turnover: bool


class Imports(NamedTuple):
    """Whom an infection from elsewhere reaches today (see imports.Imports)."""

    agent: np.ndarray
    strain: np.ndarray
    mark: np.ndarray
    first: np.ndarray  # [chunks + 1] of each chunk
    born: np.ndarray  # those in whose place somebody is born
    first_born: np.ndarray  # [chunks + 1]


class Run(NamedTuple):
    """Everything that changes from day to day. First index of each array: the chunk."""

    word: np.ndarray  # [agents] state | band << 4 | class << 8
    infection: np.ndarray  # [agents] episode << 16 | day of the infection
    until: np.ndarray  # [agents] last day of the stay, 16 bits; nobody's if no stay ends early
    records: np.ndarray  # [chunks, room, PLACES + 2 * networks] infectious people
    complete: np.ndarray  # [chunks] records whose places are filled in
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
    tries: np.ndarray  # [threads, BATCH, 4] attempts below their mark: see _try
    bars: np.ndarray  # [threads, BATCH] their marks' limit
    targets: np.ndarray  # [threads, BATCH]
    words: np.ndarray  # [threads, BATCH]
    room_left: np.ndarray  # [chunks] 0 where `found` was too small
    slot: np.ndarray  # [threads, chunk size] winner of each target of a chunk
    winner: np.ndarray  # [threads, chunk size, 6] attempt, and the target's `infection` and state
    counts: np.ndarray  # [chunks, regions, states]
    by_network: np.ndarray  # [chunks, networks] infections of the day
    by_lag: np.ndarray  # [chunks, LAGS]
    imported: np.ndarray  # [chunks]


class Log(NamedTuple):
    """The event log. Infections come last in each day's events of a chunk."""

    agent: np.ndarray  # [chunks, room]
    change: np.ndarray  # [chunks, room] before << 4 | after
    infector: np.ndarray  # [chunks, room] one for each infection
    network: np.ndarray  # [chunks, room]
    written: np.ndarray  # [chunks] events so far
    infections: np.ndarray  # [chunks]


@compiled(forceinline=True)
def _add_record(chunk, agent, state, last_day, key, infected, run):
    """Note somebody as infectious up to a day; their places are filled in by _complete."""
    position = run.record_count[chunk]
    record = run.records[chunk, position]
    record[WHO] = agent
    record[END] = last_day
    record[KEY] = np.int32(key)
    record[INFECTED] = infected
    record[KIND] = state | ((run.word[agent] >> 4) & 15) << 8
    run.record_count[chunk] = position + 1


@compiled()
def _complete(chunk, shapes, groups, run):
    """Fill in where the newly infectious meet others, network by network.

    Short loops over many people keep many reads under way at once, where one person after the
    other would wait for each.
    """
    records = run.records[chunk]
    first, last = run.complete[chunk], run.record_count[chunk]
    for network in range(len(shapes.keys)):
        column = PLACES + 2 * network
        pointers = groups.pointers[network]
        if shapes.shape[network] == EDGES:
            for position in range(first, last):
                row = records[position, WHO]
                records[position, column] = row
                records[position, column + 1] = pointers[row + 1] - pointers[row]
            continue
        group_of = groups.group_of[network]
        for position in range(first, last):
            records[position, column] = group_of[records[position, WHO]]
        for position in range(first, last):
            row = records[position, column]
            if row < 0:
                records[position, column + 1] = 0
            else:
                start = pointers[row]
                records[position, column] = start
                records[position, column + 1] = pointers[row + 1] - start
    run.complete[chunk] = last


@compiled(forceinline=True)
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


@compiled(forceinline=True)
def _exit(state, word, key, rules):
    """Return the row of the way out of a state that this infection takes."""
    first = rules.first_exit[state]
    last = rules.first_exit[state + 1] - 1
    if first == last:
        return first
    draw = u64(state_draw(BRANCH, state, key))
    column = rules.risk[np.int64(word) >> 8] + (np.int64(word) >> 4 & 15)
    while first < last and draw >= rules.shares[first, column]:
        first += 1
    return first


@compiled(forceinline=True)
def _enter(chunk, agent, state, day, key, infected, rules, run):
    """Book what follows from entering a state: its end, and infectiousness meanwhile."""
    if rules.first_exit[state] == rules.first_exit[state + 1]:
        if len(run.until) > 0:
            run.until[agent] = NO_DAY
        if rules.infectious[state]:
            _add_record(chunk, agent, state, FOREVER, key, infected, run)
        return
    row = _exit(state, run.word[agent], key, rules)
    draw = state_draw(DWELL, state, key)
    days = np.int64(rules.dwell[row, np.int64(draw) & (rules.dwell.shape[1] - 1)])
    _schedule(chunk, agent, day, days, run)
    if len(run.until) > 0:
        run.until[agent] = day + days
    if rules.infectious[state]:
        _add_record(chunk, agent, state, day + days, key, infected, run)


@compiled()
def _attempts(chunk, thread, day, shift, shapes, groups, rules, run):
    """Phase A: the infectious of a chunk try; what is accepted is sorted by target chunk."""
    records = run.records[chunk]
    networks = len(shapes.keys)
    room = run.tries.shape[1] - networks * rules.slabs * ATTEMPTS_MAX
    tried = 0
    count = 0
    position = 0
    last = run.record_count[chunk]
    while position < last:
        ended = records[position, END] < day
        if rules.turnover and not ended:
            ended = _has_died(records[position], run)
        if ended:
            # The last record takes the place of one that has ended: their order does not matter.
            last -= 1
            for column in range(records.shape[1]):
                records[position, column] = records[last, column]
            continue
        if tried > room:
            count = _accept(chunk, thread, tried, count, shapes, groups, rules, run)
            tried = 0
        tried = _try(records[position], day, thread, tried, shapes, rules, run)
        position += 1
    count = _accept(chunk, thread, tried, count, shapes, groups, rules, run)
    run.record_count[chunk] = last
    run.complete[chunk] = last
    run.room_left[chunk] = 1 if count < run.found.shape[1] else 0
    _sort_by_chunk(run.found[chunk], run.sorted_found[chunk], run.offsets[chunk], count, shift)


@compiled(forceinline=True)
def _has_died(record, run):
    """Say whether somebody else has the place of an infectious person by now."""
    agent = record[WHO]
    other_state = run.word[agent] & 15 != record[KIND] & 15
    return other_state or run.infection[agent] & u32(0xFFFF) != u32(record[INFECTED])


@compiled(forceinline=True)
def _try(record, day, thread, tried, shapes, rules, run):
    """Draw one person's attempts of a day; keep those whose mark may count, targets unread."""
    key = u32(record[KEY])
    lag = day - np.int64(record[INFECTED])
    state = np.int64(record[KIND] & 255)
    band = np.int64(record[KIND] >> 8)
    if rules.turnover:
        band = np.int64(run.word[record[WHO]] >> 4) & 15
    behaviours = len(rules.conduct_keys)
    infector = state << behaviours
    some = len(rules.conduct_bits) > 0
    for behaviour in range(behaviours):
        limit = rules.conduct_marks[behaviour, state]
        if some and not (rules.conduct_bits[record[WHO]] >> behaviour) & 1:
            continue
        if limit > u64(0) and u64(mix(u32(key ^ rules.conduct_keys[behaviour]))) < limit:
            infector |= 1 << behaviour
    first_key = mix(u32(key + u32(u32(lag) * G1)))
    many = rules.spread.shape[1] > 1
    protection = np.int64(run.word[record[WHO]] >> 8) if many else 0
    uneven = len(rules.gain) > 1
    gain = u64(0)
    if uneven:
        gain = u64(rules.gain[np.int64(mix(u32(key ^ SPREADER))) & (len(rules.gain) - 1)])
    strain = u32(rules.strain[state]) << u32(24) if len(rules.catch) > 0 else u32(0)
    tries = run.tries[thread]
    bars = run.bars[thread]
    for network in range(len(shapes.keys)):
        size = np.int64(record[PLACES + 2 * network + 1])
        if size == 0:
            continue
        kind = band
        if shapes.shape[network] != CELLS:
            kind = min(size, shapes.class_count[network] - 1)
        poisson = rules.poisson[network, kind]
        day_key = first_key
        level = rules.marks[network, infector, kind]
        if many:
            level = (level * u64(rules.spread[network, protection])) >> u64(16)
        if uneven:
            level = ((level >> u64(8)) * gain) >> u64(8)
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
                # Most of the headroom ends here. No branch: it would be guessed wrong too often.
                tries[tried, 0] = mark
                tries[tried, 1] = u32(record[WHO])
                tries[tried, 2] = u32(record[PLACES + 2 * network]) + u32(
                    below(mix(u32(mark ^ TARGET)), size)
                )
                tries[tried, 3] = u32(network | band << 4 | lag << 8) | strain
                bars[tried] = limit
                tried += np.int64(u64(mark) < limit)
            slab += 1
    return tried


@compiled()
def _accept(chunk, thread, tried, count, shapes, groups, rules, run):
    """Read the targets of a batch of attempts; keep those that infect. Return how many so far."""
    tries = run.tries[thread]
    bars = run.bars[thread]
    targets = run.targets[thread]
    words = run.words[thread]
    found = run.found[chunk]
    many = rules.shield.shape[2] > 1
    blocks = rules.shield.shape[1]
    several = len(rules.catch) > 0
    networks = len(shapes.keys)
    limited = rules.abroad.shape[1] > 0
    for row in range(tried):
        network = np.int64(tries[row, 3] & u32(15))
        target = np.int64(tries[row, 2])
        if shapes.shape[network] == MEMBERS:
            target = np.int64(groups.members[network][target])
        elif shapes.shape[network] == EDGES:
            source = np.int64(tries[row, 1])
            start = groups.pointers[network][source]
            target = np.int64(groups.members[network][start + target - source])
        targets[row] = target
    for row in range(tried):
        words[row] = run.word[targets[row]]
    for row in range(tried):
        word = np.int64(words[row])
        info = tries[row, 3]
        strain = np.int64(info >> u32(24))
        if several:
            if rules.catch[strain, word & 15] == 0:
                continue
        elif word & 15:
            continue
        other = (word >> 4) & 15
        network = np.int64(info & u32(15))
        bar = (bars[row] * u64(rules.susceptibility[other])) >> u64(24)
        if shapes.shape[network] == CELLS:
            band = np.int64((info >> u32(4)) & u32(15))
            bar = (bar * u64(shapes.match[network, other, band])) >> u64(16)
        if many:
            block = np.int64(0)
            if blocks > 1:
                block = np.int64(run.word[tries[row, 1]] >> 8) % blocks
            part = strain * networks + network
            bar = (bar * u64(rules.shield[part, block, word >> 8])) >> u64(16)
        if limited:
            source = np.int64(tries[row, 1])
            if shapes.region[source] != shapes.region[targets[row]]:
                own = np.int64(run.word[source] >> 8) % blocks
                left = rules.abroad[network, own, (word >> 8) % blocks]
                bar = (bar * u64(left)) >> u64(16)
        if several:
            bar = (bar * u64(rules.catch[strain, word & 15])) >> u64(16)
        mark = tries[row, 0]
        if u64(mark) < bar and count < found.shape[0]:
            found[count, 0] = u32(targets[row])
            found[count, 1] = tries[row, 1]
            found[count, 2] = mix(u32(mix(u32(mark ^ TARGET)) ^ TIE))
            found[count, 3] = info & u32(0xFFFFFF0F)
            count += 1
    return count


@compiled()
def _sort_by_chunk(found, ordered, offsets, count, shift):
    """Sort accepted attempts by the chunk of their target, by counting."""
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


@compiled()
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


@compiled()
def _progress(chunk, thread, day, run_key, shapes, rules, run, log):
    """Phase B, first half: people of this chunk whose stay in a state ends today."""
    slot = day & (RING - 1)
    block = run.head[chunk, slot]
    filled = run.fill[chunk, slot]
    run.head[chunk, slot] = -1
    run.fill[chunk, slot] = 0
    run.due[chunk, slot] = 0
    written = log.written[chunk]
    counts = run.counts[chunk]
    regions = run.words[thread]
    infections = run.targets[thread]
    words = run.bars[thread]
    early = len(run.until) > 0
    while block >= 0:
        agents = run.arena[chunk, block]
        # First read for all, then act: the reads of a block are under way together.
        for position in range(filled):
            infections[position] = run.infection[agents[position]]
            regions[position] = shapes.region[agents[position]]
            words[position] = run.word[agents[position]]
        for position in range(filled):
            agent = np.int64(agents[position])
            word = np.uint16(words[position])
            state = np.int64(word & 15)
            if early and (state == TAKEN or run.until[agent] != np.uint16(day)):
                continue  # an infection ended the stay, today or before
            if early:
                run.until[agent] = NO_DAY  # an older entry may be due today as well
            infection = u32(infections[position])
            key = agent_key(agent, infection >> u32(16), run_key)
            after = np.int64(rules.after[_exit(state, word, key, rules)])
            run.word[agent] = (word & np.uint16(0xFFF0)) | np.uint16(after)
            region = regions[position]
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
                _enter(chunk, agent, after, day, key, infected, rules, run)
        run.free[chunk, run.free_count[chunk]] = block
        run.free_count[chunk] += 1
        block = run.following[chunk, block]
        filled = BLOCK
    log.written[chunk] = written


@compiled()
def _winners(chunk, shift, imports, rules, run, slot, winner):
    """Keep one attempt per target: lowest tie hash, then lowest source, then first network.

    Those whom none reaches may be infected elsewhere.
    """
    base = np.int64(chunk) << shift
    count = 0
    for row in range(imports.first_born[chunk], imports.first_born[chunk + 1]):
        target = np.int64(imports.born[row])
        slot[target - base] = count
        winner[count, 0] = target
        winner[count, 1] = NO_SOURCE
        winner[count, 2] = 0
        winner[count, 3] = BORN
        winner[count, 4] = run.infection[target]
        winner[count, 5] = run.word[target] & 15
        run.word[target] |= np.uint16(TAKEN)
        count += 1
    for origin in range(run.offsets.shape[0]):
        for row in range(run.offsets[origin, chunk], run.offsets[origin, chunk + 1]):
            attempt = run.sorted_found[origin, row]
            target = np.int64(attempt[0])
            word = run.word[target]
            if word & 15 != TAKEN:
                # Marked as taken until the winner is known.
                run.word[target] = word | np.uint16(TAKEN)
                slot[target - base] = count
                place = count
                count += 1
                winner[place, 5] = word & 15
            else:
                place = slot[target - base]
                best = winner[place]
                if (
                    best[3] == u32(BORN)
                    or attempt[2] > best[2]
                    or (
                        attempt[2] == best[2]
                        and (
                            attempt[1] > best[1]
                            or (attempt[1] == best[1] and attempt[3] & u32(15) >= best[3] & u32(15))
                        )
                    )
                ):
                    continue
            for column in range(4):
                winner[place, column] = attempt[column]
            # Read here, where the reads of many targets are under way together.
            winner[place, 4] = run.infection[target]
    for row in range(imports.first[chunk], imports.first[chunk + 1]):
        target = imports.agent[row]
        word = run.word[target]
        state = np.int64(word & 15)
        if state == TAKEN:
            continue
        if len(rules.catch) > 0:
            chance = u64(rules.catch[imports.strain[row], state]) << u64(16)
            if u64(imports.mark[row]) >= chance:
                continue
        elif state != 0:
            continue
        run.word[target] = word | np.uint16(TAKEN)
        winner[count, 0] = target
        winner[count, 1] = NO_SOURCE
        winner[count, 3] = u32(imports.strain[row]) << u32(24)
        winner[count, 4] = run.infection[target]
        winner[count, 5] = state
        count += 1
    return count


@compiled(forceinline=True)
def _replace(chunk, agent, before, infection, shapes, run):
    """Put a newborn into the place of somebody who dies of other causes."""
    run.word[agent] = run.word[agent] & np.uint16(0xFF00)
    run.infection[agent] = ((infection >> u32(16)) + u32(1)) << u32(16)
    run.until[agent] = NO_DAY
    region = shapes.region[agent]
    run.counts[chunk, region, before] -= 1
    run.counts[chunk, region, 0] += 1


@compiled()
def _infect(chunk, thread, count, day, run_key, shapes, rules, run, log):
    """Phase B, second half: what reaches this chunk's people becomes infections."""
    winner = run.winner[thread]
    written = log.written[chunk]
    infections = log.infections[chunk]
    counts = run.counts[chunk]
    for place in range(count):
        agent = np.int64(winner[place, 0])
        info = winner[place, 3]
        before = np.int64(winner[place, 5])
        if info == u32(BORN):
            _replace(chunk, agent, before, winner[place, 4], shapes, run)
            log.agent[chunk, written] = agent
            log.change[chunk, written] = before << 4
            log.infector[chunk, infections] = winner[place, 1]
            log.network[chunk, infections] = BIRTH
            written += 1
            infections += 1
            continue
        entry = np.int64(rules.entries[np.int64(info >> u32(24)), before])
        run.word[agent] = (run.word[agent] & np.uint16(0xFFF0)) | np.uint16(entry)
        episode = winner[place, 4] >> u32(16)
        if before != 0:
            episode = (episode + u32(1)) & u32(0xFFFF)
        run.infection[agent] = u32(episode << u32(16)) | u32(day)
        region = shapes.region[agent]
        counts[region, before] -= 1
        counts[region, entry] += 1
        network = NO_NETWORK
        if winner[place, 1] == u32(NO_SOURCE):
            run.imported[chunk] += 1
        else:
            network = np.int64(info & u32(15))
            lag = np.int64((info >> u32(8)) & u32(0xFFFF))
            run.by_network[chunk, network] += 1
            run.by_lag[chunk, min(lag, LAGS - 1)] += 1
        log.agent[chunk, written] = agent
        log.change[chunk, written] = before << 4 | entry
        log.infector[chunk, infections] = winner[place, 1]
        log.network[chunk, infections] = network
        written += 1
        infections += 1
        key = agent_key(agent, episode, run_key)
        _enter(chunk, agent, entry, day, key, day, rules, run)
    log.written[chunk] = written
    log.infections[chunk] = infections


@compiled()
def attempts_of(thread, threads, day, shift, shapes, groups, rules, run):
    """Phase A for every chunk that falls to a thread: neighbours share the load of an outbreak."""
    for chunk in range(thread, len(run.record_count), threads):
        _attempts(chunk, thread, day, shift, shapes, groups, rules, run)


@compiled()
def room_for(day, imports, run, log):
    """Say whether everything of a day fits, before anything is changed."""
    chunks = len(run.record_count)
    for chunk in range(chunks):
        if run.room_left[chunk] == 0:
            return CANDIDATES_FULL
        new = run.due[chunk, day & (RING - 1)]
        for origin in range(chunks):
            new += run.offsets[origin, chunk + 1] - run.offsets[origin, chunk]
        new += imports.first[chunk + 1] - imports.first[chunk]
        new += imports.first_born[chunk + 1] - imports.first_born[chunk]
        if len(run.until) > 0:
            # Stays that ended early still lie in the calendar: there can be more than people.
            if run.far_count[chunk] + new > run.far_agent.shape[1]:
                return CALENDAR_FULL
            nearer = run.far_count[chunk] if day % FAR_EVERY == 0 else 0
            if run.free_count[chunk] < (new + nearer) // BLOCK + RING + 2:
                return CALENDAR_FULL
        if log.written[chunk] + new > log.agent.shape[1]:
            return LOG_FULL
        if log.infections[chunk] + new > log.infector.shape[1]:
            return LOG_FULL
    return ROOMY


@compiled()
def changes_of(thread, threads, day, run_key, shift, shapes, groups, rules, imports, run, log):
    """Phase B for every chunk that falls to a thread."""
    for chunk in range(thread, len(run.record_count), threads):
        run.by_network[chunk, :] = 0
        run.by_lag[chunk, :] = 0
        run.imported[chunk] = 0
        if day % FAR_EVERY == 0:
            _bring_near(chunk, day, run)
        winner = run.winner[thread]
        count = _winners(chunk, shift, imports, rules, run, run.slot[thread], winner)
        _progress(chunk, thread, day, run_key, shapes, rules, run, log)
        _infect(chunk, thread, count, day, run_key, shapes, rules, run, log)
        _complete(chunk, shapes, groups, run)


@compiled()
def begin(agents, state, run_key, shift, shapes, groups, rules, run):
    """Infect the first people on day 0, and count everybody."""
    for agent in agents:
        run.word[agent] = (run.word[agent] & np.uint16(0xFFF0)) | np.uint16(state)
        key = agent_key(agent, 0, run_key)
        _enter(agent >> shift, agent, state, 0, key, 0, rules, run)
    for chunk in range(len(run.record_count)):
        _complete(chunk, shapes, groups, run)
    for agent in range(len(run.word)):
        run.counts[agent >> shift, shapes.region[agent], run.word[agent] & 15] += 1


@compiled()
def complete_anew(shapes, groups, run):
    """Fill in anew where everybody infectious meets others: the lists have changed."""
    for chunk in range(len(run.record_count)):
        run.complete[chunk] = 0
        _complete(chunk, shapes, groups, run)
