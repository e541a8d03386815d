"""The small programs under tools/, and the Makefile."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.e2e.stack import ROOT


def run(*command: str | Path, **more) -> subprocess.CompletedProcess:
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False, cwd=ROOT, **more)


def test_bare_make_lists_every_target_that_people_use():
    said = run("make").stdout
    for target in ("up", "demo", "reset", "test", "lint", "bench", "lock", "abi", "kubo", "e2e"):
        assert re.search(rf"^  make {target} +\S", said, re.MULTILINE), target


def test_every_documented_target_can_be_planned():
    for target in re.findall(r"^  make (\S+)", run("make").stdout, re.MULTILINE):
        planned = run("make", "-n", target)
        assert planned.returncode == 0, planned.stderr


def test_demo_without_a_picture_says_how():
    asked = run(ROOT / ".venv/bin/python", "-m", "tools.journey.demo", "")
    assert asked.returncode == 1
    assert "make demo IMAGE=photo.jpg: say which picture" in asked.stderr


def test_a_step_tells_its_title_its_seconds_and_its_failure():
    good = run("tools/step", "Counting", "echo", "one two")
    assert (good.returncode, good.stdout) == (0, "\n== Counting\none two\n   Counting: 0 s\n")
    bad = run("tools/step", "-q", "Failing", "sh", "-c", "echo why; exit 7")
    assert bad.returncode == 7
    assert bad.stdout == "\n== Failing\nwhy\n   Failing: FAILED after 0 s (code 7)\n"
    assert "why" not in run("tools/step", "-q", "Working", "echo", "why").stdout


@pytest.fixture
def empty_environment():
    return {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}


def test_with_postgres_gives_an_empty_database_and_takes_it_away(empty_environment):
    code = (
        "import os, psycopg; c = psycopg.connect(os.environ['DATABASE_URL']); print(c.info.server_version, c.info.port)"
    )
    given = run("tools/with-postgres", ROOT / ".venv/bin/python", "-c", code, env=empty_environment)
    assert given.returncode == 0, given.stderr
    version, port = map(int, given.stdout.split())
    assert version >= 130000
    gone = run("tools/with-postgres", "true", env={**empty_environment, "DATABASE_URL": "postgres://elsewhere"})
    assert gone.returncode == 0
    assert run("python3", "-c", f"import socket; socket.create_connection(('127.0.0.1', {port}), 1)").returncode != 0


def test_with_postgres_passes_on_how_the_command_ended(empty_environment):
    assert run("tools/with-postgres", "sh", "-c", "exit 9", env=empty_environment).returncode == 9


def test_with_postgres_uses_a_database_that_is_named(empty_environment):
    env = {**empty_environment, "DATABASE_URL": "postgres://somewhere/else"}
    assert run("tools/with-postgres", "sh", "-c", "echo $DATABASE_URL", env=env).stdout == "postgres://somewhere/else\n"


def test_browser_is_the_one_that_is_named(tmp_path):
    named = tmp_path / "my chromium"
    named.write_text("#!/bin/sh\n")
    named.chmod(0o755)
    assert run("tools/browser", env={**os.environ, "CHROMIUM": str(named)}).stdout == f"{named}\n"
    missing = run("tools/browser", env={**os.environ, "CHROMIUM": "/no/such/browser"})
    assert missing.returncode == 1
    assert "CHROMIUM is set to /no/such/browser" in missing.stderr


def test_browser_finds_one_on_path():
    found = run("tools/browser", env={k: v for k, v in os.environ.items() if k != "CHROMIUM"}).stdout.strip()
    assert os.access(found, os.X_OK)


@pytest.fixture
def locks(tmp_path):
    """A copy of the locks, with the checker beside them."""
    (tmp_path / "tools").mkdir()
    for path in (*ROOT.glob("requirements*.lock"), ROOT / "package-lock.json"):
        shutil.copy(path, tmp_path)
    for path in (*ROOT.glob("tools/*.lock"), ROOT / "tools/check-locks"):
        shutil.copy(path, tmp_path / "tools")
    return tmp_path


def test_the_locks_are_clean(locks):
    assert run(locks / "tools/check-locks").returncode == 0


@pytest.mark.parametrize(
    ("lock", "line"),
    [
        ("requirements.lock", "--index-url https" + "://mirror.example/simple"),
        ("package-lock.json", '      "resolved": "file:x",'),
        ("requirements-dev.lock", "attrs==1.0"),
    ],
)
def test_a_lock_with_an_address_or_without_a_hash_is_refused(locks, lock, line):
    with (locks / lock).open("a") as file:
        file.write(f"{line}\n")
    refused = run(locks / "tools/check-locks")
    assert refused.returncode == 1
    assert line.strip() in refused.stdout
    assert "make lock" in refused.stdout
