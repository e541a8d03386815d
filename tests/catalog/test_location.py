"""Where a picture was taken: found wherever a file says it, and taken out without touching a pixel."""

import io
import struct
import zlib

import piexif
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from marketplace.catalog import media
from marketplace.catalog.errors import UploadRefused
from marketplace.catalog.imaging import location
from marketplace.catalog.imaging.refusal import Refused
from tests.catalog import pictures
from tests.catalog.pictures import saved

GPS_IFD = 0x8825


def position_of(data: bytes) -> dict:
    """What another program (Pillow) reads of GPS in a file's EXIF."""
    with Image.open(io.BytesIO(data)) as image:
        return dict(image.getexif().get_ifd(GPS_IFD))


def pixels(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        return image.tobytes()


def has_position(data: bytes) -> bool:
    with Image.open(io.BytesIO(data)) as image:
        return location.has_position(data, Image.MIME[image.format])


def erased(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        mime = Image.MIME[image.format]
    changed = bytearray(data)
    location.erase(changed, mime)
    return bytes(changed)


WITH = {
    "jpeg": pictures.gps_jpeg,
    "png": pictures.gps_png,
    "webp": pictures.gps_webp,
    "tiff": pictures.gps_tiff,
    "tiff, the other byte order": lambda: pictures.gps_tiff(">"),
}


@pytest.mark.parametrize("kind", WITH)
def test_a_position_is_found_and_taken_out_and_nothing_else_changes(kind):
    data = WITH[kind]()
    assert position_of(data)
    assert has_position(data)

    without = erased(data)

    assert not has_position(without)
    assert not position_of(without)
    assert len(without) == len(data)
    assert pixels(without) == pixels(data)
    assert b"GPSLatitude" not in without
    differing = sum(a != b for a, b in zip(data, without, strict=True))
    assert differing < 700


def test_the_two_byte_orders_of_a_tiff_are_both_tested():
    assert pictures.gps_tiff()[:2] == b"II"
    assert pictures.gps_tiff(">")[:2] == b"MM"


@pytest.mark.parametrize("kind", ["jpeg", "webp"])
def test_the_rest_of_exif_stays_as_it_was(kind):
    without = erased(WITH[kind]())
    assert not piexif.load(without)["GPS"]
    assert piexif.load(without)["0th"][piexif.ImageIFD.Make] == b"Kamera"
    assert piexif.load(without)["Exif"][piexif.ExifIFD.LensModel] == b"50 mm"
    assert piexif.load(without)["Exif"][piexif.ExifIFD.DateTimeOriginal] == b"2026:11:01 12:00:00"


@pytest.mark.parametrize("byte_order", ["<", ">"])
def test_the_fields_of_a_tiff_around_it_stay(byte_order):
    with Image.open(io.BytesIO(erased(pictures.gps_tiff(byte_order)))) as image:
        assert image.tag_v2[271] == "Kamera"
        assert image.tag_v2[50341] == b"after the pointer to GPS"
        assert b"<dc:creator>Ada</dc:creator>" in image.tag_v2[700]
        assert 34853 not in image.tag_v2


def test_a_png_has_right_checksums_afterwards():
    data = erased(pictures.gps_png())
    at = 8
    while at < len(data):
        size = struct.unpack_from(">I", data, at)[0]
        body = data[at + 4 : at + 8 + size]
        assert struct.unpack_from(">I", data, at + 8 + size)[0] == zlib.crc32(body), body[:4]
        at += 12 + size


# --- wherever it hides --------------------------------------------------------------------------------------------

PLAIN_PNG = pictures.encoded(pictures.scene(40, 30), "PNG")
XMP_TEXT = b"XML:com.adobe.xmp\x00\x00\x00\x00\x00" + pictures.XMP_BERLIN
PACKED_XMP = b"XML:com.adobe.xmp\x00\x01\x00\x00\x00" + zlib.compress(pictures.XMP_BERLIN)
RAW_EXIF = pictures.exif()
RAW_PROFILE = b"\nexif\n%8d\n" % len(RAW_EXIF) + RAW_EXIF.hex().encode() + b"\n"
HIDDEN = {
    "xmp of a jpeg": pictures.with_jpeg_segment(
        pictures.jpeg(40, 30), 0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + pictures.XMP_BERLIN
    ),
    "xmp of a drone": pictures.with_jpeg_segment(
        pictures.jpeg(40, 30),
        0xE1,
        b"http://ns.adobe.com/xap/1.0/\x00"
        b'<rdf:Description drone-dji:GpsLatitude="52.5" drone-dji:GpsLongtitude="13.4"/>',
    ),
    "a second picture behind the first": pictures.jpeg(40, 30) + pictures.gps_jpeg(),
    "xmp text of a png": pictures.with_png_chunk(PLAIN_PNG, b"iTXt", XMP_TEXT),
    "packed xmp text of a png": pictures.with_png_chunk(PLAIN_PNG, b"iTXt", PACKED_XMP),
    "raw profile of a png": pictures.with_png_chunk(
        PLAIN_PNG, b"zTXt", b"Raw profile type exif\x00\x00" + zlib.compress(RAW_PROFILE)
    ),
    "raw profile of a png, as text": pictures.with_png_chunk(
        PLAIN_PNG, b"tEXt", b"Raw profile type APP1\x00" + RAW_PROFILE
    ),
    "exif of a png with its JPEG heading": pictures.with_png_chunk(PLAIN_PNG, b"eXIf", pictures.exif()),
    "behind the end of a png": PLAIN_PNG + pictures.gps_jpeg(),
    "behind the end of a webp": pictures.encoded(pictures.scene(40, 30), "WEBP") + pictures.gps_jpeg(),
}


@pytest.mark.parametrize("place", HIDDEN)
def test_a_position_is_found_and_taken_out_wherever_it_hides(place):
    data = HIDDEN[place]
    assert has_position(data)
    without = erased(data)
    assert not has_position(without)
    assert pixels(without) == pixels(data)
    assert not any(word in without.lower() for word in (b"gpslat", b"gpslon"))


@pytest.mark.parametrize("data", [
    pictures.jpeg(40, 30), pictures.jpeg(40, 30, exif=pictures.exif(gps=False)), PLAIN_PNG, pictures.clear_webp(),
    pictures.thumbnailed_tiff(), pictures.jpeg(40, 30) + bytes(5000) + pictures.HTML,
], ids=range(6))  # fmt: skip
def test_a_picture_without_a_position_has_none_and_is_left_alone(data):
    assert not has_position(data)
    assert erased(data) == data


def test_a_gps_block_that_says_only_its_version_is_no_position():
    """Some cameras write one into every picture."""
    exif = piexif.dump({"GPS": {piexif.GPSIFD.GPSVersionID: (2, 3, 0, 0)}})
    assert not has_position(pictures.jpeg(40, 30, exif=exif))


def test_a_clip_behind_the_picture_that_says_where_keeps_its_place_and_we_say_so():
    data = pictures.jpeg(40, 30) + b"\0\0\0\x18ftypmp42" + bytes(40) + b"\xa9xyz\0\x12\x15\xc7+52.5200+013.4050/"
    assert has_position(data)
    with pytest.raises(Refused, match="keep the position") as caught:
        erased(data)
    assert caught.value.code == "location-stays"


def test_a_position_that_shares_its_bytes_with_the_picture_stays_and_we_say_so():
    """A file made like that on purpose: taking the place out would take a part of the picture out."""
    data = bytearray(pictures.gps_tiff())
    at = 4
    directory = struct.unpack_from("<I", data, at)[0]
    entries = {
        struct.unpack_from("<H", data, directory + 2 + 12 * n)[0]: directory + 2 + 12 * n
        for n in range(struct.unpack_from("<H", data, directory)[0])
    }
    strips = struct.unpack_from("<I", data, entries[0x0111] + 8)[0]
    gps = struct.unpack_from("<I", data, entries[GPS_IFD] + 8)[0]
    size = 2 + 12 * struct.unpack_from("<H", data, gps)[0]
    data[strips : strips + size] = data[gps : gps + size]
    struct.pack_into("<I", data, entries[GPS_IFD] + 8, strips)
    with pytest.raises(Refused, match="without damaging the picture"):
        location.erase(data, "image/tiff")


# --- files that were made to hurt -----------------------------------------------------------------------------------


@given(st.binary(max_size=600), st.sampled_from([b"II*\x00\x08\x00\x00\x00", b"MM\x00*\x00\x00\x00\x08"]))
def test_any_bytes_as_a_tiff_are_read_without_harm(tail, head):
    data = bytearray(head + tail)
    try:
        location.erase(data, "image/tiff")
    except Refused:
        return
    assert len(data) == len(head + tail)
    assert not location.has_position(data, "image/tiff")


@given(st.integers(0, 2000), st.binary(min_size=1, max_size=8), st.sampled_from(["jpeg", "png", "webp", "tiff"]))
def test_a_damaged_file_is_read_or_refused(at, garbage, kind):
    data = bytearray(WITH[kind]())
    at %= len(data)
    data[at : at + len(garbage)] = garbage
    try:
        location.erase(data, f"image/{kind}")
    except Refused as refused:
        assert refused.message


def test_directories_that_point_in_a_circle_end():
    directory = struct.pack("<HHHII", 1, 0x8769, 4, 1, 8) + struct.pack("<I", 8)
    assert not location.has_position(b"II*\x00\x08\x00\x00\x00" + directory, "image/tiff")


# --- through the process that does it --------------------------------------------------------------------------------


def test_the_process_writes_a_copy_and_leaves_the_file(tmp_path):
    file, copy = saved(tmp_path, pictures.gps_jpeg()), tmp_path / "copy"
    media.erase_location(file, copy, "image/jpeg")
    assert file.read_bytes() == pictures.gps_jpeg()
    assert copy.read_bytes() == erased(pictures.gps_jpeg())


def test_the_process_says_why_it_cannot(tmp_path):
    clip = pictures.jpeg(40, 30) + b"\xa9xyz+52.5200+013.4050/"
    with pytest.raises(UploadRefused) as caught:
        media.erase_location(saved(tmp_path, clip), tmp_path / "copy", "image/jpeg")
    assert caught.value.code == "location-stays"
