"""A hook of mkdocs: one page for each component, written from its declaration."""

import inspect
from collections.abc import Iterator

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from populace.engine.component import Component
from populace.engine.quantities import Quantity, Structure
from populace.engine.registry import FAMILIES, kinds

OVERVIEW = "components/index.md"


def components() -> Iterator[tuple[str, str, type[Component]]]:
    """Yield family, kind and class of every component, in the order of a day's description."""
    for family in FAMILIES:
        for kind, component in kinds(family).items():
            yield family, kind, component


def address(family: str, kind: str) -> str:
    """Return the path of a component's page below ``docs/``."""
    return f"components/{family}/{kind}.md"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the pages into the navigation, just before the decisions."""
    families = [
        {family.capitalize(): [address(family, kind) for kind in kinds(family)]}
        for family in FAMILIES
        if kinds(family)
    ]
    assert config.nav is not None
    config.nav.insert(len(config.nav) - 1, {"Components": [OVERVIEW, *families]})
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages; nothing is written into ``docs/``."""
    files.append(File.generated(config, OVERVIEW, content=overview()))
    for family, kind, component in components():
        text = page(family, kind, component)
        files.append(File.generated(config, address(family, kind), content=text))
    return files


def overview() -> str:
    """Return the page that lists all components."""
    lines = [
        "# Components",
        "",
        "Every part that a project can be put together from. The tables on their pages are made"
        " from the declarations in the code: what you read there is what the engine uses.",
        "",
        "**Live** quantities can be moved while a run goes on and take effect at the next day.",
        "",
        "| family | kind | what it is |",
        "|---|---|---|",
    ]
    for family, kind, component in components():
        link = f"[{kind}]({family}/{kind}.md)"
        lines.append(f"| {family} | {link} | {_cell(_summary(component))} |")
    return "\n".join(lines) + "\n"


def page(family: str, kind: str, component: type[Component]) -> str:
    """Return the page of one component as Markdown."""
    rows = [row(name, declared) for name, declared in component.declarations()]
    table = [
        "| setting | default | range | unit | live | meaning | source |",
        "|---|---|---|---|---|---|---|",
        *rows,
    ]
    return "\n".join(
        [
            f"# {component.label()}",
            "",
            inspect.getdoc(component) or "",
            "",
            f"In a project file: `kind: {kind}` under `{family}`. "
            f"In the code: `{component.__module__}.{component.__name__}`.",
            "",
            "## Settings",
            "",
            *(table if rows else ["It has none."]),
            "",
        ]
    )


def row(name: str, declared: Quantity | Structure) -> str:
    """Return one line of the table of settings."""
    live = "yes" if isinstance(declared, Quantity) and declared.live else ""
    fields = (
        f"`{name}`",
        _number(declared.default),
        _range(declared),
        declared.unit,
        live,
        declared.doc or "",
        declared.source,
    )
    return "| " + " | ".join(_cell(field) for field in fields) + " |"


def _range(declared: Quantity | Structure) -> str:
    if isinstance(declared, Structure) and declared.choices:
        return ", ".join(declared.choices)
    low, high = declared.bounds or (None, None)
    if low is None and high is None:
        return ""
    if high is None:
        return f"at least {_number(low)}"
    if low is None:
        return f"at most {_number(high)}"
    return f"{_number(low)} to {_number(high)}"


def _number(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:,}" if isinstance(value, int) else f"{value:g}"
    return str(value)


def _summary(component: type[Component]) -> str:
    return (inspect.getdoc(component) or "").partition("\n")[0]


def _cell(text: str) -> str:
    """Make one line of a text and keep its bars from ending the cell."""
    return " ".join(text.split()).replace("|", "\\|")
