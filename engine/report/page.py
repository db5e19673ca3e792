"""The report as one HTML file that asks nothing of any server, and prints well."""

import base64
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from importlib.metadata import version
from importlib.resources import files

from populace.engine.checks.result import Result
from populace.engine.component import Component
from populace.engine.editing.difference import differences
from populace.engine.editing.words import in_words, long_date, range_in_words
from populace.engine.project import DEFAULT_START, PARTS, SETTINGS, Project
from populace.engine.project_file import yaml_text
from populace.engine.quantities import Nested, Quantity, Structure
from populace.engine.report.description import description, parts_of
from populace.engine.report.figures import charts, key_figures
from populace.engine.report.outcome import Outcome

WEEK = 7
_HEADING = ("Setting", "Value", "Default", "Plausible", "Source", "Meaning")


@dataclass(frozen=True)
class CheckLine:
    """One check: its title, whether it passed, and with which figures."""

    title: str
    passed: bool
    figures: str

    @staticmethod
    def of(result: Result) -> "CheckLine":
        """Return what a check found as a line."""
        figures = "; ".join(figure.line() for figure in result.figures)
        return CheckLine(result.title, result.passed, figures)


@dataclass(frozen=True)
class Picture:
    """A map, with the words below it."""

    words: str
    png: bytes


def report_html(
    outcome: Outcome,
    *,
    pictures: Sequence[Picture] = (),
    checks: Sequence[CheckLine] = (),
    base: Project | None = None,
    written: dt.datetime | None = None,
) -> str:
    """Return the report; ``base`` is the project to tell the differences from."""
    sections = [
        _section("Key figures", _key_figures(outcome)),
        _section("Curves", _curves(outcome)),
        _section("Map", "".join(_figure(one) for one in pictures)),
        _section("What happened in the run", _acts(outcome)),
        _section(f"Changed against “{base.name}”" if base else "", _changed(outcome, base)),
        _section("What was assumed", _assumptions(outcome.project)),
        _section("Description of the model (ODD)", _description(outcome)),
        _section("Left out, or simplified", _list(outcome.notes)),
        _section("Checks of the engine and of this project", _checks(checks)),
        _section("Week by week", _weeks(outcome)),
        _section("The same again", _again(outcome)),
    ]
    style = (files("populace.assets") / "report" / "report.css").read_text(encoding="utf-8")
    name = escape(outcome.project.name)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        # Whatever a project may say: no browser runs it, or fetches what it names.
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">"
        f"<title>{name}: report</title><style>{style}</style></head><body><main>"
        f"{_head(outcome, written or dt.datetime.now())}{''.join(sections)}</main></body></html>\n"
    )


def _head(outcome: Outcome, written: dt.datetime) -> str:
    project = outcome.project
    facts = (
        f"{outcome.people:,} people",
        f"{long_date(outcome.dates[0])} to {long_date(outcome.dates[-1])}",
        f"{outcome.last_day:,} days",
        f"seed {outcome.seed}",
        f"Populace {version('populace')}",
    )
    listed = "".join(f"<li>{escape(fact)}</li>" for fact in facts)
    stopped = ""
    if outcome.last_day < project.days:
        stopped = (
            f'<p class="note">The run was read on day {outcome.last_day:,} of {project.days:,}: '
            "what comes after is not in this report.</p>"
        )
    return (
        f"<header><p class=kind>Report of a simulation</p><h1>{escape(project.name)}</h1>"
        f"<p>{escape(project.description)}</p><ul class=facts>{listed}</ul>{stopped}"
        f"<p class=dim>Written on {long_date(written.date())} at {written:%H:%M}. A run shows what "
        "follows from the assumptions below; it is no forecast.</p></header>"
    )


def _section(title: str, content: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{content}</section>" if content else ""


def _key_figures(outcome: Outcome) -> str:
    cards = "".join(
        f'<div class=card><span>{escape(one.label)}</span><b data-figure="{escape(one.label)}" '
        f'data-value="{one.value}">{escape(one.text)}</b><small>{escape(one.beside)}</small></div>'
        for one in key_figures(outcome)
    )
    return f"<div class=cards>{cards}</div>"


def _curves(outcome: Outcome) -> str:
    drawn = "".join(f"<figure>{chart.drawing().svg()}</figure>" for chart in charts(outcome))
    note = ""
    if outcome.moved:
        note = "<p class=dim>Dashed lines: a slider was moved on that day.</p>"
    return f"<div class=curves>{drawn}</div>{note}"


def _figure(picture: Picture) -> str:
    data = base64.b64encode(picture.png).decode()
    words = escape(picture.words)
    return (
        f'<figure><img alt="{words}" src="data:image/png;base64,{data}">'
        f"<figcaption>{words}</figcaption></figure>"
    )


def _acts(outcome: Outcome) -> str:
    rows = [
        (long_date(outcome.project.date_of(one.day)), one.day, _label_of(outcome, one.path),
         f"{_value_of(outcome, one.path, one.old)} → {_value_of(outcome, one.path, one.new)}")
        for one in outcome.moved
    ]  # fmt: skip
    moved = _table(("Date", "Day", "Slider", "From and to"), rows) if rows else ""
    in_force = [
        (part.own_label, *spell)
        for path, part in parts_of(outcome.project)
        if path.startswith("policies.")
        for spell in _spells(outcome, path)
    ]
    policies = _table(("Policy", "In force from", "until", "Days"), in_force) if in_force else ""
    return moved + policies


def _spells(outcome: Outcome, path: str) -> Iterator[tuple[str, str, int]]:
    """Yield the stretches of days in which a policy was in force."""
    dates, start = outcome.dates, None
    days = [day.get(path, 0.0) > 0 for day in outcome.in_force]
    for day, on in enumerate([*days, False]):
        if on and start is None:
            start = day
        elif not on and start is not None:
            yield long_date(dates[start]), long_date(dates[day - 1]), day - start
            start = None


def _label_of(outcome: Outcome, path: str) -> str:
    for setting in outcome.project.settings():
        if setting.path == path:
            return f"{setting.component.own_label}: {setting.declaration.label}"
    return path


def _value_of(outcome: Outcome, path: str, value: float) -> str:
    declared = {one.path: one.declaration for one in outcome.project.settings()}.get(path)
    return in_words(declared, value) if declared is not None else f"{value:g}"


def _changed(outcome: Outcome, base: Project | None) -> str:
    if base is None:
        return ""
    return _list(differences(base.spec(), outcome.project.spec()) or ["Nothing."])


def _assumptions(project: Project) -> str:
    """Return every declared value with its source, part by part; what was changed is marked."""
    own = [
        _row(name, declared, getattr(project, name)) for name, declared in SETTINGS.items()
    ]  # fmt: skip
    if project.start_date != DEFAULT_START:
        first = ("<b>First day</b>", f"<b>{long_date(project.start_date)}</b>")
        own.insert(0, (*first, escape(long_date(DEFAULT_START)), "", "", "The date of day 0."))
    parts = [f"<h3>The project</h3>{_rows(own)}"]
    for path, part in parts_of(project):
        family = path.split(".")[0]
        word = family if not PARTS[family][1] else PARTS[family][0].rstrip("s")
        word = "policy" if word.startswith("polic") else word
        title = f"<h3>{escape(part.own_label)} <small>{escape(word)}</small></h3>"
        rows = list(_settings(part))
        parts.append(title + (_rows(rows) if rows else "<p class=dim>Nothing can be set.</p>"))
    return "<p class=dim>Bold: not the default.</p>" + "".join(parts)


def _settings(part: Component) -> Iterator[tuple[str, ...]]:
    for name, declared in part.declarations():
        yield _row(str(declared.label or name), declared, getattr(part, name))


def _row(name: str, declared: Quantity | Structure, value: object) -> tuple[str, ...]:
    """Return a row of escaped cells."""
    label = name.replace("_", " ")
    label = label[:1].upper() + label[1:]
    shown = "written out, see below" if isinstance(declared, Nested) else in_words(declared, value)
    cells = [
        escape(label),
        escape(shown),
        "" if isinstance(declared, Nested) else escape(in_words(declared, declared.default)),
        "" if isinstance(declared, Nested) else escape(range_in_words(declared)),
        escape(declared.source or ""),
        escape(str(declared.doc or "")),
    ]
    if value != declared.default:
        cells[:2] = [f"<b>{cell}</b>" for cell in cells[:2]]
    return tuple(cells)


def _rows(rows: Sequence[tuple[str, ...]]) -> str:
    head = "".join(f"<th>{word}</th>" for word in _HEADING)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table class=assumed><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _description(outcome: Outcome) -> str:
    content, part = "", ""
    for paragraph in description(outcome):
        if paragraph.part != part:
            part = paragraph.part
            content += f"<h3>{part}</h3>"
        texts = "</p><p>".join(escape(text) for text in paragraph.texts)
        content += f"<h4>{escape(paragraph.title)}</h4><p>{texts}</p>"
    return content


def _checks(checks: Sequence[CheckLine]) -> str:
    if not checks:
        return ""
    rows = [(one.title, "passed" if one.passed else "FAILED", one.figures) for one in checks]
    passed = sum(one.passed for one in checks)
    words = f"<p>{passed} of {len(checks)} checks passed.</p>"
    return words + _table(("Check", "Result", "Figures"), rows)


def _weeks(outcome: Outcome) -> str:
    heading = ("Date", "Day", *(state.label for state in outcome.states), "New since")
    days = [*range(0, outcome.last_day + 1, WEEK)]
    if days[-1] != outcome.last_day:
        days.append(outcome.last_day)
    rows, before = [], -1
    for day in days:
        new = int(outcome.new[before + 1 : day + 1].sum())
        counts = [f"{int(count):,}" for count in outcome.totals[day]]
        rows.append((long_date(outcome.dates[day]), day, *counts, f"{new:,}"))
        before = day
    return _table(heading, rows)


def _again(outcome: Outcome) -> str:
    text = yaml_text(outcome.project.spec())
    digest = ""
    if outcome.events_sha256:
        digest = (
            f"<p>SHA-256 of all events: <code>{outcome.events_sha256}</code>. An equal number "
            "means that every single infection is the same.</p>"
        )
    moved = ""
    if outcome.moved:
        moved = "<p>Sliders were moved during the run: the Python script of the run has them.</p>"
    return (
        f"<p>Populace {version('populace')}, seed {outcome.seed}: save the text below as "
        "<code>project.yaml</code> and run <code>populace run project.yaml</code>.</p>"
        f"{moved}{digest}<pre>{escape(text)}</pre>"
    )


def _table(heading: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    head = "".join(f"<th>{escape(word)}</th>" for word in heading)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _list(lines: Sequence[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>" if lines else ""
