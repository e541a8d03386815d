"""What the Solidity compiler made (`contracts/out`): bytecode to deploy, and how to recognise it on a chain."""

import json
from dataclasses import dataclass
from functools import cache

from django.conf import settings


class NotBuilt(Exception):
    """The contracts are not compiled."""


@dataclass(frozen=True)
class Artifact:
    """One compiled contract; both codes are 0x-prefixed."""

    creation: str
    runtime: str
    immutables: tuple[tuple[int, int], ...]  # (start, length) in bytes: filled in by the constructor

    def is_at(self, code: str) -> bool:
        """Whether the code on a chain is this contract, whatever its immutable values are."""
        return len(code) == len(self.runtime) and self._blank(code.lower()) == self._blank(self.runtime.lower())

    def _blank(self, code: str) -> str:
        raw = bytearray.fromhex(code.removeprefix("0x"))
        for start, length in self.immutables:
            raw[start : start + length] = bytes(length)
        return raw.hex()


@cache
def artifact(contract: str) -> Artifact:
    """A compiled contract by its name. Raises NotBuilt."""
    path = settings.BASE_DIR / "contracts" / "out" / f"{contract}.sol" / f"{contract}.json"
    try:
        data = json.loads(path.read_text())
    except FileNotFoundError:
        raise NotBuilt(f"The contracts are not compiled: {path} is missing. Run: make up, or forge build.") from None
    runtime = data["deployedBytecode"]
    places = (place for places in runtime.get("immutableReferences", {}).values() for place in places)
    return Artifact(
        creation=data["bytecode"]["object"],
        runtime=runtime["object"],
        immutables=tuple(sorted((place["start"], place["length"]) for place in places)),
    )
