"""Pictures of every kind that artists and attackers send, made when a test asks for them."""

import io
import struct
import zlib
from functools import cache
from pathlib import Path

import piexif
from PIL import Image, ImageCms, ImageDraw, TiffImagePlugin

SEEDS = Path(__file__).resolve().parent.parent.parent / "tools" / "pictures"
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
BERLIN = {
    piexif.GPSIFD.GPSVersionID: (2, 3, 0, 0),
    piexif.GPSIFD.GPSLatitudeRef: b"N",
    piexif.GPSIFD.GPSLatitude: ((52, 1), (31, 1), (1234, 100)),
    piexif.GPSIFD.GPSLongitudeRef: b"E",
    piexif.GPSIFD.GPSLongitude: ((13, 1), (24, 1), (5678, 100)),
    piexif.GPSIFD.GPSDateStamp: b"2026:11:01",
}
XMP_BERLIN = (
    b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    b'xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    b'exif:GPSLatitude="52,31.2N" exif:GPSLongitude="13,24.9E" dc:format="image/jpeg">'
    b"<exif:GPSAltitude>34/1</exif:GPSAltitude><dc:creator>Ada</dc:creator></rdf:Description></rdf:RDF></x:xmpmeta>"
)


def scene(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """A scene with smooth and noisy parts, so that files have the size of photographs."""
    bands = [Image.linear_gradient("L").rotate(turn).resize((width, height)) for turn in (0, 90, 180)]
    noise = Image.effect_noise((width // 4 or 1, height // 4 or 1), 50).resize((width, height))
    picture = Image.blend(Image.merge("RGB", bands), Image.merge("RGB", [noise] * 3), 0.3)
    ImageDraw.Draw(picture).ellipse((width // 4, height // 4, width // 2, height // 2), fill="#c4402a")
    return picture if mode == "RGB" else picture.convert(mode)


def encoded(picture: Image.Image, kind: str, **options) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def exif(*, gps: bool = True, orientation: int = 1) -> bytes:
    """EXIF as a camera writes it: maker, orientation, when, and where."""
    fields = {
        "0th": {piexif.ImageIFD.Make: b"Kamera", piexif.ImageIFD.Orientation: orientation},
        "Exif": {piexif.ExifIFD.DateTimeOriginal: b"2026:11:01 12:00:00", piexif.ExifIFD.LensModel: b"50 mm"},
        "GPS": BERLIN if gps else {},
    }
    return piexif.dump(fields)


@cache
def jpeg(width: int = 800, height: int = 600, **options) -> bytes:
    return encoded(scene(width, height), "JPEG", quality=90, **options)


@cache
def camera_jpeg() -> bytes:
    """24 megapixels, with what a camera writes beside them."""
    return encoded(scene(6000, 4000), "JPEG", quality=92, exif=exif(gps=False), icc_profile=SRGB)


@cache
def gps_jpeg() -> bytes:
    return jpeg(exif=exif())


@cache
def rotated_jpeg() -> bytes:
    """Taken upright by a camera that writes the picture lying down: left is red, shown upright the top is."""
    picture = Image.new("RGB", (800, 400), "blue")
    ImageDraw.Draw(picture).rectangle((0, 0, 200, 400), fill="red")
    return encoded(picture, "JPEG", quality=95, exif=exif(gps=False, orientation=6))


@cache
def cmyk_jpeg(profile: bytes = b"") -> bytes:
    return encoded(Image.new("CMYK", (800, 600), (0, 255, 255, 0)), "JPEG", quality=95, icc_profile=profile or None)


@cache
def red_is_blue() -> bytes:
    """sRGB's profile (ICC.1) with the entries of two primaries exchanged."""
    profile = bytearray(SRGB)
    count = struct.unpack_from(">I", profile, 128)[0]
    at = {bytes(profile[132 + 12 * n : 136 + 12 * n]): 132 + 12 * n for n in range(count)}
    profile[at[b"rXYZ"] : at[b"rXYZ"] + 4], profile[at[b"bXYZ"] : at[b"bXYZ"] + 4] = b"bXYZ", b"rXYZ"
    return bytes(profile)


@cache
def deep_png(colour: bool = True) -> bytes:
    """16 bits a channel: a red that fades to black, or grey that fades. No library here writes it, so we do."""
    width, height, rows = 600, 400, bytearray()
    for y in range(height):
        level = struct.pack(">H", 65_535 * (height - y) // height)
        rows += b"\x00" + (level + bytes(4) if colour else level) * width
    header = struct.pack(">IIBBBBB", width, height, 16, 2 if colour else 0, 0, 0, 0)
    return png(header, zlib.compress(bytes(rows)))


@cache
def clear_webp() -> bytes:
    """Transparent but for a disc."""
    picture = Image.new("RGBA", (700, 700), (0, 0, 0, 0))
    ImageDraw.Draw(picture).ellipse((100, 100, 600, 600), fill=(20, 120, 60, 255))
    return encoded(picture, "WEBP", quality=80)


@cache
def gps_webp() -> bytes:
    return encoded(scene(400, 300), "WEBP", quality=80, exif=exif(), xmp=XMP_BERLIN)


@cache
def gps_png() -> bytes:
    return encoded(scene(400, 300), "PNG", exif=exif()[6:])


@cache
def gps_tiff(byte_order: str = "<") -> bytes:
    """A TIFF as a scanner's program writes it: a position, XMP with another, and fields on both sides of GPS."""
    fields = TiffImagePlugin.ImageFileDirectory_v2()
    fields[271] = "Kamera"
    fields[700] = XMP_BERLIN
    fields[34853] = dict(TIFF_BERLIN)
    fields[50341] = b"after the pointer to GPS"
    if byte_order == "<":
        return encoded(scene(400, 300), "TIFF", tiffinfo=fields)
    deep = Image.frombytes("I;16B", (400, 300), scene(800, 300, "L").tobytes())  # this kind is written big end first
    return encoded(deep, "TIFF", tiffinfo=fields)


TIFF_BERLIN = {0: b"\x02\x03\x00\x00", 1: "N", 2: (52.0, 31.0, 12.34), 3: "E", 4: (13.0, 24.0, 56.78)}


@cache
def pages_tiff() -> bytes:
    return encoded(scene(200, 100), "TIFF", save_all=True, append_images=[scene(200, 100)] * 2)


@cache
def thumbnailed_tiff() -> bytes:
    """One picture and a reduced copy of it, as picture programs write them."""
    small = scene(50, 25)
    small.encoderinfo = {"tiffinfo": {254: 1}}
    return encoded(scene(200, 100), "TIFF", save_all=True, append_images=[small])


@cache
def animated_webp() -> bytes:
    return encoded(scene(100, 100), "WEBP", save_all=True, append_images=[scene(100, 100).rotate(90)] * 11)


@cache
def animated_png() -> bytes:
    return encoded(scene(100, 100), "PNG", save_all=True, append_images=[scene(100, 100).rotate(90)] * 2)


def png_of_size(width: int, height: int) -> bytes:
    """A PNG of one colour: a few hundred kilobytes at most, however many pixels it says it has."""
    row = b"\x00" + bytes((width + 7) // 8)
    packer, packed = zlib.compressobj(9), bytearray()
    for _ in range(height):
        packed += packer.compress(row)
    packed += packer.flush()
    return png(struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0), bytes(packed))


def text_bomb_png() -> bytes:
    """A small picture with a comment that unpacks to 256 MB."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(2**20)) for _ in range(256)) + packer.flush()
    picture = encoded(scene(10, 10), "PNG")
    return picture[:33] + chunk(b"zTXt", b"Comment\x00\x00" + packed) + picture[33:]


def png(header: bytes, packed: bytes) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def with_png_chunk(picture: bytes, kind: bytes, data: bytes) -> bytes:
    """A PNG with one more chunk, after its header."""
    return picture[:33] + chunk(kind, data) + picture[33:]


def with_jpeg_segment(picture: bytes, marker: int, data: bytes) -> bytes:
    """A JPEG with one more segment, at its beginning."""
    return picture[:2] + bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data + picture[2:]


SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html>\n<html><body><script>alert(1)</script></body></html>"


def saved(folder: Path, data: bytes, name: str = "picture") -> Path:
    file = folder / name
    file.write_bytes(data)
    return file
