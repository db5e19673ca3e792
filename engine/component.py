"""Component: a declared part of a model. Its parameters are its single declaration."""

import re
from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any, ClassVar

import param

from populace.engine.errors import ProjectError, did_you_mean
from populace.engine.quantities import Quantity, Structure, plain_copy

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
# The numbers of one component in one run: attribute access, no behaviour.
Values = SimpleNamespace


class Component(param.Parameterized):
    """A part of a model, declared by parameters of the types in `quantities`.

    ``family`` is the folder ("networks"), ``kind`` the file name ("household").
    """

    family: ClassVar[str] = ""
    # What is taken for granted, a sentence each: for the manual, the report and the form.
    assumes: ClassVar[tuple[str, ...]] = ()
    # What tells two parts of one kind apart in a list: `name: second_wave` in YAML.
    called: str = ""

    @classmethod
    def kind_name(cls) -> str:
        """Return the name that YAML uses: the name of the file that holds the class."""
        return cls.__module__.rsplit(".", 1)[-1]

    @classmethod
    def label(cls) -> str:
        """Return the name that a screen shows."""
        return getattr(cls, "title", "") or cls.kind_name().replace("_", " ").capitalize()

    @property
    def own_name(self) -> str:
        """Return the name in paths: "second_wave" where the file gives one, else the kind."""
        return self.called or self.kind_name()

    @property
    def own_label(self) -> str:
        """Return the name that a screen shows for this part among others of its kind."""
        words = self.called.removeprefix(f"{self.kind_name()}_").replace("_", " ")
        return f"{self.label()} ({words})" if words else self.label()

    @classmethod
    def declarations(cls) -> Iterator[tuple[str, Quantity | Structure]]:
        """Yield name and declaration of every parameter, in the order of the source."""
        for name, declared in cls.param.objects("existing").items():
            if isinstance(declared, Quantity | Structure):
                yield name, declared

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> "Component":
        """Build from YAML's mapping; errors carry the key as their place."""
        known = dict(cls.declarations())
        settings = {}
        for key, value in spec.items():
            if key in ("kind", "name"):
                continue
            if key not in known:
                raise ProjectError(
                    f'"{key}" is not a setting of {cls.kind_name()}.{did_you_mean(key, known)}',
                    place=str(key),
                )
            settings[key] = checked(known[key], key, value)
        built = cls(**settings)
        if "name" in spec:
            built.called = checked_name(spec["name"])
        return built

    def spec(self) -> dict[str, Any]:
        """Return kind, own name and the values that differ from the default, ready for YAML."""
        changed = {
            name: plain_copy(getattr(self, name))
            for name, declared in self.declarations()
            if getattr(self, name) != declared.default
        }
        named = {"name": self.called} if self.called else {}
        return {"kind": self.kind_name(), **named, **changed}

    def values(self) -> Values:
        """Return the plain numbers; the engine keeps these and never the component."""
        return Values(**{name: getattr(self, name) for name, _ in self.declarations()})


def checked_name(name: object) -> str:
    """Return the own name of a part if it can stand in a path; else raise a `ProjectError`."""
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise ProjectError(
            f"must be small letters, digits and _, such as second_wave, not {name!r}.", place="name"
        )
    return name


def checked(declared: Quantity | Structure, name: str, value: Any) -> Any:
    """Return ``value`` if the declaration admits it; else raise a `ProjectError` with a cure."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if isinstance(declared, Quantity) and not is_number:
        raise ProjectError(f"must be a number{_range(declared)}, not {value!r}.", place=name)
    try:
        if isinstance(declared, Quantity):
            value = float(value)
            declared._validate_value(value, False)
            declared._validate_bounds(value, declared.bounds, declared.inclusive_bounds)
        else:
            declared._validate(value)
    except ProjectError as error:
        raise error.at(place=name) from None
    except OverflowError:
        raise ProjectError("must be a smaller number.", place=name) from None
    except (ValueError, TypeError) as error:
        raise ProjectError(_plain(str(error), declared, value), place=name) from None
    return float(value) if type(declared.default) is float else value


def _range(declared: Quantity) -> str:
    low, high = declared.bounds or (None, None)
    if low is not None and high is not None:
        return f" from {low:g} to {high:g}"
    return f" of at least {low:g}" if low is not None else ""


def _plain(message: str, declared: Quantity | Structure, value: Any) -> str:
    """Turn param's sentence into ours: no class name, and a hint for per cents."""
    message = re.sub(r"^.*? (must be )", r"\1", message)
    message = re.sub(r"(?<=\d)\.0\b", "", message)
    unit = declared.unit
    is_share = isinstance(declared, Quantity) and declared.bounds == (0.0, 1.0)
    if is_share and isinstance(value, int | float) and 1 < value <= 100:
        return f"{message} Percent? Write {value / 100:g}."
    if unit and "finite" not in message:
        return f"{message} Unit: {unit}."
    return message
