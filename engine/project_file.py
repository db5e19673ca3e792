"""Reads and writes YAML safely, and finds the files of a project inside its folder."""

import os
import re
import tempfile
from pathlib import Path, PurePosixPath
from typing import Any

import yaml
from yaml.constructor import ConstructorError

from populace.engine.errors import ProjectError

FILE_NAME = "project.yaml"
PACKAGE = ".populace"  # ending of the one file that is sent
BYTES_MAX = 1_000_000
# Ten aliases cannot blow a megabyte up to more than some 40; nobody needs more in a project.
ALIASES_MAX = 10
DEPTH_MAX = 20

# YAML 1.1 takes 5e-2 for text, because it has no point.
_EXPONENT = re.compile(r"^[-+]?[0-9]+[eE][-+]?[0-9]+$")
_FLOAT_TAG = "tag:yaml.org,2002:float"


class _Loader(yaml.SafeLoader):
    """Plain values only; a key that is written twice is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: dict[str, int] = {}
        for key, _ in node.value:
            line = key.start_mark.line + 1
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            if name and name in seen:
                cause = f'"{name}" is written twice, first in line {seen[name]}: keep one'
                raise ConstructorError(None, None, cause, key.start_mark)
            seen[name] = line
        return super().construct_mapping(node, deep)

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except (ValueError, OverflowError) as error:  # 2020-02-30, or a number of 5,000 digits
            raise ConstructorError(None, None, str(error), node.start_mark) from None


class _Dumper(yaml.SafeDumper):
    """Writes what `_Loader` reads back as the same."""


for _yaml in (_Loader, _Dumper):
    _yaml.add_implicit_resolver(_FLOAT_TAG, _EXPONENT, list("-+0123456789"))


def read_yaml(path: Path, file: str) -> Any:
    """Return the plain values of a YAML file; ``file`` is its name in errors."""
    try:
        if path.stat().st_size > BYTES_MAX:
            raise ProjectError(
                f"is larger than {BYTES_MAX:,} bytes: a project names its data files, "
                "it does not hold them.",
                file=file,
            )
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ProjectError(f"cannot be read: {error.strerror}.", file=file) from None
    except UnicodeDecodeError:
        raise ProjectError("is not text in UTF-8: save it as UTF-8.", file=file) from None
    try:
        _refuse_bombs(text, file)
        return yaml.load(text, _Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise ProjectError(f"{_sentence(error)}.", place=place, file=file) from None
    except yaml.YAMLError as error:
        raise ProjectError(f"is not YAML: {error}.", file=file) from None


def value_of(text: str, place: str) -> Any:
    """Return one value, written as in a project file."""
    try:
        _refuse_bombs(text, "")
        return yaml.load(text, _Loader)
    except yaml.YAMLError:
        raise ProjectError(f"{text!r} is not a value.", place=place) from None


def yaml_text(spec: dict[str, Any]) -> str:
    """Return a project's values as YAML, in their order, with components on one line each."""
    return yaml.dump(
        spec, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=96, default_flow_style=None
    )


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that is either all there or not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes files that only the owner may read; give what a plain open would.
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(name, 0o666 & ~mask)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def file_inside(folder: Path | None, name: str) -> Path:
    """Return a project's data file; a way out of its folder is refused."""
    if not name:
        raise ProjectError("must name a file, such as data/cases.csv.")
    if folder is None:
        raise ProjectError(f'cannot be found: the project has no folder to look for "{name}" in.')
    parts = PurePosixPath(name).parts
    if name.startswith(("/", "~")) or "\\" in name or ":" in name or ".." in parts:
        raise ProjectError(
            f'"{name}" leaves the project: put the file into its folder, such as data/cases.csv.'
        )
    path = folder / name
    try:
        inside = path.resolve().is_relative_to(folder.resolve())
        there = path.is_file()
    except (OSError, ValueError, RuntimeError):  # too long a name, a null character, a link's loop
        raise ProjectError(f"{name[:80]!r} is not a usable file name.") from None
    if not inside:
        raise ProjectError(f'"{name}" leads out of the project by a link: copy the file into it.')
    if not there:
        raise ProjectError(f'there is no file "{name}" in {folder}.')
    return path


def _refuse_bombs(text: str, file: str) -> None:
    """Refuse what would grow without end when built: aliases of aliases, endless nesting."""
    aliases = depth = 0
    for event in yaml.parse(text, yaml.SafeLoader):
        aliases += isinstance(event, yaml.AliasEvent)
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if aliases > ALIASES_MAX:
            raise ProjectError(
                f"has more than {ALIASES_MAX} aliases (*name): write them out.", file=file
            )
        if depth > DEPTH_MAX:
            raise ProjectError(f"is nested more than {DEPTH_MAX} deep: no project is.", file=file)


def _sentence(error: yaml.MarkedYAMLError) -> str:
    """Join what the YAML reader was doing and what it met."""
    parts = [part for part in (error.context, error.problem) if part]
    return ", ".join(parts) or "is not YAML"
