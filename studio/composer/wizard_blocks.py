"""Blocks that several wizards show: plain mappings, which the browser draws."""

import html
from collections.abc import Sequence
from typing import Any

from populace.engine.importing.findings import Group, Problems
from populace.engine.importing.limits import BYTES_MAX
from populace.engine.importing.matching import Matching, Role, age_band
from populace.engine.importing.sheet import Sheet

Block = dict[str, Any]
NONE = "— none —"
_SHOWN_ROWS = 50


def upload_block(key: str, label: str, allowed: Sequence[str], about: str) -> Block:
    """Return a field to drop a file into."""
    return {
        "type": "upload",
        "key": key,
        "label": label,
        "accept": ",".join(allowed),
        "about": about,
        "largest": BYTES_MAX,
    }


def select(
    key: str,
    label: str,
    options: Sequence[tuple[str, str]] | dict[str, str],
    value: str,
    about: str = "",
    **more: Any,
) -> Block:
    """Return a list to choose from."""
    pairs = options.items() if isinstance(options, dict) else options
    return {
        "type": "select",
        "key": key,
        "label": label,
        "options": [list(pair) for pair in pairs],
        "value": value,
        "about": about,
        **more,
    }


def note(text: str, tone: str = "") -> Block:
    """Return a sentence that stands out: "warn", "error" or "good"."""
    return {"type": "note", "text": text, "tone": tone}


def row(*blocks: Block) -> Block:
    """Return blocks side by side."""
    return {"type": "row", "blocks": list(blocks)}


def column_blocks(sheet: Sheet, roles: Sequence[Role], matching: Matching) -> list[Block]:
    """Return a choice of a column for each role."""
    blocks: list[Block] = []
    singles: list[Block] = []
    for role in roles:
        chosen = matching.get(role.key, ())
        if role.many:
            fitting = [one for one in sheet.headings if role.key != "ages" or age_band(one)]
            if not fitting:
                continue
            free = [[one, one] for one in fitting]
            blocks.append(
                {
                    "type": "checks",
                    "key": f"column:{role.key}",
                    "label": role.label,
                    "options": free,
                    "value": list(chosen),
                    "about": role.about,
                }
            )
            continue
        options = [("", "Choose a column" if role.required else NONE)]
        options += [(heading, heading) for heading in sheet.headings]
        value = chosen[0] if chosen else ""
        singles.append(
            select(f"column:{role.key}", role.label, options, value, role.about,
                   wanting=role.required and not value)
        )  # fmt: skip
    return [row(*singles), *blocks]


def comma_block(sheet: Sheet) -> list[Block]:
    """Return the question how decimals are written, where the file does not tell."""
    if sheet.comma_is_sure:
        return []
    return [
        select(
            "comma",
            "Decimals are written with",
            {"point": "a point: 1,234.5", "comma": "a comma: 1.234,5"},
            "comma" if sheet.comma else "point",
            "1.234 and 1,234 can be a thousand or one and a bit: choose.",
            wanting=True,
        )
    ]


def take_column(matching: Matching, key: str, value: Any) -> Matching:
    """Return the matching with one role's columns changed; a column keeps one role."""
    role = key.partition(":")[2]
    chosen = tuple(value) if isinstance(value, list) else (value,) if value else ()
    freed = {
        one: tuple(heading for heading in headings if heading not in chosen)
        for one, headings in matching.items()
    }
    return freed | {role: chosen}


def table_block(sheet: Sheet, matching: Matching, roles: Sequence[Role], rows: int = 8) -> Block:
    """Return the first rows of a table, with what its columns are taken for."""
    labels = {role.key: role.label for role in roles}
    role_of = {heading: labels[key] for key, headings in matching.items() for heading in headings
               if key in labels}  # fmt: skip
    return {
        "type": "table",
        "key": "preview",
        "label": "The first rows of the file",
        "headings": list(sheet.headings),
        "roles": [role_of.get(heading, "") for heading in sheet.headings],
        "rows": [[cell[:80] for cell in cells] for cells in sheet.preview(rows)],
    }


def problem_blocks(groups: Sequence[Group]) -> list[Block]:
    """Return every kind of problem with its rows and the choice what to do."""
    blocks: list[Block] = []
    for at, group in enumerate(groups):
        rest = group.count - min(len(group.first), _SHOWN_ROWS)
        blocks.append(
            {
                "type": "problem",
                "key": f"problem:{group.kind}",
                "title": group.title,
                "count": f"{group.count:,}",
                "options": [list(pair) for pair in group.actions],
                "value": group.action,
                "rows": [
                    [one.row or "", one.column, one.value[:60], one.message]
                    for one in group.first[:_SHOWN_ROWS]
                ],
                "more": f"and {rest:,} more rows" if rest else "",
                "shown": at == 0,
            }
        )
    return blocks


def markup(content: str, kind: str = "", **more: Any) -> Block:
    """Return HTML that was made here; texts of users must be escaped in it."""
    return {"type": "html", "html": content, "class": kind, **more}


def notes_block(notes: Sequence[str], **more: Any) -> Block:
    """Return sentences as a list."""
    lines = "".join(f"<li>{html.escape(one)}</li>" for one in notes)
    return markup(f'<ul class="notes">{lines}</ul>' if lines else "", **more)


def problems_head(found: Problems) -> Block:
    """Return how many problems there are."""
    if not found.groups:
        return note("Nothing is wrong with the file.", "good")
    words = f"{found.problem_count:,} problems. Choose what to do; the file stays as it is."
    return note(words, "warn")


def file_here(name: str) -> list[Block]:
    """Say which file is here already, if one is."""
    return [note(f"{name} is here: go on, or choose another file.", "good")] if name else []
