"""Words of the disease editor, as HTML: what stands in its bar and at its side."""

from populace.engine.component import Component
from populace.engine.disease_text import dwell_in_words, escaped, share_in_words
from populace.engine.editing import disease_edits as edits
from populace.engine.editing.draft import Spec
from populace.engine.editing.own_disease import CUSTOM
from populace.engine.registry import kinds
from populace.studio.composer.disease_graph import label_of

_STAYS = (
    "It has several strains, which a disease of your own cannot have: change it by its numbers."
)


def ways_out(graph: Spec, name: str, can_be_own: bool) -> str:
    """Return the ways out of a state of a ready disease, as HTML."""
    shares, ways = edits.shares_of(graph), edits.ways_in(graph)
    labels = {state.get("name"): label_of(state) for state in edits.states_in(graph)}
    lines = [
        f"<li>to <b>{escaped(labels.get(ways[row].get('to')))}</b>, "
        f"{escaped(dwell_in_words(ways[row].get('dwell')))}"
        f"{', ' if share_in_words(shares[row]) else ''}{escaped(share_in_words(shares[row]))}</li>"
        for row in edits.exits(graph, name)
    ]
    way_out = f"<h3>Ways out</h3><ul>{''.join(lines)}</ul>" if lines else ""
    how = "Make the disease your own to change its states." if can_be_own else _STAYS
    return f"{way_out}<p>{how}</p>"


def way_of_ready(can_be_own: bool) -> str:
    """Return how a way of a ready disease is changed."""
    return "Make the disease your own to change this way." if can_be_own else _STAYS


def head_of(disease: Component | None, can_be_own: bool) -> str:
    """Return what the bar over the canvas says."""
    if disease is None:
        return "<p>There is no disease yet.</p>"
    if disease.kind_name() == CUSTOM:
        return "<p>Drag from a state’s right dot to another’s left dot to lead there.</p>"
    stays = "" if can_be_own else f" {_STAYS}"
    return f"<p>A ready disease: its graph follows its numbers.{stays}</p>"


def intro_of(disease: Component, *, own: bool) -> str:
    """Return what stands over the form of a disease."""
    if own:
        return "<h2>A disease of your own</h2><p>Select a state or an arrow to edit it.</p>"
    text = (type(disease).__doc__ or "").strip().split("\n\n")[0]
    return f"<h2>{escaped(disease.label())}</h2><p>{escaped(' '.join(text.split()))}</p>"


def choices() -> dict[str, str]:
    """Return the kinds of diseases by label."""
    # A list without an empty choice would choose for the person.
    return {"None yet": ""} | {kind.label(): name for name, kind in kinds("diseases").items()}
