"""Texts that people typed, as they can be shown anywhere: what is seen is what is stored.

Composed (Unicode NFC); without controls, and without the invisible characters that hide or reorder text: bidirectional
overrides and marks (UAX #9), zero-width characters, tags. Scripts that run from right to left need none of those. The
two joiners stay where a script or an emoji needs them (UAX #31, 2.3).
"""

import re
import unicodedata

JOINERS = "\u200c\u200d"
VISIBLE_FORMATS = set("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
BLANKS = set("\u115f\u1160\u2800\u3164\uffa0")  # letters and symbols that show nothing
_NEWLINES = re.compile("\r\n|[\r\u0085\u2028\u2029]")
_MANY_EMPTY_LINES = re.compile(r"\n{3,}")


def line(text: str) -> str:
    """A text of one line; blanks in a row become one."""
    return " ".join(_clean(_NEWLINES.sub(" ", text).replace("\n", " ")).split())


def paragraphs(text: str) -> str:
    """A text that keeps its lines; at most one of them empty in a row."""
    lines = [part.rstrip() for part in _clean(_NEWLINES.sub("\n", text)).split("\n")]
    return _MANY_EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()


def is_blank(text: str) -> bool:
    """Whether nothing of it can be seen."""
    return all(letter in BLANKS or unicodedata.category(letter)[0] not in "LNPS" for letter in text)


def skeleton(text: str) -> str:
    """What is left of a short text when all that looks alike is made the same: two names with one skeleton are one.

    Case, accents, widths, blanks and what shows nothing do not count (Unicode NFKD). Letters of different scripts that
    look alike are told apart by `mixes_scripts`.
    """
    kept = unicodedata.normalize("NFKD", line(text)).casefold()
    return "".join(letter for letter in kept if letter not in BLANKS and unicodedata.category(letter)[0] in "LNPS")


def mixes_scripts(text: str) -> bool:
    """Whether a text mixes the alphabets whose letters look alike: Latin, Cyrillic and Greek (UTS #39, 5.2)."""
    alphabets = {unicodedata.name(letter, "").partition(" ")[0] for letter in text if letter.isalpha()}
    return len(alphabets & {"LATIN", "CYRILLIC", "GREEK"}) > 1


def _clean(text: str) -> str:
    kept: list[str] = []
    letters = unicodedata.normalize("NFC", text.replace("\t", " "))
    for letter in letters:
        if letter in JOINERS and kept and _joins(kept[-1]):
            kept.append(letter)
        elif _is_shown(letter) and not (_selects(letter) and (not kept or _selects(kept[-1]))):
            if kept and kept[-1] in JOINERS and not _joins(letter):
                kept.pop()
            kept.append(letter)
    if kept and kept[-1] in JOINERS:
        kept.pop()
    return unicodedata.normalize("NFC", "".join(kept))


def _is_shown(letter: str) -> bool:
    category = unicodedata.category(letter)
    if letter == "\n" or letter in VISIBLE_FORMATS:
        return True
    is_noncharacter = category == "Cn" and (0xFDD0 <= ord(letter) <= 0xFDEF or ord(letter) & 0xFFFE == 0xFFFE)
    return category not in ("Cc", "Cf", "Cs") and not is_noncharacter


def _joins(letter: str) -> bool:
    """Whether a joiner beside this letter means something: in scripts that join letters, and between emoji."""
    return not letter.isascii() and letter not in JOINERS and unicodedata.category(letter)[0] in "LMSC"


def _selects(letter: str) -> bool:
    """A variation selector: one chooses how the letter before it looks, a row of them hides a message."""
    return "\ufe00" <= letter <= "\ufe0f" or "\U000e0100" <= letter <= "\U000e01ef"
