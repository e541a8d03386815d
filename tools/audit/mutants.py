"""Does a test fail if the contract is wrong? Each mutant of the core is put to the suites; each that survives them
must be explained in contracts/mutants.toml. Slow: about ten seconds each.

python -m tools.audit.mutants [--jobs N] [--only TEXT] [FILE …]      FILE: RoyaltySplitter.sol, for one
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue

from tools.audit.mutation import Mutant, mutants

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "contracts/cache/mutants"
EXPLAINED = ROOT / "contracts/mutants.toml"

KILLED, STILLBORN, SURVIVED = "killed", "does not compile", "SURVIVED"
UNIT = "contracts/test/*.t.sol"
CAMPAIGN = "contracts/test/invariant/*.t.sol"
FILES = ("RoyaltySplitter.sol", "Market.sol", "Payments.sol", "SignatureVerifier.sol")
AS_SHIPPED = "GasRunsOut|LittleGas"  # counts gas, so it holds for what the slow optimiser makes
ENVIRONMENT = os.environ | {"FOUNDRY_FUZZ_RUNS": "32", "FOUNDRY_INVARIANT_RUNS": "8"}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--jobs", type=int, default=1)
    options.add_argument("--only", default="", help="mutants whose description has this text")
    options.add_argument("files", nargs="*", default=FILES)
    wanted = options.parse_args()

    explained = {(entry["file"], entry["mutant"]) for entry in tomllib.loads(EXPLAINED.read_text()).get("mutant", [])}
    unexplained = 0
    with Desks(wanted.jobs) as desks:
        for file in wanted.files:
            chosen = [mutant for mutant in mutants_of(file) if wanted.only in str(mutant)]
            counts = {KILLED: 0, STILLBORN: 0, "explained": 0, SURVIVED: 0}
            for mutant, fate in desks.judge(file, chosen):
                known = fate == SURVIVED and (file, str(mutant)) in explained
                counts["explained" if known else fate] += 1
                print(f"{'explained' if known else fate:16} {file} {mutant}", flush=True)
            unexplained += counts[SURVIVED]
            print(f"{file}: " + ", ".join(f"{count} {fate}" for fate, count in counts.items()), flush=True)
    if unexplained:
        sys.exit("Write the test that is missing, or say in contracts/mutants.toml why the change is none.")


def mutants_of(file: str) -> list[Mutant]:
    subprocess.run(
        ["forge", "build", "-q", "contracts/src"], cwd=ROOT, env=os.environ | {"FOUNDRY_PROFILE": "audit"}, check=True
    )
    tree = json.loads((ROOT / f"contracts/cache/audit/out/{file}/{Path(file).stem}.json").read_text())["ast"]
    return list(mutants(tree, (ROOT / "contracts/src" / file).read_bytes()))


class Desks:
    """Copies of the contracts to be wrong in, one for each job. Made at first use; what is built there stays."""

    def __init__(self, count: int):
        self.free: Queue[Path] = Queue()
        self.pool = ThreadPoolExecutor(count)
        for number in range(count):
            self.free.put(desk(WORK / str(number)))

    def __enter__(self) -> "Desks":
        return self

    def __exit__(self, *_: object) -> None:
        self.pool.shutdown(cancel_futures=True)

    def judge(self, file: str, wrong: list[Mutant]) -> Iterator[tuple[Mutant, str]]:
        return zip(wrong, self.pool.map(lambda mutant: self.try_out(file, mutant), wrong), strict=True)

    def try_out(self, file: str, mutant: Mutant) -> str:
        place = self.free.get()
        path = place / "contracts/src" / file
        right = path.read_bytes()
        try:
            path.write_bytes(mutant.apply(right))
            return fate(place)
        finally:
            path.write_bytes(right)
            self.free.put(place)


def desk(place: Path) -> Path:
    """As the checkout is now; its tests must pass, or every mutant would seem noticed."""
    for name in ("contracts/src", "contracts/test"):
        shutil.rmtree(place / name, ignore_errors=True)
        shutil.copytree(ROOT / name, place / name, copy_function=shutil.copy2)
    (place / "tools").mkdir(exist_ok=True)
    shutil.copy2(ROOT / "foundry.toml", place)
    shutil.copy2(ROOT / "tools/solc", place / "tools")
    if not (place / "node_modules").exists():
        (place / "node_modules").symlink_to(ROOT / "node_modules")
    if fate(place) != SURVIVED:
        sys.exit("The suites fail on what is no mutant.")
    return place


def fate(place: Path) -> str:
    """The quick suites first. What survives all is compiled as it ships, for the one test that needs that."""
    return (
        test(place, "--match-path", UNIT, "--no-match-contract", "Gas", "--no-match-test", AS_SHIPPED)
        or test(place, "--match-path", CAMPAIGN)
        or test(place, "--match-path", UNIT, "--match-test", AS_SHIPPED, profile="default")
        or SURVIVED
    )


def test(place: Path, *choice: str, profile: str = "mutants") -> str:
    """What became of a mutant in some suites; nothing if they pass. What hangs is wrong too."""
    environment = ENVIRONMENT | {"FOUNDRY_PROFILE": profile}
    command = ["forge", "test", "--fail-fast", *choice]
    try:
        done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, timeout=1200)
    except subprocess.TimeoutExpired:
        return KILLED
    if "Compiler run failed" in done.stdout + done.stderr:
        return STILLBORN
    return KILLED if done.returncode else ""


if __name__ == "__main__":
    main()
