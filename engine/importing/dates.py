"""Dates as people write them. A form is guessed; where two forms fit, a person must choose."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_EPOCH = dt.date(1899, 12, 30)  # day 0 of Excel's count
_SERIAL = (15_000, 80_000)  # 1941 to 2119
_YEARS = (1000, 8999)
_SAMPLE = 2_000  # different texts, of which a form is guessed
_PIVOT = 69  # 00 to 69 are 2000 to 2069


@dataclass(frozen=True)
class Form:
    """One way to write dates."""

    key: str
    label: str  # with an example: "24.12.2020 (day first)"
    parse: Callable[[str], dt.date | None]


@dataclass(frozen=True)
class Guess:
    """The form that fits, and the others that would fit as well."""

    form: str
    others: tuple[str, ...] = ()
    fitting: float = 1.0  # share of the texts that the form reads
    sure: bool = True


def _date(year: str | int, month: str | int, day: str | int) -> dt.date | None:
    number = int(year)
    if isinstance(year, str) and len(year) == 2:
        number += 2000 if number <= _PIVOT else 1900
    try:
        return dt.date(number, int(month), int(day)) if _YEARS[0] <= number <= _YEARS[1] else None
    except ValueError:
        return None


_TIME = r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[-+]\d{2}:?\d{2})?)?"
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})" + _TIME)
_YEAR_FIRST = re.compile(r"(\d{4})[./](\d{1,2})[./](\d{1,2})" + _TIME)
_PARTS = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})" + _TIME)
_PLAIN = re.compile(r"(\d{4})(\d{2})(\d{2})")
_WEEK = re.compile(r"(\d{4})[-_ ]?[WwKk][WwKk]?[-_ ]?(\d{1,2})")
_WORDS = re.compile(r"(\d{1,2})[-. ]+([A-Za-z]{3,9})\.?,?[- ]+(\d{4}|\d{2})" + _TIME)
_WORDS_US = re.compile(r"([A-Za-z]{3,9})\.?[- ]+(\d{1,2}),?[- ]+(\d{4})" + _TIME)


def _matched(
    pattern: re.Pattern[str], order: tuple[int, int, int]
) -> Callable[[str], dt.date | None]:
    def parse(text: str) -> dt.date | None:
        found = pattern.fullmatch(text)
        return _date(*(found.group(part) for part in order)) if found else None

    return parse


def _in_words(pattern: re.Pattern[str], order: tuple[int, int, int]) -> Callable:
    def parse(text: str) -> dt.date | None:
        found = pattern.fullmatch(text)
        if not found:
            return None
        year, month, day = (found.group(part) for part in order)
        short = month[:3].lower()
        return _date(year, _MONTHS.index(short) + 1, day) if short in _MONTHS else None

    return parse


def _serial(text: str) -> dt.date | None:
    try:
        days = float(text)
    except ValueError:
        return None
    inside = _SERIAL[0] <= days <= _SERIAL[1]  # not a number is not inside
    return _EPOCH + dt.timedelta(days=int(days)) if inside else None


def _week(text: str) -> dt.date | None:
    found = _WEEK.fullmatch(text)
    if not found:
        return None
    try:
        return dt.date.fromisocalendar(int(found.group(1)), int(found.group(2)), 1)
    except ValueError:
        return None


FORMS = {
    form.key: form
    for form in (
        Form("iso", "2020-12-24", _matched(_ISO, (1, 2, 3))),
        Form("day_first", "24.12.2020 or 24/12/2020 (day first)", _matched(_PARTS, (3, 2, 1))),
        Form("month_first", "12/24/2020 (month first)", _matched(_PARTS, (3, 1, 2))),
        Form("year_first", "2020/12/24", _matched(_YEAR_FIRST, (1, 2, 3))),
        Form("plain", "20201224", _matched(_PLAIN, (1, 2, 3))),
        Form("week", "2020-W52 (the Monday of a week)", _week),
        Form("words", "24 Dec 2020", _in_words(_WORDS, (3, 2, 1))),
        Form("words_us", "December 24, 2020", _in_words(_WORDS_US, (3, 1, 2))),
        Form("serial", "44189 (a date of Excel as a number)", _serial),
    )
}


def dates(codes: np.ndarray, texts: list[str], form: str) -> np.ndarray:
    """Return datetime64[D] of cells, given as codes of texts; NaT where there is no date."""
    parse = FORMS[form].parse
    found = [np.datetime64(parse(text.strip()) or "NaT", "D") for text in texts]
    return np.array(found, "datetime64[D]")[codes] if found else np.zeros(0, "datetime64[D]")


def guess(texts: list[str]) -> Guess | None:
    """Return how different texts, in the order of the file, write dates; None: not at all."""
    sample = [text.strip() for text in texts if text.strip()][:_SAMPLE]
    if not sample:
        return None
    read = {key: [form.parse(text) for text in sample] for key, form in FORMS.items()}
    share = {
        key: sum(one is not None for one in found) / len(sample) for key, found in read.items()
    }
    best = max(share.values())
    if best < 0.5:
        return None
    fitting = [key for key, value in share.items() if value >= best - 1e-9]
    if len(fitting) == 1:
        return Guess(fitting[0], fitting=best)
    steps = {key: _regularity([one for one in read[key] if one]) for key in fitting}
    ranked = sorted(fitting, key=lambda key: -steps[key])
    sure = steps[ranked[0]] >= 0.5 and steps[ranked[0]] > 2 * steps[ranked[1]]
    return Guess(ranked[0], tuple(ranked[1:]), best, sure)


def _regularity(found: list[dt.date]) -> float:
    """Return the share of the commonest step between one date and the next."""
    if len(found) < 3:
        return 0.0
    steps = np.diff([one.toordinal() for one in found])
    steps = steps[steps > 0]
    if len(steps) == 0:
        return 0.0
    return float(np.unique(steps, return_counts=True)[1].max() / (len(found) - 1))
