"""What a licence can allow, one bit each, as `Rights.Terms.scopes` carries them.

The bits are the market's vocabulary for ever: a licence sold keeps its meaning, so a bit is never given another.
The words follow the usage categories of CAWG training-and-data-mining 1.1 and RSL 1.0, where "training" is split
by whether the model generates media: a licence for the one does not allow the other.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from marketplace.licensing.errors import UnknownScope


@dataclass(frozen=True, slots=True)
class Scope:
    """One thing that a licence can allow."""

    bit: int
    key: str  # in documents and in the API
    name: str  # on a button
    allows: str  # a whole sentence
    forbids: str  # the sentence where a licence does not include it


AI_TRAIN = Scope(
    1,
    "ai_train",
    "Train AI that does not generate",
    "Use the work to train or fine-tune models that recognise, sort, rank or measure and make no new media.",
    "No training of models that recognise, sort, rank or measure.",
)
AI_GEN_TRAIN = Scope(
    2,
    "ai_gen_train",
    "Train generative AI",
    "Use the work to train or fine-tune models that make new text, images, sound or video.",
    "No training of models that make new text, images, sound or video.",
)
AI_INPUT = Scope(
    4,
    "ai_input",
    "Use as input to AI",
    "Give the work to an AI system as a prompt, a reference or a source to answer from.",
    "No use as a prompt, a reference or a source for an AI system's answers.",
)
AI_INDEX = Scope(
    8,
    "ai_index",
    "Index for AI search",
    "Keep features or embeddings of the work so that search can find it, show a small preview and link to it.",
    "No keeping of features or embeddings of the work for AI search.",
)
DATA_MINING = Scope(
    16,
    "data_mining",
    "Mine for data",
    "Analyse the work by machine, alone or among others, to find patterns, and publish the findings.",
    "No analysis by machine to find patterns.",
)
REMIX = Scope(
    32,
    "remix",
    "Make derivative works",
    "Change the work or build it into new works, and publish those.",
    "No changed versions of the work, and no new works that contain it.",
)

SCOPES = (AI_TRAIN, AI_GEN_TRAIN, AI_INPUT, AI_INDEX, DATA_MINING, REMIX)
_BY_KEY = {scope.key: scope for scope in SCOPES}
ALL = sum(scope.bit for scope in SCOPES)


def in_bits(bits: int) -> tuple[Scope, ...]:
    """The scopes of a bit set, in their usual order. Bits that this site has no words for raise UnknownScope."""
    if bits < 0 or bits & ~ALL:
        raise UnknownScope(f"bits {bits & ~ALL:#x}" if bits > 0 else str(bits))
    return tuple(scope for scope in SCOPES if bits & scope.bit)


def bits_of(keys: Iterable[str]) -> int:
    """The bit set of scopes by their keys. Raises UnknownScope."""
    bits = 0
    for key in keys:
        if key not in _BY_KEY:
            raise UnknownScope(key)
        bits |= _BY_KEY[key].bit
    return bits
