"""`populace serve` lets nobody else in by accident, and says in one line what is wrong."""

import json
import socket

import pytest

from populace.studio.serve import command


def refusal(capsys, *words):
    """Run the command, which must refuse; return its one line."""
    assert command([*words, "--no-browser"]) == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1
    return lines[0]


def test_other_computers_need_an_origin_and_a_log_in(capsys):
    line = refusal(capsys, "--address", "0.0.0.0")
    assert "--allow-origin" in line
    assert "--basic-auth" in line


def test_an_origin_alone_is_not_enough(capsys):
    line = refusal(capsys, "--address", "0.0.0.0", "--allow-origin", "sim.example.org:5006")
    assert "--basic-auth" in line


@pytest.mark.parametrize("content", ["{}", "[1]", '{"ada": ""}', "secret"])
def test_a_file_without_names_and_passwords_is_refused(content, tmp_path, capsys):
    file = tmp_path / "people.json"
    file.write_text(content)
    assert "--basic-auth" in refusal(capsys, "--basic-auth", str(file))


def test_a_missing_password_file_is_refused(tmp_path, capsys):
    assert "cannot be read" in refusal(capsys, "--basic-auth", str(tmp_path / "none.json"))


def test_a_taken_port_is_named_with_a_free_one(capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        line = refusal(capsys, "--port", str(taken.getsockname()[1]))
    assert "is taken" in line
    assert "Free: --port" in line


def test_an_unknown_project_is_named(tmp_path, capsys):
    file = tmp_path / "people.json"
    file.write_text(json.dumps({"ada": "a long password"}))
    line = refusal(capsys, "nyc_covd", "--basic-auth", str(file), "--port", "5629")
    assert "nyc_covid" in line
