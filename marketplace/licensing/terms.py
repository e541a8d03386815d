"""The terms of a licence: presets for the form, and the document that a licence's id commits to.

The document is canonical JSON (RFC 8785) in the content store; its sha2-256 is `Rights.Terms.document`. It depends
on the work and on what is enforced alone, so two offers of the same rights are offers of the same licence.
"""

from dataclasses import dataclass
from typing import Any

from eth_utils import to_checksum_address

from marketplace.catalog.models import Work
from marketplace.chain.deployments import Deployment
from marketplace.licensing import scopes
from marketplace.licensing.errors import BadTerms

SCHEMA = "mintmark/terms@1"
DAY = 86_400  # seconds
DEFAULT_DURATION_DAYS = 365
MAX_DURATION_DAYS = 36_500
SHARES = 1_000_000  # of every work
MAX_REMIX_SHARES = SHARES // 2  # all parents of a remix together get no more


@dataclass(frozen=True, slots=True)
class Remixes:
    """What a creator asks of those who make new works from theirs."""

    shares: int = 0  # of each, of SHARES, for the address of the first work
    approval: bool = False  # whether the creator signs for each


NOTHING_ASKED = Remixes()


@dataclass(frozen=True, slots=True)
class Preset:
    """A ready choice of uses, for the form."""

    key: str
    name: str
    summary: str
    scopes: int


PRESETS = (
    Preset(
        "train",
        "Train a model",
        "A company may train models on the work, including models that generate. It may not show the work to anyone.",
        scopes.AI_TRAIN.bit | scopes.AI_GEN_TRAIN.bit | scopes.DATA_MINING.bit,
    ),
    Preset(
        "reference",
        "Use as a reference",
        "An AI system may look the work up and answer from it. No model may be trained on it.",
        scopes.AI_INPUT.bit | scopes.AI_INDEX.bit,
    ),
    Preset(
        "both",
        "Train and reference",
        "Both of these: training, and looking the work up when answering.",
        scopes.AI_TRAIN.bit
        | scopes.AI_GEN_TRAIN.bit
        | scopes.DATA_MINING.bit
        | scopes.AI_INPUT.bit
        | scopes.AI_INDEX.bit,
    ),
    Preset(
        "remix",
        "Make new works from it",
        "A person or a company may change the work and publish what they make of it. No AI use.",
        scopes.REMIX.bit,
    ),
)


def seconds(duration_days: int | None) -> int:
    """A duration as the contract counts it: seconds a unit; 0, for None, is for ever. Raises BadTerms."""
    if duration_days is None:
        return 0
    if not 1 <= duration_days <= MAX_DURATION_DAYS:
        raise BadTerms(f"A licence lasts from 1 to {MAX_DURATION_DAYS:,} days, or for ever.")
    return duration_days * DAY


def document(
    work: Work, *, allowed: int, duration: int, deployment: Deployment, remixes: Remixes = NOTHING_ASKED
) -> dict[str, Any]:
    """The full terms of a licence of `work`: scope bits `allowed`, `duration` in seconds a unit (0: for ever).

    `remixes` is for a licence that allows them. Raises UnknownScope for bits without words, BadTerms for none.
    """
    chosen = scopes.in_bits(allowed)
    if not chosen:
        raise BadTerms("Choose at least one use: a licence that allows nothing cannot be sold.")
    may_remix = scopes.REMIX in chosen
    if not may_remix and remixes != NOTHING_ASKED:
        raise BadTerms("This licence allows no new works from this one, so it cannot ask for a part of them.")
    if not 0 <= remixes.shares <= MAX_REMIX_SHARES:
        raise BadTerms("You can ask for at most half of each new work.")
    title = work.metadata.title
    licensor = to_checksum_address(work.licensor)
    lasts = duration_words(duration)
    return {
        "schema": SCHEMA,
        "work": {
            "chain": f"eip155:{deployment.chain_id}",
            "contract": to_checksum_address(deployment.rights),
            "token": str(work.token_id),
            "title": title,
            "content": {"sha256": work.content.removeprefix("0x")},
        },
        "licensor": licensor,
        "scopes": [{"key": s.key, "bit": s.bit, "name": s.name, "allows": s.allows} for s in chosen],
        "scopeBits": allowed,
        "usage": usage(allowed),
        "remix": {"shares": remixes.shares, "of": SHARES, "approval": remixes.approval} if may_remix else None,
        "duration": {"seconds": duration, "words": lasts},
        "units": _units(duration),
        "transferable": False,
        "exclusive": False,
        "attribution": _ATTRIBUTION,
        "notAllowed": [s.forbids for s in scopes.SCOPES if s not in chosen] + list(_NEVER),
        "text": _text(title, licensor, lasts, _remix(remixes) if may_remix else ""),
    }


def usage(allowed: int) -> dict[str, str]:
    """Every use that we have a word for, "allow" or "deny": for machines that read terms."""
    return {scope.key: "allow" if allowed & scope.bit else "deny" for scope in scopes.SCOPES}


def duration_words(duration: int) -> str:
    """A duration in seconds, in words: "365 days", "for ever"."""
    if duration == 0:
        return "for ever"
    days, rest = divmod(duration, DAY)
    if rest:
        return f"{duration:,} seconds"
    return "1 day" if days == 1 else f"{days:,} days"


def _units(duration: int) -> str:
    if duration == 0:
        return "One unit is one licence for one licensee. It never ends, so one is enough."
    return (
        f"One unit is one licence for one licensee for {duration_words(duration)}, counted from the purchase. "
        "Further units lengthen it, one after the other, and never shorten it."
    )


_ATTRIBUTION = (
    "Name the creator and the title wherever the work itself, or a part that people would recognise, is shown. "
    "List the work in the documentation of training data where the law or your own practice asks for such a list."
)
_NEVER = (
    "Selling, lending or publishing the original file, or giving it to anyone who does not work for you.",
    "Claiming to have made the work, or that its creator approves of what you make with it.",
    "Handing this licence to anyone else.",
)


def _remix(asked: Remixes) -> str:
    """What whoever makes a new work from this one has to do."""
    part = f"{asked.shares // 10_000}.{asked.shares % 10_000:04}".rstrip("0").rstrip(".")
    return " ".join(
        [
            "Whoever makes a new work from this one and mints it registers this one as its parent.",
            f"They give {part} % of its shares to this work's own address, so that the holders of this work earn that "
            "part of what the new one earns, for ever."
            if asked.shares
            else "The licensor asks for no part of what the new work earns.",
            "The licensor agrees to each new work first, by a signature."
            if asked.approval
            else "Nobody need be asked.",
        ]
    )


def _text(title: str, licensor: str, lasts: str, remix: str) -> list[str]:
    """The terms as paragraphs that a person can read in a minute. `remix`: "" if there are to be none."""
    term = "It never ends." if lasts == "for ever" else f"It lasts {lasts} for each unit bought."
    return [
        (
            f"{licensor} (the licensor) made “{title}” (the work), or speaks for those who did, and grants whoever "
            "bought this licence (the licensee) the uses listed under “scopes”, anywhere in the world. "
            "All other uses stay with the licensor."
        ),
        (
            f"{term} It is not exclusive: others may buy the same. It begins when the contract records the purchase, "
            "and that record is the proof of it. The licensor cannot end it early while the licensee keeps to it."
        ),
        (
            "What the licensee made within these terms while the licence ran, such as a trained model, may stay in use "
            "afterwards. New training, new copies and new answers drawn from the work need a licence that is running."
        ),
        *([remix] if remix else []),
        (
            "The licensee may copy the work as far as these uses need it, and may have service providers do so on its "
            "behalf, who then keep to the same terms. Copies that are no longer needed are deleted."
        ),
        (
            "The price was paid once and in full. It belongs to those who held shares of the work at that moment, and "
            "is not paid back, unless the licensor had no right to grant this licence: then the licensee may ask the "
            "licensor for the price, and must stop using the work."
        ),
        (
            "The work comes as it is. The licensor promises to be entitled to grant this licence, and nothing more. "
            "Neither side owes the other more than the price, except for harm done on purpose."
        ),
        (
            "This site and the contract keep the record and move the money. They are no party to the licence. Where a "
            "law gives either side rights that cannot be signed away, those rights stay."
        ),
    ]
