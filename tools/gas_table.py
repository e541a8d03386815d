"""The gas figures of contracts/snapshots as tables: printed, and put into docs/benchmarks.md.

python -m tools.gas_table
"""

import json
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SNAPSHOTS = ROOT / "contracts/snapshots"
PAGE = ROOT / "docs/benchmarks.md"
START, END = "<!-- gas: written by make bench-gas -->\n", "<!-- gas: end -->\n"

COLUMNS = {
    "1 | test USDC": "1",
    "100 | test USDC": "100",
    "10000 | test USDC": "10,000",
    "100 | proxied": "100, USDC's shape",
    "100 | bare": "100, no blacklist",
}
# What each may cost at most, in a token without a blacklist; where there is none, there is no aim.
AIMS = {
    "purchase, new licensee": 150_000,
    "purchase, again": 115_000,
    "push, paid before, per holder": 22_000,
    "push of 9 works, paid before, per pair": 11_000,
    "claim, first": 80_000,
    "claim, paid before": 63_000,
    "share transfer, both stale": 55_000,
    "redeem 50 vouchers, each": 16_000,
}
EDGES = ("Meter", "Streams", "Collections", "Remix", "Invoices")


def main() -> None:
    tables = beside_peers() + "\n" + at_the_edges()
    print(tables, end="")
    page = PAGE.read_text()
    before, rest = page.split(START)
    PAGE.write_text(before + START + tables + END + rest.split(END)[1])


def read(name: str) -> dict[str, int]:
    return {what: int(gas) for what, gas in json.loads((SNAPSHOTS / f"{name}.json").read_text()).items()}


def beside_peers() -> str:
    """A row for each operation, ours first; a dash where there is no such case."""
    cells: dict[str, dict[str, int]] = {}
    for key, gas in read("Bench").items():
        name, column = key.split(" | ", 1)
        cells.setdefault(name, {})[column] = gas
    rows = []
    for name in sorted(cells, key=lambda name: (is_peer(name), name)):
        figures = [f"{cells[name][column]:,}" if column in cells[name] else "–" for column in COLUMNS]
        rows.append([f"*{name}*" if is_peer(name) else name, *figures, aim(name)])
    return table(["gas, holders of the work:", *COLUMNS.values(), "aim"], rows)


def at_the_edges() -> str:
    rows = [[edge, what, f"{gas:,}", aim(what)] for edge in EDGES for what, gas in read(edge).items()]
    return table(["edge", "operation, in test USDC", "gas", "aim"], rows)


def table(head: list[str], rows: list[list[str]]) -> str:
    """In Markdown; columns of figures to the right."""
    rule = [
        "---:" if all(set(cell) <= set("0123456789,–") for cell in column) else "---"
        for column in zip(*rows, strict=True)
    ]
    return "".join(f"| {' | '.join(row)} |\n" for row in [head, rule, *rows])


def aim(name: str) -> str:
    return f"{AIMS[name]:,}" if name in AIMS else ""


def is_peer(name: str) -> bool:
    return ":" in name


if __name__ == "__main__":
    main()
