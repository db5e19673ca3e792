"""Every command and every option has its heading in the manual, and none is made up."""

import re
from pathlib import Path

import pytest

from populace.engine.cli import main

COMMANDS = (
    *("serve", "run", "report", "check", "sensitivity", "ensemble", "compare", "sweep", "runs"),
    *("fit", "export", "unpack", "bench"),
)
MANUAL = (Path(__file__).parents[2] / "docs/commands.md").read_text()


def options(command, capsys):
    with pytest.raises(SystemExit) as stop:
        main([command, "--help"])
    assert stop.value.code == 0
    return set(re.findall(r"--[a-z][a-z-]*", capsys.readouterr().out)) - {"--help"}


@pytest.mark.parametrize("command", COMMANDS)
def test_the_manual_has_the_options_of_a_command_and_no_others(command, capsys):
    described = set(re.findall(rf"^### {command} (--[a-z-]+)$", MANUAL, re.MULTILINE))
    assert described == options(command, capsys)


def test_the_manual_has_every_command(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    listed = re.findall(r"^    ([a-z]+)", capsys.readouterr().out, re.MULTILINE)
    described = re.findall(r"^## populace ([a-z]+)$", MANUAL, re.MULTILINE)
    assert set(listed) == set(described) == set(COMMANDS)
