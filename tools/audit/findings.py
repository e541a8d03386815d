"""Slither's findings against those that contracts/findings.toml explains. Fails on any other, and on a stale one.

python -m tools.audit.findings
"""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "contracts/cache/audit/out"
EXPLAINED = ROOT / "contracts/findings.toml"


def main() -> None:
    explained = tomllib.loads(EXPLAINED.read_text())
    known = {(entry["check"], entry["where"]) for entry in explained.get("finding", [])}
    findings = slither(exclude=[entry["check"] for entry in explained["without"]])

    new = {key: text for key, text in findings.items() if key not in known}
    stale = known - findings.keys()
    for (check, where), text in new.items():
        print(f"Not explained: {check} at {where}\n{text}\n")
    for check, where in sorted(stale):
        print(f"Explained, but found no more: {check} at {where}")
    if new or stale:
        sys.exit("Mend the contract, or say in contracts/findings.toml why it is right.")
    print(f"{len(findings)} findings, all explained.")


def slither(exclude: list[str]) -> dict[tuple[str, str], str]:
    """What it says, by detector and place. A place is a name, not a line, so that it survives edits elsewhere."""
    environment = os.environ | {"FOUNDRY_PROFILE": "audit"}
    # From nothing: what an earlier build says of a file that is gone would stop Slither.
    shutil.rmtree(BUILD, ignore_errors=True)
    subprocess.run(["forge", "build", "-q", "--force", "contracts/src"], cwd=ROOT, env=environment, check=True)
    command = [str(ROOT / "tools/with-audit"), "slither", ".", "--json", "-", "--fail-none", "--ignore-compile"]
    options = ["--foundry-out-directory", str(BUILD), "--filter-paths", "node_modules", "--exclude", ",".join(exclude)]
    done = subprocess.run(
        [*command, *options], cwd=ROOT, env=environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        sys.exit(f"Slither did not answer:\n{done.stderr}")
    if not answer["success"]:
        sys.exit(f"Slither failed:\n{answer['error']}")
    return {(found["check"], place(found)): found["description"] for found in answer["results"].get("detectors", [])}


def place(finding: dict[str, Any]) -> str:
    """Contract.member of what is complained of, as Slither names it: arguments included."""
    element = finding["elements"][0]
    parts = [element]
    while parent := parts[-1].get("type_specific_fields", {}).get("parent"):
        parts.append(parent)
    names = [part.get("type_specific_fields", {}).get("signature", part["name"]) for part in reversed(parts)]
    return ".".join(name for name in names if not name.endswith(".sol"))


if __name__ == "__main__":
    main()
