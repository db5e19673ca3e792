"""Selection: some of the people, named in a project file by age, place and attribute."""

import re
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool

from populace.engine.columns import NO, YES, Columns, names_of
from populace.engine.component import Values
from populace.engine.errors import ProjectError, did_you_mean
from populace.engine.people import Attribute, People

AGE_MAX = 120  # years; nobody is older
_CONDITION = re.compile(r"(>=|<=|>|<|=)\s*([-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?)")
_TESTS = {
    ">=": np.greater_equal,
    "<=": np.less_equal,
    ">": np.greater,
    "<": np.less,
    "=": np.equal,
}


@dataclass(frozen=True)
class Selection:
    """Who is of an age, lives in a place and has a value of an attribute; empty is no limit.

    ``prefix`` stands before the names of the settings: "target_" for `target_age_min`.
    """

    prefix: str = ""
    age_min: int = 0
    age_max: int = AGE_MAX
    places: str = ""  # names of regions or groups of regions, with commas
    members_of: str = ""  # a membership: who has a school, a workplace
    attribute: str = ""
    values: str = ""  # names of categories, with commas, or conditions such as ">= 3"

    @staticmethod
    def read(values: Values, prefix: str) -> "Selection":
        """Return the selection that the settings with a prefix describe."""
        names = [name for name in Selection.__dataclass_fields__ if name != "prefix"]
        found = {name: getattr(values, prefix + name, None) for name in names}
        return Selection(prefix, **{name: one for name, one in found.items() if one is not None})

    @property
    def is_everybody(self) -> bool:
        """Tell whether nothing limits it."""
        return self == Selection(self.prefix)

    @property
    def holds_for_newborns(self) -> bool:
        """Tell whether a newborn is chosen as the one was in whose place they live."""
        return self.age_min == 0 and self.age_max == AGE_MAX and not self.attribute

    @property
    def needs_columns(self) -> bool:
        """Tell whether it names something that a population may not have."""
        return any((self.places.strip(), self.members_of, self.attribute))

    def check(self) -> None:
        """Raise a `ProjectError` for settings that fit no population."""
        if self.age_min > self.age_max:
            raise self._error(
                "age_max",
                f"must be at least {self.prefix}age_min ({self.age_min}), not {self.age_max}.",
            )
        if self.values.strip() and not self.attribute:
            raise self._error(
                "attribute", f"is missing: {self.prefix}values are those of which attribute?"
            )

    def check_names(self, columns: Columns) -> None:
        """Raise a `ProjectError` for a name that people with these columns do not have."""
        self.check()
        if columns.places is not None:
            self._named_places(columns.places)
        if self.members_of and self.members_of not in columns.memberships:
            raise self._error("members_of", f"the people have no {self.members_of}."
                              f"{did_you_mean(self.members_of, columns.memberships)}")  # fmt: skip
        if self.attribute:
            if self.attribute not in columns.attributes:
                raise self._error("attribute", no_attribute(self.attribute, columns))
            names = columns.attributes[self.attribute]
            if names:
                self._chosen(names)
            else:
                self._conditions()

    def of(self, people: People) -> Bool[np.ndarray, " agents"]:
        """Mark the people; an unknown name is a `ProjectError`."""
        self.check_names(Columns.of(people))
        marked = np.ones(people.agent_count, np.bool_)
        if self.age_min > 0:
            marked &= people.age >= self.age_min
        if self.age_max < AGE_MAX:
            marked &= people.age <= self.age_max
        if self.places.strip():
            marked &= self._regions(people)[people.region_index]
        if self.members_of:
            marked &= people.memberships[self.members_of] >= 0
        if self.attribute:
            marked &= self._with_values(people.attributes[self.attribute])
        return marked

    def _regions(self, people: People) -> Bool[np.ndarray, " regions"]:
        """Mark the regions that are named, or whose group is."""
        named, places = self._named_places(names_of(people.places)), people.places
        pairs = zip(places.region_names, places.region_groups, strict=True)
        return np.array([name in named or group in named for name, group in pairs], np.bool_)

    def _named_places(self, known: frozenset[str]) -> frozenset[str]:
        named, unknown = named_places(self.places, known)
        if unknown:
            hint = did_you_mean(unknown, known)
            raise self._error("places", f'there is no region "{unknown}".{hint}')
        return named

    def _with_values(self, attribute: Attribute) -> Bool[np.ndarray, " agents"]:
        if attribute.names:
            chosen = self._chosen(attribute.names)
            return np.array([name in chosen for name in attribute.names])[attribute.values]
        marked = np.ones(len(attribute.values), np.bool_)
        for sign, number in self._conditions():
            marked &= _TESTS[sign](attribute.values, np.float32(number))
        return marked

    def _chosen(self, names: tuple[str, ...]) -> list[str]:
        """Return the categories that are named; of yes and no, yes unless something is named."""
        chosen = _listed(self.values)
        if not chosen and names == (NO, YES):
            return [YES]
        if not chosen:
            raise self._error("values", f"is missing: name one of {', '.join(names)}.")
        for name in chosen:
            if name not in names:
                raise self._error(
                    "values", f'{self.attribute} has no value "{name}".{did_you_mean(name, names)}'
                )
        return chosen

    def _conditions(self) -> list[tuple[str, float]]:
        """Return the conditions on a number, all of which must hold."""
        found = []
        for text in _listed(self.values):
            match = _CONDITION.fullmatch(text)
            if match is None:
                raise self._error(
                    "values", f'{self.attribute} is a number: write ">= 3" or ">= 3, < 9", not'
                    f' "{text}".',
                )  # fmt: skip
            found.append((match[1], float(match[2])))
        if not found:
            raise self._error("values", f'is missing: {self.attribute} is a number, write ">= 3".')
        return found

    def _error(self, name: str, cause: str) -> ProjectError:
        return ProjectError(cause, place=self.prefix + name)


def no_attribute(name: str, columns: Columns) -> str:
    """Say that people have no such attribute, and which they have."""
    hint = did_you_mean(name, columns.attributes)
    cure = hint or " Add one to the list of attributes."
    return f'the people have no attribute "{name}".{cure}'


def named_places(text: str, known: frozenset[str]) -> tuple[frozenset[str], str]:
    """Return the places that a text names, and the first name in it that is unknown, or "".

    Names are separated by commas; by semicolons where a name has a comma in it.
    """
    if text.strip() in known:
        return frozenset([text.strip()]), ""
    names = _listed(text, ";" if ";" in text else ",")
    return frozenset(names), next((name for name in names if name not in known), "")


def _listed(text: str, separator: str = ",") -> list[str]:
    return [part.strip() for part in text.split(separator) if part.strip()]
