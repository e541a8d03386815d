"""python -m tools.stack [up [--without-seed] | reset]"""

import shutil
import sys

from tools.progress import fail, say
from tools.stack import record
from tools.stack.chain import CHAIN_ID
from tools.stack.keys import ensure_keys
from tools.stack.places import DEPLOYMENTS, VAR, shown
from tools.stack.supervisor import Supervisor


def up(*, seed: bool) -> int:
    """Starts everything and stays until somebody stops it."""
    with record.take_lock():
        ensure_keys()
        if ended := record.clear_leftovers():
            say(f"  Ended {ended} programs that an earlier start had left behind.")
        return Supervisor().up(seed=seed)


def reset() -> int:
    """Forgets all state of this installation."""
    with record.take_lock():
        record.clear_leftovers()
        shutil.rmtree(VAR)
        (DEPLOYMENTS / f"{CHAIN_ID}.json").unlink(missing_ok=True)
    say(f"Forgotten: {shown(VAR)} and where the contracts were on the local chain. `make up` starts afresh.")
    return 0


def main(arguments: list[str]) -> int:
    try:
        match arguments:
            case [] | ["up"]:
                return up(seed=True)
            case ["up", "--without-seed"]:
                return up(seed=False)
            case ["reset"]:
                return reset()
            case _:
                fail(f"Usage: {__doc__}")
    except record.AlreadyRunning:
        now = record.read()
        place = f", at {now['url']} (process {now['pid']})" if now else ""
        say(f"Mintmark is running in this checkout already{place}. Ctrl-C where it was started stops it.")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
