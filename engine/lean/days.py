"""One day of an epidemic among people who are computed from their number, in Numba.

The draws are those of `kernels.fast` (the contract is in `streams`): the same people in the rows of
an ordinary run have the same infections. What differs is memory. A person is a byte: state, and
episode << 4. Chunks are at most 2**22 people, so a number inside a chunk leaves ten bits of a word
for the day of infection, modulo 1,024. Beyond person 2**32 the key of the run is another one.
"""

from typing import NamedTuple

import numpy as np

from populace.engine.kernels.draws import agent_key, below, mix, state_draw
from populace.engine.lean.block import BITS, SIZE
from populace.engine.lean.homes import (
    REGION,
    TEAM,
    compiled,
    group_of,
    person_at,
    region_of,
    team_of,
)
from populace.engine.streams import (
    BRANCH,
    DWELL,
    G1,
    G2,
    SPREADER,
    TARGET,
    TIE,
)
from populace.engine.tables import ATTEMPTS_MAX

CHUNK_BITS = 22
RING = 128  # days of the calendar; stays that end later wait in `far`
FAR_EVERY = 64
CALENDAR_BLOCK = 126
LAGS = 128
FOREVER = 2**16 - 1  # day; a run has at most 36,500
BATCH = 4096
_DAYS = 1023  # of infection are kept modulo one more
_LOCAL = (1 << CHUNK_BITS) - 1
WIDE = 1 << 26  # places of more people get seats from a draw of 52 bits
_WIDE_SALT = np.uint32(0x9E6C63D0)

u8, u32, u64 = np.uint8, np.uint32, np.uint64
FULL = np.uint64(2**32)
FROM_ELSEWHERE = 2**32 - 1  # in place of lag and network of an infection


class Shapes(NamedTuple):
    """The networks."""

    keys: np.ndarray  # [networks] uint32
    kind: np.ndarray  # [networks] of group: see homes
    class_count: np.ndarray  # [networks] int64
    match: np.ndarray  # [networks, target bands, source bands] uint32


class Rules(NamedTuple):
    """The integer tables (see graph.Graph, acceptance.Acceptance)."""

    poisson: np.ndarray
    marks: np.ndarray
    slabs: int  # of attempts, at most
    gain: np.ndarray  # [classes of infectiousness]
    conduct_keys: np.ndarray
    conduct_marks: np.ndarray
    abroad: np.ndarray  # [networks, 1, 1] between regions; [networks, 0, 0]: nothing limits them
    susceptibility: np.ndarray
    first_exit: np.ndarray
    after: np.ndarray
    shares: np.ndarray
    dwell: np.ndarray
    infectious: np.ndarray
    entry: int


class Imports(NamedTuple):
    """Whom an infection from elsewhere reaches today (see imports.Imports)."""

    agent: np.ndarray  # [imports] int64, sorted
    first: np.ndarray  # [chunks + 1] int64


class Run(NamedTuple):
    """Everything that changes from day to day. Mostly never touched: see `memory.untouched`."""

    person: np.ndarray  # [people] uint8: state | episode << 4
    records: np.ndarray  # [chunks, room] uint64: number | infected << 32 | last day << 48
    record_count: np.ndarray  # [chunks] int64
    arena: np.ndarray  # [chunks, blocks, CALENDAR_BLOCK] uint32: number | infected << 22
    following: np.ndarray  # [chunks, blocks] int32
    used: np.ndarray  # [chunks] int64: blocks that were ever in use
    free: np.ndarray  # [chunks] int32: first of the chain of blocks in use no more, or -1
    head: np.ndarray  # [chunks, RING] int32
    fill: np.ndarray  # [chunks, RING] int32
    far: np.ndarray  # [chunks, room] uint64: as records, the last day is when the stay ends
    far_count: np.ndarray  # [chunks]
    found: np.ndarray  # [threads, room, 4] uint32 accepted: number, tie, lag | network, chunk
    ordered: np.ndarray  # [chunks, room, 3] uint32: the same, by chunk of the target
    offsets: np.ndarray  # [chunks, chunks + 1] int32 into ordered
    room_left: np.ndarray  # [chunks] 0 where `found` was too small
    tries: np.ndarray  # [threads, BATCH] mark, seat ...
    slot: np.ndarray  # [threads, chunk size] int32
    winner: np.ndarray  # [threads, chunk size, 3] uint32
    moved: np.ndarray  # [threads, regions, states] int64: people since day 0
    by_network: np.ndarray  # [threads, networks] int64, of the day
    by_lag: np.ndarray  # [threads, LAGS] int64
    imported: np.ndarray  # [threads] int64
    by_region: np.ndarray  # [threads, regions] int64


TRY = np.dtype(
    [("bar", "u8"), ("first", "i8"), ("seat", "i8"), ("target", "i8"), ("source", "i8"),
     ("mark", "u4"), ("team", "u4"), ("info", "u4"), ("state", "u4")]
)  # fmt: skip


@compiled(forceinline=True)
def key_of_chunk(base, run_key):
    """Return the key of the run for a chunk; that of the first 2**32 people is the run's own."""
    upper = u32(np.int64(base) >> 32)
    return run_key if upper == u32(0) else mix(u32(run_key ^ u32(upper * G2)))


@compiled(forceinline=True)
def _band(person, layout, blocks):
    country = layout.country_of_block[person >> BITS]
    return np.int64(blocks.band[country, person & (SIZE - 1)])


@compiled(forceinline=True)
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


@compiled(forceinline=True)
def _schedule(chunk, number, infected, today, days, run):
    """Put somebody into the calendar."""
    if days >= RING:
        position = run.far_count[chunk]
        due = min(today + days, FOREVER)
        run.far[chunk, position] = u64(number) | u64(infected) << u64(32) | u64(due) << u64(48)
        run.far_count[chunk] = position + 1
        return
    slot = (today + days) & (RING - 1)
    filled = run.fill[chunk, slot]
    if filled == CALENDAR_BLOCK or run.head[chunk, slot] < 0:
        block = run.free[chunk]
        if block >= 0:
            run.free[chunk] = run.following[chunk, block]
        else:
            block = np.int32(run.used[chunk])
            run.used[chunk] += 1
        run.following[chunk, block] = run.head[chunk, slot]
        run.head[chunk, slot] = block
        filled = 0
    run.arena[chunk, run.head[chunk, slot], filled] = u32(number) | u32(
        u32(infected & _DAYS) << u32(CHUNK_BITS)
    )
    run.fill[chunk, slot] = filled + 1


@compiled(forceinline=True)
def _enter(chunk, number, state, band, day, key, infected, rules, run):
    """Book what follows from entering a state: its end, and infectiousness meanwhile."""
    last_day = np.int64(FOREVER)
    if rules.first_exit[state] != rules.first_exit[state + 1]:
        row = _exit(state, band, key, rules)
        draw = state_draw(DWELL, state, key)
        days = np.int64(rules.dwell[row, np.int64(draw) & (rules.dwell.shape[1] - 1)])
        _schedule(chunk, number, infected, day, days, run)
        last_day = day + days
    if rules.infectious[state]:
        position = run.record_count[chunk]
        run.records[chunk, position] = (
            u64(number) | u64(infected) << u64(32) | u64(min(last_day, FOREVER)) << u64(48)
        )
        run.record_count[chunk] = position + 1


@compiled()
def _attempts(chunk, thread, day, shift, run_key, layout, blocks, shapes, rules, run):
    """Phase A: the infectious of a chunk try; what is accepted is sorted by target chunk."""
    records = run.records[chunk]
    base = np.int64(chunk) << shift
    key_base = key_of_chunk(base, run_key)
    room = run.tries.shape[1] - len(shapes.keys) * rules.slabs * ATTEMPTS_MAX
    tried = 0
    count = 0
    position = 0
    last = run.record_count[chunk]
    while position < last:
        record = records[position]
        if np.int64(record >> u64(48)) < day:
            # The last record takes the place of one that has ended: their order does not matter.
            last -= 1
            records[position] = records[last]
            continue
        if tried > room:
            count = _accept(thread, tried, count, shift, layout, blocks, shapes, rules, run)
            tried = 0
        tried = _try(record, base, day, thread, tried, key_base, layout, blocks, shapes, rules, run)
        position += 1
    count = _accept(thread, tried, count, shift, layout, blocks, shapes, rules, run)
    run.record_count[chunk] = last
    run.room_left[chunk] = 1 if count < run.found.shape[1] else 0
    _sort_by_chunk(run.found[thread], run.ordered[chunk], run.offsets[chunk], count)


@compiled(forceinline=True)
def _seat(draw, size):
    """Return a seat of a group, drawn evenly."""
    if size <= WIDE:
        return below(draw, size)
    more = mix(u32(draw ^ _WIDE_SALT))
    upper = np.int64(draw) >> 6
    lower = (np.int64(draw) & 63) << 20 | np.int64(more >> u32(12))
    return (size * upper + ((size * lower) >> 26)) >> 26


@compiled(forceinline=True)
def _try(record, base, day, thread, tried, key_base, layout, blocks, shapes, rules, run):
    """Draw one person's attempts of a day; keep those whose mark may count, targets unread."""
    person = base + np.int64(record & u64(0xFFFFFFFF))
    lag = day - np.int64((record >> u64(32)) & u64(0xFFFF))
    whole = run.person[person]
    state = np.int64(whole & u8(15))
    key = agent_key(u32(person & 0xFFFFFFFF), np.int64(whole >> u8(4)), key_base)
    country = np.int64(layout.country_of_block[person >> BITS])
    band = np.int64(blocks.band[country, person & (SIZE - 1)])
    behaviours = len(rules.conduct_keys)
    infector = state << behaviours
    for behaviour in range(behaviours):
        limit = rules.conduct_marks[behaviour, state]
        if limit > u64(0) and u64(mix(u32(key ^ rules.conduct_keys[behaviour]))) < limit:
            infector |= 1 << behaviour
    first_key = mix(u32(key + u32(u32(lag) * G1)))
    uneven = len(rules.gain) > 1
    gain = u64(0)
    if uneven:
        gain = u64(rules.gain[np.int64(mix(u32(key ^ SPREADER))) & (len(rules.gain) - 1)])
    tries = run.tries[thread]
    for network in range(len(shapes.keys)):
        kind = shapes.kind[network]
        first, size = group_of(kind, person, country, layout, blocks)
        if size == 0:
            continue
        column = band if kind >= REGION else min(size, shapes.class_count[network] - 1)
        poisson = rules.poisson[network, column]
        day_key = first_key
        level = rules.marks[network, infector, column]
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
                if u64(mark) >= limit:
                    continue
                one = tries[tried]
                one.bar = limit
                one.first = first
                one.source = person
                one.seat = _seat(mix(u32(mark ^ TARGET)), size)
                one.mark = mark
                one.team = u32(team_of(person, country, blocks) if kind == TEAM else 0)
                one.info = u32(network | band << 4 | lag << 8)
                tried += 1
            slab += 1
    return tried


@compiled()
def _accept(thread, tried, count, shift, layout, blocks, shapes, rules, run):
    """Read the targets of a batch of attempts; keep those that infect. Return how many so far."""
    tries = run.tries[thread]
    found = run.found[thread]
    limited = rules.abroad.shape[1] > 0
    for row in range(tried):
        one = tries[row]
        kind = shapes.kind[np.int64(one.info & u32(15))]
        one.target = person_at(kind, one.first, one.seat, np.int64(one.team), layout, blocks)
    # Short loops keep many reads under way at once.
    for row in range(tried):
        tries[row].state = run.person[tries[row].target] & u8(15)
    for row in range(tried):
        one = tries[row]
        if one.state:
            continue
        target = one.target
        network = np.int64(one.info & u32(15))
        other = _band(target, layout, blocks)
        bar = (one.bar * u64(rules.susceptibility[other])) >> u64(24)
        if shapes.kind[network] >= REGION:
            band = np.int64((one.info >> u32(4)) & u32(15))
            bar = (bar * u64(shapes.match[network, other, band])) >> u64(16)
        if limited and region_of(one.source, layout) != region_of(target, layout):
            bar = (bar * u64(rules.abroad[network, 0, 0])) >> u64(16)
        if u64(one.mark) < bar and count < found.shape[0]:
            found[count, 0] = u32(target & ((np.int64(1) << shift) - 1))
            found[count, 1] = mix(u32(mix(u32(one.mark ^ TARGET)) ^ TIE))
            found[count, 2] = one.info & u32(0xFFFFFF0F)
            found[count, 3] = u32(target >> shift)
            count += 1
    return count


@compiled()
def _sort_by_chunk(found, ordered, offsets, count):
    """Sort accepted attempts by the chunk of their target, by counting."""
    chunks = offsets.shape[0] - 1
    offsets[:] = 0
    for row in range(count):
        offsets[found[row, 3] + 1] += 1
    for chunk in range(chunks):
        offsets[chunk + 1] += offsets[chunk]
    for row in range(count):
        chunk = found[row, 3]
        position = offsets[chunk]
        offsets[chunk] = position + 1
        for column in range(3):
            ordered[position, column] = found[row, column]
    for chunk in range(chunks, 0, -1):
        offsets[chunk] = offsets[chunk - 1]
    offsets[0] = 0


@compiled()
def _bring_near(chunk, day, run):
    """Move those whose day has come within the ring from `far` into the calendar."""
    kept = 0
    for position in range(run.far_count[chunk]):
        entry = run.far[chunk, position]
        due = np.int64(entry >> u64(48))
        if due - day < RING:
            number = np.int64(entry & u64(0xFFFFFFFF))
            infected = np.int64((entry >> u64(32)) & u64(0xFFFF))
            _schedule(chunk, number, infected, day, due - day, run)
        else:
            run.far[chunk, kept] = entry
            kept += 1
    run.far_count[chunk] = kept


@compiled()
def _progress(chunk, thread, day, shift, run_key, layout, blocks, rules, run):
    """Phase B, first half: people of this chunk whose stay in a state ends today."""
    slot = day & (RING - 1)
    block = run.head[chunk, slot]
    filled = run.fill[chunk, slot]
    run.head[chunk, slot] = -1
    run.fill[chunk, slot] = 0
    base = np.int64(chunk) << shift
    key_base = key_of_chunk(base, run_key)
    moved = run.moved[thread]
    while block >= 0:
        entries = run.arena[chunk, block]
        for position in range(filled):
            entry = entries[position]
            number = np.int64(entry & u32(_LOCAL))
            infected = day - ((day - np.int64(entry >> u32(CHUNK_BITS))) & _DAYS)
            person = base + number
            whole = run.person[person]
            state = np.int64(whole & u8(15))
            key = agent_key(u32(person & 0xFFFFFFFF), np.int64(whole >> u8(4)), key_base)
            band = _band(person, layout, blocks)
            after = np.int64(rules.after[_exit(state, band, key, rules)])
            region = region_of(person, layout)
            moved[region, state] -= 1
            moved[region, after] += 1
            if after == 0:
                # Susceptible again: what happens next belongs to a new episode, the 17th of which
                # has the draws of the first.
                run.person[person] = u8(u8(whole & u8(0xF0)) + u8(16))
            else:
                run.person[person] = u8(u8(whole & u8(0xF0)) | u8(after))
                _enter(chunk, number, after, band, day, key, infected, rules, run)
        following = run.following[chunk, block]
        run.following[chunk, block] = run.free[chunk]
        run.free[chunk] = block
        block = following
        filled = CALENDAR_BLOCK


@compiled()
def _winners(chunk, shift, imports, run, slot, winner):
    """Keep one attempt per target: lowest tie hash, then lowest network, then lowest lag.

    Those whom none reaches may be infected elsewhere.
    """
    base = np.int64(chunk) << shift
    count = 0
    for origin in range(run.offsets.shape[0]):
        for row in range(run.offsets[origin, chunk], run.offsets[origin, chunk + 1]):
            attempt = run.ordered[origin, row]
            number = np.int64(attempt[0])
            whole = run.person[base + number]
            if whole & u8(15) == 0:
                # Marked as taken by the (unused) state 15 until the winner is known.
                run.person[base + number] = whole | u8(15)
                slot[number] = count
                place = count
                count += 1
            else:
                place = slot[number]
                best = winner[place]
                if attempt[1] > best[1] or (attempt[1] == best[1] and attempt[2] >= best[2]):
                    continue
            for column in range(3):
                winner[place, column] = attempt[column]
    for row in range(imports.first[chunk], imports.first[chunk + 1]):
        person = imports.agent[row]
        whole = run.person[person]
        if whole & u8(15) == 0:
            run.person[person] = whole | u8(15)
            winner[count, 0] = u32(person - base)
            winner[count, 2] = u32(FROM_ELSEWHERE)
            count += 1
    return count


@compiled()
def _infect(chunk, thread, day, shift, run_key, layout, blocks, rules, imports, run):
    """Phase B, second half: what reaches this chunk's people becomes infections."""
    winner = run.winner[thread]
    count = _winners(chunk, shift, imports, run, run.slot[thread], winner)
    base = np.int64(chunk) << shift
    key_base = key_of_chunk(base, run_key)
    entry = np.int64(rules.entry)
    moved = run.moved[thread]
    for place in range(count):
        number = np.int64(winner[place, 0])
        person = base + number
        whole = u8(run.person[person] & u8(0xF0))
        run.person[person] = whole | u8(entry)
        region = region_of(person, layout)
        moved[region, 0] -= 1
        moved[region, entry] += 1
        run.by_region[thread, region] += 1
        if winner[place, 2] == u32(FROM_ELSEWHERE):
            run.imported[thread] += 1
        else:
            run.by_network[thread, np.int64(winner[place, 2] & u32(15))] += 1
            run.by_lag[thread, min(np.int64(winner[place, 2] >> u32(8)), LAGS - 1)] += 1
        key = agent_key(u32(person & 0xFFFFFFFF), np.int64(whole >> u8(4)), key_base)
        band = _band(person, layout, blocks)
        _enter(chunk, number, entry, band, day, key, day, rules, run)


@compiled()
def attempts_of(thread, threads, day, shift, run_key, layout, blocks, shapes, rules, run):
    """Phase A for every chunk that falls to a thread: neighbours share the load of an outbreak."""
    for chunk in range(thread, len(run.record_count), threads):
        _attempts(chunk, thread, day, shift, run_key, layout, blocks, shapes, rules, run)


@compiled()
def changes_of(thread, threads, day, shift, run_key, layout, blocks, rules, imports, run):
    """Phase B for every chunk that falls to a thread."""
    run.by_network[thread, :] = 0
    run.by_lag[thread, :] = 0
    run.by_region[thread, :] = 0
    run.imported[thread] = 0
    for chunk in range(thread, len(run.record_count), threads):
        if day % FAR_EVERY == 0:
            _bring_near(chunk, day, run)
        _progress(chunk, thread, day, shift, run_key, layout, blocks, rules, run)
        _infect(chunk, thread, day, shift, run_key, layout, blocks, rules, imports, run)


@compiled()
def begin(people, state, shift, run_key, layout, blocks, rules, run):
    """Infect the first people on day 0."""
    for person in people:
        chunk = person >> shift
        number = person & ((np.int64(1) << shift) - 1)
        run.person[person] = u8(state)
        key_base = key_of_chunk(chunk << shift, run_key)
        key = agent_key(u32(person & 0xFFFFFFFF), 0, key_base)
        region = region_of(person, layout)
        run.moved[0, region, 0] -= 1
        run.moved[0, region, state] += 1
        _enter(chunk, number, state, _band(person, layout, blocks), 0, key, 0, rules, run)


@compiled()
def count_states(person, counts):
    """Count the states themselves: what the counts of a run must agree with."""
    for number in range(len(person)):
        counts[person[number] & u8(15)] += 1
