"""What is installed is what is in the folders, and the engine needs no screen."""

import subprocess
import sys
import tomllib
from importlib.metadata import entry_points, version
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
SETUPTOOLS = PYPROJECT["tool"]["setuptools"]
SCREEN = (
    "panel",
    "bokeh",
    "holoviews",
    "datashader",
    "geopandas",
    "pandas",
    "pyproj",
    "shapely",
    "scipy",
    "panel_material_ui",
    "populace.studio",
    "populace.layers",
)

# Imports every engine module, where nothing of the screen can be found.
ENGINE_ALONE = """
import importlib, pkgutil, sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if any(name == block or name.startswith(block + ".") for block in {screen!r}):
            raise ModuleNotFoundError(f"{{name}} is blocked", name=name)

sys.meta_path.insert(0, Blocked())
import populace.engine
for module in pkgutil.walk_packages(populace.engine.__path__, "populace.engine."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
"""


def folders_with_python() -> set[str]:
    found = set()
    for package, folder in SETUPTOOLS["package-dir"].items():
        for file in (ROOT / folder).rglob("*.py"):
            parts = file.parent.relative_to(ROOT / folder).parts
            found.add(".".join((package, *parts)))
    return found


def test_every_folder_with_python_files_is_in_the_list_of_packages():
    assert set(SETUPTOOLS["packages"]) == folders_with_python()


def test_every_file_beside_the_python_files_goes_into_the_wheel():
    named = set()
    for package, patterns in SETUPTOOLS["package-data"].items():
        for pattern in patterns:
            named.update((ROOT / SETUPTOOLS["package-dir"][package]).glob(pattern))
    tracked = subprocess.run(
        ["git", "ls-files", "-z", *SETUPTOOLS["package-dir"].values()],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    files = {ROOT / name for name in tracked.stdout.split("\0") if name}
    left_out = {file for file in files - named if file.suffix != ".py" and file.exists()}
    assert not left_out


def test_the_list_of_packages_is_sorted_and_names_none_twice():
    packages = SETUPTOOLS["packages"]
    assert packages == sorted(set(packages))


def test_every_package_has_its_init_file():
    for package in SETUPTOOLS["packages"]:
        floor = ".".join(package.split(".")[:2])
        rest = package.removeprefix(floor).strip(".").replace(".", "/")
        folder = ROOT / SETUPTOOLS["package-dir"][floor] / rest
        assert (folder / "__init__.py").is_file(), package


def test_the_engine_imports_where_nothing_of_the_screen_is_installed():
    script = ENGINE_ALONE.format(screen=SCREEN)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("floor", ["engine", "layers", "studio", "assets", "benchmarks"])
def test_a_bare_import_from_the_root_of_the_checkout_is_refused(floor):
    done = subprocess.run(
        [sys.executable, "-c", f"import {floor}"], cwd=ROOT, capture_output=True, text=True
    )
    assert f"import this package as populace.{floor}" in done.stderr


def test_all_that_is_installed_is_pinned_exactly():
    pinned = {
        line.split("==")[0].lower().replace("_", "-")
        for line in (ROOT / "constraints.txt").read_text().splitlines()
        if line and not line.startswith("#")
    }
    extras = PYPROJECT["project"]["optional-dependencies"].values()
    wanted = [*PYPROJECT["project"]["dependencies"], *(line for extra in extras for line in extra)]
    names = {line.split(">")[0].split("[")[0].lower() for line in wanted}
    assert names - {"populace"} <= pinned


def test_no_pin_names_the_build_of_one_kind_of_machine():
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert "torch==2.13.0" in pins
    assert not [line for line in pins if "+" in line or line.startswith(("nvidia", "-e"))]


def test_serve_is_found_by_its_entry_point():
    found = {entry.name: entry.value for entry in entry_points(group="populace.commands")}
    assert found == {"serve": "populace.studio.serve:command"}


def test_the_installed_version_is_the_declared_one():
    assert version("populace") == PYPROJECT["project"]["version"]
