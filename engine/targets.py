"""Targets: whom a policy or behaviour is for, and people put together by the policies for them.

A policy that scales contacts in its target alone scales every contact of somebody of the target,
once: also one between two of them. Who is in the target of which policy stays as it is for a whole
run, so people fall into a few *blocks*, each with the same answer for every policy.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float64, UInt8

from populace.engine.behaviours.base import Behaviour
from populace.engine.component import Values
from populace.engine.errors import ProjectError
from populace.engine.people import People
from populace.engine.policies._delivery import drawn, share_of
from populace.engine.policies.base import Policy
from populace.engine.world import NetworkShape

BLOCKS_MAX = 256  # of one byte
_POLICIES_MAX = 16  # that scale contacts in a target
_BEHAVIOURS_MAX = 8  # where one has a target: a bit each of one byte
NO_BITS = np.zeros(0, np.uint8)


@dataclass(frozen=True)
class Scaling:
    """What a policy leaves of contacts; ``inside`` marks the blocks of its target, None all."""

    kind: type[Policy]
    values: Values
    strength: float  # today, 0 to 1
    inside: Bool[np.ndarray, " blocks"] | None = None

    def left(self, shape: NetworkShape) -> tuple[float, float]:
        """Return what is left of a contact of which both, and one alone, are in the target."""
        if not reaches(self.values, shape):
            return 1.0, 1.0
        both = self.kind.factor(self.values, shape.kind, shape.at_home)
        one = self.kind.factor_of_one(self.values, shape.kind, shape.at_home)
        return faded(both, self.strength), faded(one, self.strength)


@dataclass(frozen=True)
class Blocks:
    """Everybody's block, and for each policy the blocks that are in its target."""

    of_people: UInt8[np.ndarray, " agents"]
    inside: Mapping[str, Bool[np.ndarray, " blocks"]]  # by path
    count: int

    @staticmethod
    def of(agents: int, targets: Mapping[str, Bool[np.ndarray, " agents"]]) -> "Blocks":
        """Put people together by the targets they are in."""
        if len(targets) > _POLICIES_MAX:
            raise ProjectError(
                f"{len(targets)} policies scale the contacts of a target: at most {_POLICIES_MAX} "
                "can. Leave some out.",
                place="policies",
            )
        if not targets:
            return Blocks(np.zeros(0, np.uint8), {}, 1)
        pattern = np.zeros(agents, np.uint16)
        for bit, target in enumerate(targets.values()):
            pattern |= target.astype(np.uint16) << np.uint16(bit)
        found = np.flatnonzero(np.bincount(pattern, minlength=1))
        if len(found) > BLOCKS_MAX:
            raise ProjectError(
                f"the targets of these policies overlap in {len(found)} ways, more than "
                f"{BLOCKS_MAX}: leave one out.",
                place="policies",
            )
        number = np.zeros(1 << len(targets), np.uint8)
        number[found] = np.arange(len(found))
        inside = {path: (found >> bit & 1).astype(np.bool_) for bit, path in enumerate(targets)}
        return Blocks(number[pattern], inside, max(len(found), 1))


def target_of(
    path: str, kind: type[Policy], values: Values, people: People, run_key: np.uint32
) -> Bool[np.ndarray, " agents"] | None:
    """Mark whom a policy reaches; None if nothing limits it. An unknown name is an error."""
    try:
        target = kind.target(values, people)
    except ProjectError as error:
        raise error.at(place=path) from None
    share = kind.share_reached(values)
    if share < 1.0:
        agents = np.arange(people.agent_count, dtype=np.int32)
        reached = share_of(drawn(agents, run_key, f"{path}.coverage"), share)
        target = reached if target is None else target & reached
    return target


def bits_of_behaviours(
    behaviours: Mapping[str, tuple[type[Behaviour], Values]], people: People
) -> UInt8[np.ndarray, " agents"]:
    """Mark the behaviours, by own name, that are for each person: the n-th one by bit n.

    Of nobody where each is for everybody. An unknown name is an error.
    """
    targets = [kind.target(values) for kind, values in behaviours.values()]
    if all(target.is_everybody for target in targets):
        return NO_BITS
    if len(targets) > _BEHAVIOURS_MAX:
        raise ProjectError(
            f"{len(targets)} behaviours, and one of them has a target: at most {_BEHAVIOURS_MAX} "
            "can then be. Leave some out.",
            place="behaviours",
        )
    bits = np.zeros(people.agent_count, np.uint8)
    for bit, (name, target) in enumerate(zip(behaviours, targets, strict=True)):
        try:
            bits |= target.of(people).astype(np.uint8) << np.uint8(bit)
        except ProjectError as error:
            raise error.at(place=f"behaviours.{name}") from None
    return bits


def scales_contacts(kind: type[Policy]) -> bool:
    """Tell whether a policy leaves less of the contacts on a network."""
    pairs = (kind.factor, Policy.factor), (kind.between_regions, Policy.between_regions)
    return any(own.__func__ is not usual.__func__ for own, usual in pairs)  # pyright: ignore[reportFunctionMemberAccess]


def reaches(values: Values, shape: NetworkShape) -> bool:
    """Tell whether a policy reaches a network."""
    names = networks_in(values.target_networks)
    return not names or shape.name in names


def networks_in(text: str) -> tuple[str, ...]:
    """Return the own names of networks in a text, which are separated by commas."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


def faded(factor: float, strength: float) -> float:
    """Return what a policy leaves of contacts while it is not in full force."""
    # In full force it is the factor itself, to the last bit.
    return factor if strength == 1.0 else 1.0 - strength * (1.0 - factor)


def tables_of_blocks(
    scalings: Sequence[Scaling], shapes: Sequence[NetworkShape]
) -> tuple[Float64[np.ndarray, "networks blocks"], Float64[np.ndarray, "networks blocks blocks"]]:
    """Return what is left by network and block of the source; and by that of the target as well.

    The product of both is what is left of a contact: 1 where neither is in a target.
    """
    blocks = next((len(one.inside) for one in scalings if one.inside is not None), 1)
    spread = np.ones((len(shapes), blocks))
    shield = np.ones((len(shapes), blocks, blocks))
    for row, shape in enumerate(shapes):
        for scaling in scalings:
            inside = scaling.inside
            if inside is None:
                continue
            both, one = scaling.left(shape)
            spread[row, inside] *= one
            # Where the source has taken its part already, the rest; nothing is left of nothing.
            shield[row][np.ix_(inside, inside)] *= min(both / one, 1.0) if one > 0.0 else 1.0
            shield[row][np.ix_(~inside, inside)] *= one
    return spread, shield


def table_between_regions(
    scalings: Sequence[Scaling], shapes: Sequence[NetworkShape]
) -> Float64[np.ndarray, "networks blocks blocks"]:
    """Return what is left of contacts between regions by network and block of both.

    There are no blocks at all where nothing limits them: the kernels then look up no region.
    """
    blocks = next((len(one.inside) for one in scalings if one.inside is not None), 1)
    table = np.ones((len(shapes), blocks, blocks))
    for row, shape in enumerate(shapes):
        for scaling in scalings:
            if not reaches(scaling.values, shape):
                continue
            whole = scaling.kind.between_regions(scaling.values, shape.kind, shape.at_home)
            left = faded(whole, scaling.strength)
            inside = np.ones(blocks, np.bool_) if scaling.inside is None else scaling.inside
            table[row][inside[:, None] | inside[None, :]] *= left
    return table if (table < 1.0).any() else table[:, :0, :0]
