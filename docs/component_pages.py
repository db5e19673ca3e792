"""A hook of mkdocs: one page for each component, written from its declaration."""

import inspect
from collections.abc import Iterable, Iterator

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from populace.engine.component import Component
from populace.engine.project import PARTS, SETTINGS
from populace.engine.quantities import Quantity, Structure
from populace.engine.registry import FAMILIES, kinds

OVERVIEW = "components/index.md"
ASSUMPTIONS = "components/assumptions.md"
SETTINGS_HERE = "<!-- the project's own settings -->"
HEADING = "| setting | default | range | unit | meaning | source |\n|---|---|---|---|---|---|"
# Six columns need the width that a table of contents with one entry would take.
WIDE = "---\nhide: [toc]\n---\n"
KEYS = {family: key for key, (family, _) in PARTS.items()}


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
    config.nav.insert(len(config.nav) - 1, {"Components": [OVERVIEW, ASSUMPTIONS, *families]})
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages; nothing is written into ``docs/``."""
    files.append(File.generated(config, OVERVIEW, content=overview()))
    files.append(File.generated(config, ASSUMPTIONS, content=assumptions()))
    for family, kind, component in components():
        text = page(family, kind, component)
        files.append(File.generated(config, address(family, kind), content=text))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put the table of the project's own settings where a page asks for it."""
    return markdown.replace(SETTINGS_HERE, table(SETTINGS.items()))


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


def assumptions() -> str:
    """Return the page of all defaults that are assumed, by kind of component."""
    lines = [
        f"{WIDE}# What is assumed",
        "",
        "Every default that no publication gives, with the range that is plausible. Replace them"
        " with what you know of the place and the disease under study. What a component leaves out"
        " altogether is said on its own page.",
        "",
    ]
    for family, kind, component in components():
        # What a whole family declares is the same on each of its pages.
        rows = [
            row(name, declared)
            for name, declared in component.declarations()
            if name in vars(component) and declared.source.startswith("assumption")
        ]
        if rows:
            link = f"[{component.label()}]({family}/{kind}.md)"
            lines += [f"## {link}", "", _summary(component), "", HEADING, *rows, ""]
    return "\n".join(lines)


def page(family: str, kind: str, component: type[Component]) -> str:
    """Return the page of one component as Markdown."""
    key, is_list = KEYS[family], PARTS[KEYS[family]][1]
    written = f"[{{kind: {kind}}}]" if is_list else f"{{kind: {kind}}}"
    settings = list(component.declarations())
    return "\n".join(
        [
            f"{WIDE}# {component.label()}",
            "",
            inspect.getdoc(component) or "",
            "",
            *_assumed(component),
            f"In a project file: `{key}: {written}`. "
            f"In the code: `{component.__module__}.{component.__name__}`.",
            "",
            "## Settings",
            "",
            table(settings) if settings else "It has none.",
            "",
        ]
    )


def _assumed(component: type[Component]) -> list[str]:
    """Return what a component takes for granted, as a list."""
    if not component.assumes:
        return []
    return ["## What it assumes", "", *(f"- {sentence}" for sentence in component.assumes), ""]


def table(settings: Iterable[tuple[str, Quantity | Structure]]) -> str:
    """Return a table of declarations as Markdown."""
    return "\n".join([HEADING, *(row(name, declared) for name, declared in settings)])


def row(name: str, declared: Quantity | Structure) -> str:
    """Return one line of a table of settings."""
    live = isinstance(declared, Quantity) and declared.live
    fields = (
        f"`{name}`" + (" **live**" if live else ""),
        _number(declared.default),
        _range(declared),
        declared.unit,
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
    if isinstance(value, dict):
        return "see above"
    if isinstance(value, int | float):
        return f"{value:,}" if isinstance(value, int) else f"{value:g}"
    return str(value) or "none"


def _summary(component: type[Component]) -> str:
    return (inspect.getdoc(component) or "").partition("\n")[0]


def _cell(text: str) -> str:
    """Make one line of a text and keep its bars from ending the cell."""
    return " ".join(text.split()).replace("|", "\\|")
