"""The GPS part of a TIFF structure, which is what EXIF is in every container (TIFF 6.0; EXIF 2.32, 4.6.6).

It is erased in place: values are zeroed, the pointer to them is taken out of its directory, every other byte stays
where it was. So nothing that refers to an offset breaks, and no pixel is touched.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from .refusal import Refused

GPS, EXIF, SUB_IFDS, XMP = 0x8825, 0x8769, 0x014A, 0x02BC
STRIPS, STRIP_SIZES, TILES, TILE_SIZES = 0x0111, 0x0117, 0x0144, 0x0145
POSITION = {1, 2, 3, 4, 19, 20, 21, 22, 28}  # tags of a GPS directory that say where, or where to
MAX_DIRECTORIES = 100
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}  # of a value, by type


@dataclass(frozen=True, slots=True)
class Entry:
    """A field of a directory."""

    at: int  # where its 12 bytes are
    tag: int
    type: int
    count: int
    start: int  # where its value is
    end: int


class Tiff:
    """A TIFF structure between two offsets of a buffer. What lies outside of it is not read, whatever it says."""

    def __init__(self, data, start: int, end: int):
        self.data = data
        self.start = start
        self.end = min(end, len(data))
        self.order = "<" if data[start : start + 2] == b"II" else ">"
        self.valid = data[start : start + 4] in (b"II*\x00", b"MM\x00*")

    def has_position(self) -> bool:
        """Whether a GPS directory says where."""
        return any(
            entry.tag in POSITION
            for _, pointer in self._gps_pointers()
            for entry in self._entries(self._target(pointer))
        )

    def erase_gps(self) -> None:
        """Takes every GPS directory out. Raises Refused if its bytes are also those of something else."""
        kept = [span for directory in self.directories() for span in self._spans(directory)]
        kept.append((self.start, self.start + 8))
        while found := next(self._gps_pointers(), None):
            directory, pointer = found
            for start, end in list(self._gps_spans(self._target(pointer))):
                if any(start < kept_end and kept_start < end for kept_start, kept_end in kept):
                    raise Refused(
                        "location-stays",
                        "The position cannot be taken out of this file without damaging the picture. Remove it with "
                        "a picture program and upload that file, or keep the position.",
                    )
                self.data[start:end] = bytes(end - start)
            self._remove(directory, pointer)

    def xmp(self) -> Iterator[tuple[int, int]]:
        """Where XMP packets lie."""
        for directory in self.directories():
            for entry in self._entries(directory):
                if entry.tag == XMP:
                    yield entry.start, entry.end

    def directories(self) -> Iterator[int]:
        """Where the directories are: the chain of pages, and those for EXIF and sub-pictures under each."""
        if not self.valid:
            return
        waiting = [self.start + self._number(self.start + 4, 4)]
        seen: set[int] = set()
        while waiting and len(seen) < MAX_DIRECTORIES:
            directory = waiting.pop()
            if directory in seen or not self.start + 8 <= directory <= self.end - 2:
                continue
            seen.add(directory)
            yield directory
            entries = list(self._entries(directory))
            for entry in entries:
                if entry.tag in (EXIF, SUB_IFDS):
                    waiting += [self.start + offset for offset in self._numbers(entry)]
            chain = directory + 2 + 12 * self._number(directory, 2)
            if chain + 4 <= self.end:
                waiting.append(self.start + self._number(chain, 4))

    def value(self, directory: int, tag: int) -> int:
        """The first number of a field of a directory; 0 without it."""
        for entry in self._entries(directory):
            if entry.tag == tag:
                return next(iter(self._numbers(entry)), 0)
        return 0

    def _gps_pointers(self) -> Iterator[tuple[int, Entry]]:
        for directory in self.directories():
            for entry in self._entries(directory):
                if entry.tag == GPS and entry.end - entry.start == 4:
                    yield directory, entry

    def _target(self, pointer: Entry) -> int:
        return self.start + self._number(pointer.start, 4)

    def _entries(self, directory: int) -> Iterator[Entry]:
        if not self.start + 8 <= directory <= self.end - 2:
            return
        for index in range(self._number(directory, 2)):
            at = directory + 2 + 12 * index
            if at + 12 > self.end:
                return
            tag, kind, count = struct.unpack_from(self.order + "HHI", self.data, at)
            size = _SIZES.get(kind, 1) * count
            start = at + 8 if size <= 4 else self.start + self._number(at + 8, 4)
            if start + size <= self.end:
                yield Entry(at, tag, kind, count, start, start + size)

    def _remove(self, directory: int, entry: Entry) -> None:
        count = self._number(directory, 2)
        after = directory + 2 + 12 * count + 4  # the entries, and the offset of the next directory
        if after > self.end:  # cut off before that offset, as some writers do
            after -= 4
        rest = bytes(self.data[entry.at + 12 : after])
        self.data[entry.at : after] = rest + bytes(12)
        struct.pack_into(self.order + "H", self.data, directory, count - 1)

    def _gps_spans(self, directory: int) -> Iterator[tuple[int, int]]:
        entries = list(self._entries(directory))
        yield from ((entry.start, entry.end) for entry in entries)
        if entries:
            yield directory, entries[-1].at + 12

    def _spans(self, directory: int) -> Iterator[tuple[int, int]]:
        """What a directory of the picture occupies: its table, its values, and the pixels that it points to."""
        yield directory, directory + 2 + 12 * self._number(directory, 2)
        fields = {entry.tag: entry for entry in self._entries(directory)}
        yield from ((entry.start, entry.end) for entry in fields.values())
        for places, sizes in ((STRIPS, STRIP_SIZES), (TILES, TILE_SIZES)):
            if places in fields and sizes in fields:
                pairs = zip(self._numbers(fields[places]), self._numbers(fields[sizes]), strict=False)
                yield from ((self.start + place, self.start + place + size) for place, size in pairs)

    def _numbers(self, entry: Entry) -> Iterator[int]:
        width = _SIZES.get(entry.type, 1)
        if entry.type in (3, 4, 13):
            yield from (self._number(at, width) for at in range(entry.start, entry.end, width))

    def _number(self, at: int, width: int) -> int:
        return struct.unpack_from(self.order + ("H" if width == 2 else "I"), self.data, at)[0]
