"""Installs into the checkout: virtual environment, Node packages, Foundry, built contracts and front end."""

import fcntl
import shutil
import subprocess
import sys

from tools.installer.shell import ROOT, Problem
from tools.installer.steps import STAMPS, STEPS, Step
from tools.progress import fail, say, step

LOG = ROOT / "var" / "log" / "install.log"
ROOM_MB = 1500  # what an installation takes


def main(arguments: list[str]) -> None:
    """Runs each step of STEPS (or those named) that is not up to date. A step builds on those before it."""
    force = "--force" in arguments
    wanted = [name for name in arguments if name != "--force"]
    names = [each.name for each in STEPS]
    if unknown := sorted(set(wanted) - set(names)):
        fail(f"No such step: {', '.join(unknown)}. There are: {', '.join(names)}.")
    STAMPS.mkdir(parents=True, exist_ok=True)
    with (STAMPS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two at once would undo each other's work
        chosen = [each for each in STEPS if not wanted or each.name in wanted]
        if due := [each for each in chosen if force or not each.is_done()]:
            _work_through(due)


def _work_through(due: list[Step]) -> None:
    LOG.parent.mkdir(parents=True, exist_ok=True)
    say(f"Installing into this checkout; the details are in {LOG.relative_to(ROOT)}")
    with LOG.open("w", buffering=1) as log:
        for each in due:
            log.write(f"\n== {each.title}\n")
            try:
                with step(each.title):
                    each.do(log)
            except Problem as problem:
                fail(str(problem))
            except KeyboardInterrupt:
                sys.exit(130)
            except (subprocess.CalledProcessError, OSError) as error:
                log.write(f"{error}\n")
                _give_up(each)


def _give_up(failed: Step) -> None:
    for line in LOG.read_text(errors="replace").splitlines()[-25:]:
        say(f"    {line}")
    free = shutil.disk_usage(LOG.parent).free // 2**20
    room = f" This disk has {free} MB left; about {ROOM_MB} MB are needed." if free < ROOM_MB else ""
    fail(
        f"“{failed.title}” did not work; above is the end of {LOG.relative_to(ROOT)}.{room}\n"
        "What was installed so far is kept: once the cause is cured, run the same command again."
    )
