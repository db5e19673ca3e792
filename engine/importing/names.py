"""Names of places and people that are nearly the same."""

import difflib
import unicodedata
from collections import Counter
from collections.abc import Collection
from functools import lru_cache

_KNOWN_MAX = 200_000
_LIKELY, _CUTOFF = 30, 0.75  # names that are looked at closely, and how near one must be
_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae"})


def closest(name: str, known: Collection[str]) -> str:
    """Return the known name that was probably meant, or nothing."""
    if not name or len(known) > _KNOWN_MAX:
        return ""
    return _closest(name, tuple(known))


@lru_cache(maxsize=4096)
def _closest(name: str, known: tuple[str, ...]) -> str:
    plain, index = _index(known)
    wanted = _folded(name)
    shared = Counter(at for pair in _pairs(wanted) for at in index.get(pair, ()))
    # Of two names with as many letters in common the shorter one is nearer.
    likely = sorted(shared, key=lambda at: (len(plain[at]) - 2 * shared[at], at))[:_LIKELY]
    candidates = [plain[at] for at in likely]
    found = difflib.get_close_matches(wanted, candidates, n=1, cutoff=_CUTOFF)
    return known[likely[candidates.index(found[0])]] if found else ""


@lru_cache(maxsize=4)
def _index(known: tuple[str, ...]) -> tuple[list[str], dict[str, list[int]]]:
    """Return plain names, and by each pair of letters the names that have it."""
    plain = [_folded(one) for one in known]
    index: dict[str, list[int]] = {}
    for at, name in enumerate(plain):
        for pair in _pairs(name):
            index.setdefault(pair, []).append(at)
    return plain, index


def _pairs(name: str) -> set[str]:
    framed = f" {name} "
    return {framed[at : at + 2] for at in range(len(framed) - 1)}


def _folded(name: str) -> str:
    """Return a name without what keyboards lack: Köln, Koeln and KÖLN are one."""
    text = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    return "".join(sign for sign in text if not unicodedata.combining(sign))
