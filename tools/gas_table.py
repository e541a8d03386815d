"""The gas figures of contracts/snapshots/Bench.json as one table: printed, and put into docs/benchmarks.md.

python -m tools.gas_table
"""

import json
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIGURES = ROOT / "contracts/snapshots/Bench.json"
PAGE = ROOT / "docs/benchmarks.md"
START, END = "<!-- gas: written by make bench-gas -->\n", "<!-- gas: end -->\n"

COLUMNS = {"1 | plain": "1", "100 | plain": "100", "10000 | plain": "10,000", "100 | proxied": "100, USDC's shape"}
# What each may cost at most, test USDC; where there is none, there is no aim.
AIMS = {
    "purchase, new licensee": 150_000,
    "purchase, again": 115_000,
    "push, paid before, per holder": 22_000,
    "push of 9 works, paid before, per pair": 11_000,
    "claim, first": 80_000,
    "claim, paid before": 63_000,
    "share transfer, both stale": 55_000,
}


def main() -> None:
    table = render(json.loads(FIGURES.read_text()))
    print(table)
    page = PAGE.read_text()
    before, rest = page.split(START)
    PAGE.write_text(before + START + table + END + rest.split(END)[1])


def render(figures: dict[str, str]) -> str:
    """A Markdown table, a row for each operation, ours first; a dash where there is no such case."""
    cells: dict[str, dict[str, int]] = {}
    for key, gas in figures.items():
        name, column = key.split(" | ", 1)
        cells.setdefault(name, {})[column] = int(gas)
    lines = [
        "| gas, holders of the work: | " + " | ".join(COLUMNS.values()) + " | aim |",
        "| --- |" + " ---: |" * (len(COLUMNS) + 1),
    ]
    for name in sorted(cells, key=lambda name: (is_peer(name), name)):
        row = [f"{cells[name][column]:,}" if column in cells[name] else "–" for column in COLUMNS]
        aim = f"{AIMS[name]:,}" if name in AIMS else ""
        lines.append(f"| {f'*{name}*' if is_peer(name) else name} | {' | '.join(row)} | {aim} |")
    return "\n".join(lines) + "\n"


def is_peer(name: str) -> bool:
    return ":" in name


if __name__ == "__main__":
    main()
