"""Pictures of every kind, as the limited process reads them: what is taken, what is shown of it, what is refused."""

import resource
import struct
import time
import zlib

import pytest
from PIL import Image

from marketplace.catalog import media
from marketplace.catalog.errors import Busy, UploadRefused
from tests.catalog import pictures
from tests.catalog.pictures import saved

PICTURES = sorted((pictures.SEEDS).glob("*.[jp][pn]g"))


@pytest.fixture
def examine(tmp_path):
    """Reads bytes as an upload; gives the facts and the previews, opened, by (name, kind)."""

    def read(data: bytes):
        folder = tmp_path / "previews"
        folder.mkdir(exist_ok=True)
        found = media.examine(saved(tmp_path, data), folder)
        return found, {(p.name, p.mime.rpartition("/")[2]): Image.open(p.file) for p in found.previews}

    return read


def refusal(examine, data: bytes) -> UploadRefused:
    with pytest.raises(UploadRefused) as caught:
        examine(data)
    return caught.value


# --- what is taken ------------------------------------------------------------------------------------------------


def test_a_camera_picture_is_shown_in_two_widths_within_two_seconds_of_work(examine):
    data = pictures.camera_jpeg()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    found, previews = examine(data)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    took = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime  # by the clock, neighbours count too
    assert (found.mime, found.width, found.height) == ("image/jpeg", 6000, 4000)
    assert {key: image.size for key, image in previews.items()} == {
        ("page", "webp"): (1600, 1067),
        ("page", "jpeg"): (1600, 1067),
        ("card", "webp"): (640, 427),
    }
    assert took < 2


def test_the_facts_of_a_preview_are_those_of_its_file(examine):
    found, previews = examine(pictures.jpeg())
    for preview in found.previews:
        image = previews[preview.name, preview.mime.rpartition("/")[2]]
        assert image.size == (preview.width, preview.height)
        assert Image.MIME[image.format] == preview.mime


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.name)
def test_the_seed_pictures_are_taken(examine, path):
    found, previews = examine(path.read_bytes())
    with Image.open(path) as image:
        assert (found.width, found.height) == image.size
    assert len(previews) == 3


def test_there_are_seed_pictures():
    assert len(PICTURES) >= 6


def test_a_small_picture_is_not_blown_up(examine):
    _, previews = examine(pictures.jpeg(80, 60))
    assert {image.size for image in previews.values()} == {(80, 60)}


def test_a_very_tall_picture_is_bounded_in_height_too(examine):
    _, previews = examine(pictures.encoded(Image.new("RGB", (10, 30_000)), "PNG"))
    assert previews["page", "webp"].height == 3200
    assert previews["card", "webp"].height == 1280


def test_sixteen_bits_a_channel_keep_their_tones(examine):
    for colour in (True, False):
        _, previews = examine(pictures.deep_png(colour))
        page = previews["page", "jpeg"].convert("RGB")
        top, middle, bottom = (page.getpixel((300, y))[0] for y in (2, 200, 397))
        assert top > 245
        assert 110 < middle < 145
        assert bottom < 10


def test_cmyk_is_shown_in_the_right_colours(examine):
    for data in (pictures.cmyk_jpeg(), pictures.cmyk_jpeg(pictures.SRGB)):  # the second profile is none for CMYK
        _, previews = examine(data)
        red, green, blue = previews["page", "webp"].convert("RGB").getpixel((400, 300))
        assert red > 200
        assert green < 60
        assert blue < 60


def test_a_colour_profile_is_applied_and_not_kept(examine):
    """A profile whose red is sRGB's blue stands for any other."""
    swapped = Image.new("RGB", (100, 100), "red")
    _, previews = examine(pictures.encoded(swapped, "PNG", icc_profile=pictures.red_is_blue()))
    page = previews["page", "webp"]
    red, _, blue = page.convert("RGB").getpixel((50, 50))
    assert blue > 200 > 60 > red
    assert "icc_profile" not in page.info


def test_a_profile_that_makes_no_sense_is_left_aside(examine):
    _, previews = examine(pictures.encoded(Image.new("RGB", (100, 100), "red"), "PNG", icc_profile=b"x" * 200))
    red, _, blue = previews["page", "webp"].convert("RGB").getpixel((50, 50))
    assert red > 200 > 60 > blue


def test_lab_is_shown_in_the_right_colours(examine):
    lab = Image.new("LAB", (100, 100), (136, 208, 195))  # sRGB's red, as bytes of CIE L*a*b*
    _, previews = examine(pictures.encoded(lab, "TIFF"))
    red, green, blue = previews["page", "webp"].convert("RGB").getpixel((50, 50))
    assert red > 200 > 60 > max(green, blue)


def test_transparency_is_kept_where_it_can_be_and_white_where_not(examine):
    _, previews = examine(pictures.clear_webp())
    for name in ("page", "card"):
        image = previews[name, "webp"]
        assert image.mode == "RGBA"
        assert image.getpixel((0, 0))[3] == 0
        assert image.getpixel((image.width // 2, image.height // 2))[3] == 255
    assert previews["page", "jpeg"].getpixel((0, 0)) == (255, 255, 255)


def test_a_palette_with_one_clear_colour_is_transparent(examine):
    picture = pictures.scene(100, 100).quantize(8)
    _, previews = examine(pictures.encoded(picture, "PNG", transparency=picture.getpixel((0, 0))))
    assert previews["page", "webp"].convert("RGBA").getpixel((0, 0))[3] < 128


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_png_is_taken(examine, mode):
    _, previews = examine(pictures.encoded(pictures.scene(64, 48, "L").convert(mode), "PNG"))
    assert previews["page", "webp"].size == (64, 48)


@pytest.mark.parametrize(("mode", "compression"), [
    ("1", "group4"), ("L", "packbits"), ("RGB", None), ("RGB", "tiff_lzw"), ("RGB", "tiff_adobe_deflate"),
    ("RGB", "jpeg"), ("RGBA", None), ("CMYK", "tiff_lzw"), ("YCbCr", None), ("F", None), ("I;16", None),
])  # fmt: skip
def test_every_kind_of_tiff_is_taken(examine, mode, compression):
    picture = pictures.scene(64, 48, mode if mode in ("CMYK", "YCbCr", "RGBA") else "L").convert(mode)
    found, previews = examine(pictures.encoded(picture, "TIFF", compression=compression))
    assert found.mime == "image/tiff"
    assert previews["page", "webp"].size == (64, 48)


def test_a_picture_is_shown_the_way_it_was_held(examine):
    found, previews = examine(pictures.rotated_jpeg())
    assert (found.width, found.height) == (400, 800)
    for image in previews.values():
        assert image.size == (400, 800)
        red, _, blue = image.convert("RGB").getpixel((200, 50))
        assert red > 200 > 60 > blue
        red, _, blue = image.convert("RGB").getpixel((200, 700))
        assert blue > 200 > 60 > red


@pytest.mark.parametrize(("kind", "orientation"), [
    *(("JPEG", orientation) for orientation in range(1, 9)),
    *((kind, orientation) for kind in ("PNG", "WEBP", "TIFF") for orientation in (3, 6, 7)),
])  # fmt: skip
def test_every_orientation_of_every_kind_ends_upright(examine, orientation, kind):
    exif = Image.Exif()
    exif[0x0112] = orientation
    found, previews = examine(pictures.encoded(Image.new("RGB", (2000, 1000), "teal"), kind, exif=exif))
    upright = (2000, 1000) if orientation < 5 else (1000, 2000)
    assert (found.width, found.height) == upright
    assert previews["page", "jpeg"].size == ((1600, 800) if orientation < 5 else (1000, 2000))


def test_previews_carry_nothing_but_pixels(examine):
    data = pictures.encoded(
        pictures.scene(900, 700), "JPEG", exif=pictures.exif(), icc_profile=pictures.SRGB, comment=b"secret",
        xmp=pictures.XMP_BERLIN,
    )  # fmt: skip
    found, _ = examine(data)
    for preview in found.previews:
        kept = segments(preview.file.read_bytes())
        assert kept <= {b"VP8 ", b"JFIF"}, kept


def segments(data: bytes) -> set[bytes]:
    """What a file holds beside pixels and what is needed to decode them, read from its bytes."""
    found = set()
    if data.startswith(b"RIFF"):
        at = 12
        while at < len(data):
            kind, size = struct.unpack_from("<4sI", data, at)
            found.add(kind)
            at += 8 + size + size % 2
        return found
    at = 2
    while data[at + 1] != 0xDA:
        marker, size = data[at + 1], struct.unpack_from(">H", data, at + 2)[0]
        if 0xE0 <= marker <= 0xEF or marker == 0xFE:
            found.add(data[at + 4 : at + 8])
        at += 2 + size
    return found


def test_a_reduced_copy_beside_a_tiff_is_no_second_page(examine):
    found, _ = examine(pictures.thumbnailed_tiff())
    assert (found.width, found.height) == (200, 100)


def test_a_picture_with_more_behind_its_end_is_taken_for_what_it_is(examine):
    """Phones keep a clip there. Previews have none of it, and originals are never shown in a page."""
    found, _ = examine(pictures.jpeg() + pictures.HTML)
    assert found.mime == "image/jpeg"
    assert all(b"script" not in preview.file.read_bytes() for preview in found.previews)


# --- what is refused ----------------------------------------------------------------------------------------------

WRONG = {
    "empty": (b"", "empty", "0 bytes"),
    "svg": (pictures.SVG, "svg", "scripts"),
    "svg, in UTF-16": (pictures.SVG.decode().encode("utf-16"), "svg", "scripts"),
    "svg, after a comment": (b"<!-- " + b"x" * 900 + b" -->" + pictures.SVG, "svg", "scripts"),
    "web page": (pictures.HTML, "wrong-type", "a web page, not a picture"),
    "web page with a drawing": (b"<html>" + pictures.SVG, "wrong-type", "a web page"),
    "gif": (pictures.encoded(pictures.scene(9, 9), "GIF"), "wrong-type", "a GIF"),
    "bmp": (pictures.encoded(pictures.scene(9, 9), "BMP"), "wrong-type", "a BMP"),
    "avif": (pictures.encoded(pictures.scene(9, 9), "AVIF"), "wrong-type", "an AVIF"),
    "heic": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(99), "wrong-type", "a HEIC photo"),
    "pdf": (b"%PDF-1.7\n", "wrong-type", "a PDF"),
    "psd": (b"8BPS\0\1", "wrong-type", "a Photoshop document"),
    "zip": (b"PK\x03\x04" + bytes(30), "wrong-type", "a ZIP"),
    "raw": (b"II*\0\x10\0\0\0CR\2\0" + bytes(99), "wrong-type", "a camera raw file"),
    "text": (b"Hello, this is a picture.", "not-an-image", "not a picture"),
    "zeros": (bytes(1000), "not-an-image", "not a picture"),
    "jpeg in its first bytes only": (b"\xff\xd8\xff\xe0\0\x10JFIF" + b"x" * 9999, "damaged", "begins like a JPEG"),
    "png in its first bytes only": (
        pictures.png(struct.pack(">IIBBBBB", 9, 9, 8, 2, 0, 0, 0), b"not zlib"), "damaged", "begins like a PNG",
    ),
    "tiff in its first bytes only": (b"II*\0\x08\0\0\0" + bytes(99), "damaged", "begins like a TIFF"),
    "webp in its first bytes only": (b"RIFF\x14\0\0\0WEBPVP8 \x08\0\0\0" + bytes(8), "damaged", "like a WebP"),
    "webp that is animated": (pictures.animated_webp(), "too-many-frames", "an animation of"),
    "png that is animated": (pictures.animated_png(), "too-many-frames", "an animation of 3 pictures"),
    "tiff of three pages": (pictures.pages_tiff(), "too-many-frames", "a document of 3 pages"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_is_no_picture_for_us_is_refused_and_named(examine, what):
    data, code, words = WRONG[what]
    error = refusal(examine, data)
    assert error.code == code
    assert words in error.message


@pytest.mark.parametrize("make", [
    pictures.camera_jpeg, pictures.gps_jpeg, pictures.gps_png, pictures.deep_png, pictures.gps_webp,
    pictures.clear_webp, pictures.gps_tiff,
], ids=lambda make: make.__name__)  # fmt: skip
@pytest.mark.parametrize("left", [0.5, 0.999])
def test_a_file_that_breaks_off_is_refused_wherever_it_does(examine, make, left):
    data = make()
    assert refusal(examine, data[: int(len(data) * left)]).code in ("truncated", "damaged")


@pytest.mark.parametrize("make", [pictures.gps_jpeg, pictures.gps_png, pictures.gps_webp, pictures.gps_tiff])
def test_one_missing_byte_is_noticed(examine, make):
    assert refusal(examine, make()[:-1]).code == "truncated"


def test_a_hundred_megapixels_are_refused_with_the_numbers(examine):
    error = refusal(examine, pictures.png_of_size(10_000, 10_000))
    assert error.code == "too-many-pixels"
    assert "100 megapixels (10,000 × 10,000)" in error.message
    assert "80" in error.message


def test_the_most_that_we_take_is_taken(examine, settings):
    found, _ = examine(pictures.png_of_size(8_000, 10_000))
    assert found.width * found.height == settings.UPLOAD_MAX_PIXELS


def test_a_bomb_is_refused_before_it_goes_off(examine):
    data = pictures.png_of_size(60_000, 60_000)  # 3,600 megapixels in half a megabyte
    start = time.monotonic()
    assert refusal(examine, data).code == "too-many-pixels"
    assert time.monotonic() - start < 2


def test_a_webp_that_claims_to_be_huge_is_refused_before_room_is_made_for_it(examine):
    data = bytearray(pictures.clear_webp())
    assert data[12:16] == b"VP8X"
    data[24:30] = (16_382).to_bytes(3, "little") * 2
    assert refusal(examine, bytes(data)).code == "too-many-pixels"


def test_a_comment_that_unpacks_to_a_quarter_gigabyte_is_refused(examine):
    assert refusal(examine, pictures.text_bomb_png()).code == "bomb"


def test_a_profile_that_unpacks_to_a_quarter_gigabyte_is_harmless(examine):
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(2**20)) for _ in range(256)) + packer.flush()
    plain = pictures.encoded(pictures.scene(10, 10), "PNG")
    start = time.monotonic()
    try:
        examine(pictures.with_png_chunk(plain, b"iCCP", b"x\0\0" + packed))
    except UploadRefused as refused:
        assert refused.code in ("bomb", "damaged")
    assert time.monotonic() - start < 5


def test_a_process_that_needs_too_much_memory_ends_and_we_do_not(examine, monkeypatch, settings):
    monkeypatch.setattr(media, "ROOM", 120 * 2**20)
    monkeypatch.setattr(media, "PIXEL", 0)
    settings.UPLOAD_MAX_BYTES = 2**20
    assert refusal(examine, pictures.png_of_size(8_000, 10_000)).code == "bomb"


def test_a_process_that_needs_too_long_ends_and_we_do_not(examine, monkeypatch):
    monkeypatch.setattr(media, "PATIENCE", 0.05)
    assert refusal(examine, pictures.camera_jpeg()).code == "bomb"


def test_a_process_that_needs_too_much_of_the_processor_ends_and_we_do_not(examine, monkeypatch):
    monkeypatch.setattr(media, "SECONDS", 1)
    chunks = pictures.chunk(b"teXt", b"") * 4_000_000  # each is read by itself
    plain = pictures.encoded(pictures.scene(10, 10), "PNG")
    assert refusal(examine, plain[:33] + chunks + plain[33:]).code == "bomb"


def test_the_process_has_none_of_our_secrets(tmp_path, monkeypatch):
    monkeypatch.setenv("SITE_KEY", "secret")
    seen = {}

    def spy(*args, **options):
        seen.update(options)
        raise media.subprocess.TimeoutExpired("python", 1)

    monkeypatch.setattr(media.subprocess, "run", spy)
    with pytest.raises(UploadRefused):
        media.examine(saved(tmp_path, b"x"), tmp_path)
    assert seen["env"] == {}


def test_with_every_reader_busy_one_is_told_to_come_back(examine, monkeypatch):
    monkeypatch.setattr(media, "READERS", 1)
    monkeypatch.setattr(media, "WAIT", 0.1)
    with media._reader(), pytest.raises(Busy, match="Try again in a minute"):
        examine(pictures.jpeg(80, 60))
    examine(pictures.jpeg(80, 60))  # free again
