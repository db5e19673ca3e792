"""form_of: the one function that turns the declaration of a component into widgets."""

import html
from collections.abc import Callable
from typing import Any

import panel as pn
import panel_material_ui as pmui
from panel_material_ui.widgets.base import MaterialWidget

from populace.engine.component import Component
from populace.engine.quantities import Nested, Quantity, Structure
from populace.studio.controls.live_slider import LiveSlider

Change = Callable[[str, Any], None]
_FINER_MAX = 4  # times by ten


def form_of(
    component: Component, change: Change, *, prefix: str = "", live_only: bool = False
) -> pn.Column:
    """Return one widget per declared parameter, in the order of the source.

    ``change(path, value)`` is called when a widget is released or left. ``prefix`` stands before
    the name in the path: "networks.school". What is nested is written in the project file instead.
    """
    rows = [
        control_of(component, name, declared, change, path=f"{prefix}.{name}" if prefix else name)
        for name, declared in component.declarations()
        if not isinstance(declared, Nested) and (is_live(declared) or not live_only)
    ]
    return pn.Column(*rows, sizing_mode="stretch_width", margin=0)


def is_live(declared: Quantity | Structure) -> bool:
    """Tell whether a parameter acts on a running model."""
    return isinstance(declared, Quantity) and declared.live


def is_share(declared: Quantity | Structure) -> bool:
    """Tell whether people read and write a number in per cent."""
    return declared.unit == "share" or declared.unit.startswith("share ")


def control_of(
    component: Component,
    name: str,
    declared: Quantity | Structure,
    change: Change,
    *,
    path: str,
    label: str = "",
) -> pn.viewable.Viewable:
    """Return the widget of one parameter; ``label`` in place of the declared one."""
    value = getattr(component, name)
    label = label or label_words(declared)
    low, high = declared.bounds or (None, None)
    if isinstance(declared, Quantity) and low is not None and high is not None:
        return _slider(component, declared, value, (low, high), change, path=path, label=label)
    beside = unit_beside(label, declared.unit)
    widget = _box(declared, value, f"{label} ({beside})" if beside else label)
    widget.description = f"{declared.doc} Source: {declared.source}" if declared.source else ""
    widget.param.watch(lambda event: change(path, event.new), "value")
    return widget


def full_label(component: Component, declared: Quantity | Structure) -> str:
    """Return a label that stands alone: "Masks: coverage"; of a disease just "Transmission"."""
    label = str(declared.label)
    if component.family == "diseases":
        return label
    return f"{component.own_label}: {label[:1].lower()}{label[1:]}"


def _slider(
    component: Component,
    declared: Quantity,
    value: float,
    bounds: tuple[float, float],
    change: Change,
    *,
    path: str,
    label: str,
) -> LiveSlider:
    low, high = bounds
    percent = is_share(declared)
    step = finer(declared.step or _step(high - low), value - low)
    return LiveSlider(
        change,
        path=path,
        label=label,
        full_label=full_label(component, declared),
        unit=unit_beside(label, declared.unit),
        about=about(declared),
        value=value,
        default=declared.default,
        start=low,
        end=high,
        step=step,
        decimals=decimals(step * 100 if percent else step),
        percent=percent,
    )


def _box(declared: Quantity | Structure, value: Any, label: str) -> MaterialWidget:
    """Return a box to type in, for parameters that a slider does not suit."""
    if isinstance(declared, Structure) and declared.choices:
        return pmui.Select(label=label, options=list(declared.choices), value=value)
    if isinstance(value, bool):
        return pmui.Checkbox(label=label, value=value)
    if isinstance(value, str):
        return pmui.TextInput(label=label, value=value)
    low, high = declared.bounds or (None, None)
    kind = pmui.IntInput if isinstance(value, int) else pmui.FloatInput
    return kind(label=label, value=value, start=low, end=high)


def about(declared: Quantity | Structure) -> str:
    """Return what a person may ask about a number, as HTML."""
    rows = {"Source": declared.source}
    if isinstance(declared, Quantity):
        low, high = declared.bounds or (None, None)
        rows = {
            "Range": f"{_number(low, declared)} to {_number(high, declared)}",
            "Default": _number(declared.default, declared),
            **rows,
        }
    lines = "".join(
        f"<dt>{name}</dt><dd>{html.escape(str(text))}</dd>" for name, text in rows.items() if text
    )
    return f"<b>{html.escape(str(declared.doc or ''))}</b><dl>{lines}</dl>"


def unit_text(unit: str) -> str:
    """Return a unit as people read it."""
    short = {"x": "× usual", "share": "%", "1/day": "per day"}
    if unit.startswith("Erlang stages"):
        return "1: varies widely, 0: always the same"
    if unit.startswith("share "):
        return f"%{unit.removeprefix('share')}"
    return short.get(unit, unit.removeprefix("infections "))


# What says how a text is written, or nothing that the label does not say.
_NO_UNIT = (
    "name", "names", "names, or >= 3", "heading", "k", "number", "text", "unit of the number",
    "yes or no", "primary, middle, high",
)  # fmt: skip


def label_words(declared: Quantity | Structure) -> str:
    """Return the label without its unit, which stands beside the value: "Fade in"."""
    label = str(declared.label)
    return label.removesuffix(" days") if declared.unit == "days" else label


def unit_beside(label: str, unit: str) -> str:
    """Return the unit as it stands beside a value, without what the label says already."""
    text, said = unit_text(unit), label.lower().replace(" a ", " per ")
    if text in _NO_UNIT or text.startswith(("names ", "names,", "numbers,", "text ", "file ")):
        return ""
    if said.endswith(text.lower().replace("/", " per ")) or text in ("edges", "regions"):
        return ""
    return text.removeprefix(f"{said} ") if text.startswith(f"{said} per") else text


def decimals(step: float) -> int:
    """Return how many decimals a step needs, at most 6."""
    return next((n for n in range(6) if abs(step - round(step, n)) < 1e-9), 6)


def finer(step: float, value: float) -> float:
    """Return a step of which ``value`` is a whole number: browsers show no number in between."""
    for _ in range(_FINER_MAX):
        if abs(value - round(value / step) * step) < 1e-6 * step:
            break
        step /= 10
    return step


def _step(width: float) -> float:
    """Return a hundredth of the range, rounded to a power of ten."""
    return float(f"1e{round_power(width / 100)}")


def round_power(value: float) -> int:
    """Return the power of ten at or below a positive number."""
    return int(f"{value:e}".rsplit("e", 1)[1])


def _number(value: float | None, declared: Quantity) -> str:
    if value is None:
        return "no limit"
    return f"{value * 100:g} %" if is_share(declared) else f"{value:g}"
