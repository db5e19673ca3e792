"""How numbers are written on the page."""

import datetime as dt


def count(number: float) -> str:
    """Return 8,804,190."""
    return f"{number:,.0f}"


def short(number: float) -> str:
    """Return at most four figures: 739,000 as "739 k", 7,734,120 as "7.73 M"."""
    if number >= 999_500:
        return f"{number / 1e6:.2f} M"
    return f"{number / 1e3:.0f} k" if number >= 99_500 else count(number)


def per_cent(number: float, of: float) -> str:
    """Return a share with about three figures: "0.042 %", "3.55 %", "45.1 %"."""
    share = 100 * number / of if of else 0.0
    digits = 1 if share >= 10 else 2 if share >= 0.1 or share == 0 else 3
    return f"{share:.{digits}f} %"


def per_100_000(number: float, of: float) -> str:
    """Return how many that would be among 100,000 people."""
    value = 1e5 * number / of if of else 0.0
    return f"{value:,.0f}" if value >= 10 or value == 0 else f"{value:.1f}"


def long_date(date: dt.date) -> str:
    """Return "Thu 9 April 2020"."""
    return f"{date:%a} {date.day} {date:%B %Y}"


def short_date(date: dt.date) -> str:
    """Return "9 Apr"."""
    return f"{date.day} {date:%b}"
