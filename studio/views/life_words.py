"""What the card of one person says, as HTML."""

import html
from collections.abc import Iterator

from populace.engine.analysis.life import Caused, Contacts, Life, Step
from populace.engine.project import Project
from populace.studio.views import numbers
from populace.studio.views.life_tree import picture, way_back
from populace.studio.views.words import PLACES

_MOST_LISTED = 12
_MOST_GENERATIONS = 6


def page(life: Life, project: Project) -> str:
    """Return the card of a person; a button with ``data-person`` leads to another."""
    return (
        f"<h2>Person {life.agent:,}</h2><p class='who'>{_who(life)}</p>"
        f"<p class='now'>{_dot(life)}{html.escape(life.state.label)} now</p>"
        f"<h3>What happened</h3>{_course(life, project)}"
        f"{_way_back(life)}"
        f"<h3>Infected others</h3>{_caused(life.caused, project)}{_tree(life.tree)}"
        f"{_picture(life, project)}"
        f"<h3>Meets</h3>{_list(_meets(one) for one in life.contacts)}"
    )


def _who(life: Life) -> str:
    place = ", ".join(filter(None, (life.region, life.region_group)))
    known = [f"{name}: {value}" for name, value in life.attributes]
    return html.escape(" · ".join([f"{life.age} years", place, *known]))


def _dot(life: Life) -> str:
    return f'<i style="background:var(--{life.state.colour})"></i>'


def _course(life: Life, project: Project) -> str:
    if not life.steps:
        word = html.escape(life.first_state.label.lower())
        return f"<p>Nothing so far: {word} since the first day.</p>"
    return _list(_step(step, project) for step in life.steps)


def _step(step: Step, project: Project) -> str:
    date = numbers.short_date(project.date_of(step.day))
    label = html.escape(step.state.label)
    if step.born:
        return f"<b>{date}</b> Born, in the place of somebody who died of other causes"
    if not step.infected:
        return f"<b>{date}</b> {label}"
    if step.infector is None:
        return f"<b>{date}</b> Infected from elsewhere: {label.lower()}"
    return (
        f"<b>{date}</b> Infected {where(step.network)} by {_link(step.infector)}: {label.lower()}"
    )


def _caused(caused: tuple[Caused, ...], project: Project) -> str:
    if not caused:
        return "<p>Nobody so far.</p>"
    shown = caused[:_MOST_LISTED]
    lines = (
        f"<b>{numbers.short_date(project.date_of(one.day))}</b> {_link(one.agent)} "
        f"{where(one.network)}"
        for one in shown
    )
    left = len(caused) - len(shown)
    return _list(lines) + (f"<p>and {left:,} more</p>" if left else "")


def _tree(tree: tuple[int, ...]) -> str:
    """Return the chain in words: how many were infected by these, by those whom they infected."""
    if len(tree) < 2:
        return ""
    shown = " → ".join(f"{count:,}" for count in tree[:_MOST_GENERATIONS])
    more = " → …" if len(tree) > _MOST_GENERATIONS else ""
    return (
        f"<p>They infected others in turn: {shown}{more}. "
        f"<b>{sum(tree):,}</b> infections go back to this person.</p>"
    )


def _picture(life: Life, project: Project) -> str:
    tree = picture(life, project)
    return f"<h3>Whom it led to</h3>{tree}" if tree else ""


def _way_back(life: Life) -> str:
    """Return the people through whom the infection came, from the first case on."""
    if not life.back:
        return ""
    chain, left = way_back(life.back)
    links = [_link(one) for one in chain]
    if left:
        links.insert(1, f"{left:,} more")
    return f"<h3>How it came</h3><p>{' → '.join(links)} → this person</p>"


def _meets(contacts: Contacts) -> str:
    place = where(contacts.network)
    if not contacts.fixed:
        return f"{place.capitalize()}: people drawn from {contacts.others:,} around"
    text = f"{place.capitalize()}: {contacts.others:,} {_others(contacts.others)}"
    if not contacts.listed:
        return text
    people = ", ".join(
        f"{_link(agent)} ({html.escape(state.label.lower())})" for agent, state in contacts.listed
    )
    return f"{text}: {people}"


def _others(count: int) -> str:
    return "other" if count == 1 else "others"


def where(network: str) -> str:
    """Return where people meet on a network, in words."""
    return html.escape(PLACES.get(network, f"in the network {network}"))


def _link(agent: int) -> str:
    return f'<button type="button" data-person="{agent}">person {agent:,}</button>'


def _list(lines: Iterator[str]) -> str:
    return "<ul>" + "".join(f"<li>{line}</li>" for line in lines) + "</ul>"
