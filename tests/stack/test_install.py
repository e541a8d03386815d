"""tools/install: what it does again and what not, and what it says when it cannot."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.e2e.stack import ROOT
from tools import installer
from tools.installer import foundry, python
from tools.installer.shell import Problem, environment, link
from tools.installer.steps import STEPS, Step, digest


@pytest.fixture
def stamps(tmp_path, monkeypatch):
    monkeypatch.setattr("tools.installer.steps.STAMPS", tmp_path / "stamps")
    monkeypatch.setattr(installer, "STAMPS", tmp_path / "stamps")
    monkeypatch.setattr(installer, "LOG", ROOT / "var" / "log" / f"install-{os.getpid()}.log")
    yield tmp_path / "stamps"
    installer.LOG.unlink(missing_ok=True)


def test_what_is_up_to_date_takes_less_than_a_second():
    subprocess.run([ROOT / "tools/install"], check=True, capture_output=True)
    begun = time.monotonic()
    again = subprocess.run([ROOT / "tools/install"], check=True, capture_output=True, text=True)
    assert time.monotonic() - begun < 1
    assert again.stdout == ""


def test_a_step_is_due_when_any_input_changes_or_its_output_is_gone(stamps, tmp_path):
    source, output, folder = tmp_path / "source", tmp_path / "output", tmp_path / "folder"
    folder.mkdir()
    step = Step("one", "One", (source, folder, "a word"), output, lambda log: output.write_text(source.read_text()))
    stamps.mkdir()

    def becomes_due(change) -> bool:
        step.do(sys.stderr)
        assert step.is_done()
        change()
        return not step.is_done()

    source.write_text("first")
    assert not step.is_done()
    assert becomes_due(lambda: source.write_text("second"))
    assert becomes_due(lambda: (folder / "new").write_text(""))
    assert becomes_due(lambda: (folder / "new").rename(folder / "renamed"))
    assert becomes_due(output.unlink)
    assert digest(["a word"]) != digest(["another"])


def test_what_changes_while_it_is_built_is_built_again(stamps, tmp_path):
    source, output = tmp_path / "source", tmp_path / "output"
    stamps.mkdir()

    def work(log) -> None:
        output.write_text("built")
        source.write_text("changed meanwhile")

    step = Step("one", "One", (source,), output, work)
    step.do(sys.stderr)
    assert not step.is_done()


def test_a_failed_step_shows_the_end_of_its_log_and_is_due_again(stamps, monkeypatch, capsys):
    def work(log) -> None:
        log.write("the compiler said: no such thing\n")
        raise subprocess.CalledProcessError(1, ["compiler"])

    step = Step("one", "The first thing", (), ROOT / "README.md", work)
    monkeypatch.setattr(installer, "STEPS", [step])
    with pytest.raises(SystemExit) as ended:
        installer.main([])
    assert "“The first thing” did not work" in str(ended.value)
    assert "run the same command again" in str(ended.value)
    assert "the compiler said: no such thing" in capsys.readouterr().out
    assert not step.is_done()


def test_an_unknown_step_is_named(stamps):
    with pytest.raises(SystemExit, match=r"No such step: nodes\. There are: venv, python, node, foundry"):
        installer.main(["nodes"])


def test_an_old_python_is_told_what_is_needed(tmp_path):
    script = (ROOT / "tools/install").read_text()
    code = f"import sys; sys.version_info = (3, 9, 2); sys.version = '3.9.2 (old)'\n{script}"
    env = {**os.environ, "PATH": str(tmp_path)}
    old = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)
    assert old.returncode == 1
    assert re.search(r"needs Python 3\.11 or newer, and .* is 3\.9\.2", old.stderr)


def test_an_old_python_hands_over_to_a_newer_one_on_path(tmp_path):
    """Past one that is there in name only, as a version manager's shims are."""
    shim, newer = tmp_path / "python3.13", tmp_path / "python3.12"
    shim.write_text("#!/bin/sh\nexit 127\n")
    newer.write_text('#!/bin/sh\n[ "$2" = "import venv" ] || echo "asked: $2"\n')
    for program in (shim, newer):
        program.chmod(0o755)
    script = (ROOT / "tools/install").read_text()
    code = f"import sys; sys.version_info = (3, 9, 2)\n{script}"
    env = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    old = subprocess.run([sys.executable, "-c", code, "node"], env=env, capture_output=True, text=True, check=True)
    assert old.stdout == "asked: node\n"


def test_a_python_without_ensurepip_is_told_which_package_has_it(tmp_path, monkeypatch):
    crippled = tmp_path / "python3"
    crippled.write_text("#!/bin/sh\necho 'ensurepip is not available'; exit 1\n")
    crippled.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(crippled))
    monkeypatch.setattr(python, "VENV", tmp_path / ".venv")
    with (tmp_path / "log").open("w") as log, pytest.raises(Problem, match="apt install python3-venv"):
        python.make_venv(log)
    assert "ensurepip is not available" in (tmp_path / "log").read_text()
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize(
    ("libc", "words"),
    [(("glibc", "2.31"), "this system has glibc 2.31"), (("", ""), "another C library")],
)
def test_a_system_that_foundry_does_not_run_on_is_told(libc, words, monkeypatch):
    monkeypatch.setattr(foundry.platform, "libc_ver", lambda: libc)
    monkeypatch.setattr(foundry.sys, "platform", "linux")
    with pytest.raises(Problem, match=f"glibc 2.35 or newer .*{words}"):
        foundry.install_foundry(sys.stderr)


def test_foundrys_packages_are_pinned_by_hash_and_name_no_host():
    config = json.loads(foundry.CONFIG.read_text())
    names = [f"@foundry-rs/{tool}-linux-amd64" for tool in config["tools"]]
    lock = foundry.lock_of(names, config["version"], config["integrity"])
    for name in names:
        assert lock["packages"][f"node_modules/{name}"]["integrity"].startswith("sha512-")
    assert "://" not in json.dumps(lock)


def test_what_is_installed_is_of_the_pinned_version():
    version = json.loads(foundry.CONFIG.read_text())["version"]
    for tool in ("anvil", "forge", "cast"):
        said = subprocess.run([ROOT / ".tools/bin" / tool, "--version"], capture_output=True, text=True, check=True)
        assert version in said.stdout


def test_both_locks_have_the_same_installer():
    pinned = [
        re.search(r"^uv==\S+", (ROOT / lock).read_text(), re.MULTILINE)[0]
        for lock in ("requirements-bootstrap.lock", "requirements-dev.lock")
    ]
    assert pinned[0] == pinned[1]


def test_what_runs_in_production_is_what_is_tested():
    """Each package of requirements.lock stands in requirements-dev.lock at the same version."""
    wanted, tested = (
        dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", (ROOT / lock).read_text(), re.MULTILINE))
        for lock in ("requirements.lock", "requirements-dev.lock")
    )
    assert wanted
    assert wanted.items() <= tested.items()


def test_a_home_that_cannot_be_written_is_replaced(monkeypatch):
    monkeypatch.setenv("HOME", "/nonexistent")
    assert environment()["HOME"] == str(ROOT / ".tools" / "home")


def test_a_link_is_never_missing_while_it_is_replaced(tmp_path):
    for name in ("old", "new"):
        (tmp_path / name).write_text(name)
        link(tmp_path / "bin" / "tool", tmp_path / name)
        assert (tmp_path / "bin" / "tool").read_text() == name
    assert (tmp_path / "bin" / "tool").readlink() == Path("../new")


def test_every_step_has_inputs_that_exist():
    """A folder that was renamed would make its step never due again."""
    for step in STEPS:
        for item in step.inputs:
            assert isinstance(item, str) or item.exists(), f"{step.name}: {item}"
