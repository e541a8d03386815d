"""Opens a picture, refuses what cannot become a work, and makes its previews."""

import io
import struct
from pathlib import Path
from typing import Any

from PIL import Image, ImageCms, ImageOps, PngImagePlugin, UnidentifiedImageError
from PIL.TiffImagePlugin import TiffImageFile

from .containers import MAX_UNPACKED
from .refusal import TAKEN, Refused, bomb, damaged, truncated
from .sniff import NAMES
from .tiff import Tiff

FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/tiff": "TIFF"}
WIDTHS = {"page": 1600, "card": 640}  # pixels; at most twice as high
ORIENTATION, NEW_SUBFILE_TYPE = 0x0112, 0x00FE
_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))

Image.MAX_IMAGE_PIXELS = None  # our limit is checked before a pixel is decoded, in words
PngImagePlugin.MAX_TEXT_CHUNK = MAX_UNPACKED


def examine(file: Path, data, mime: str, *, max_pixels: int, folder: Path) -> dict[str, Any]:
    """Decodes the whole picture and writes its previews into `folder`, without any metadata, in sRGB.

    `data` are the bytes of `file`. `max_pixels` is the most that a picture may have.
    Returns its width and height as it is to be seen, and the previews (name, mime, width, height, file).
    Raises Refused.
    """
    kind = NAMES[mime]
    if mime == "image/webp":
        _check_pixels(*_webp_size(data), max_pixels)
    if mime == "image/tiff":
        _check_tiff(data)
    try:
        with Image.open(file, formats=[FORMATS[mime]]) as image:
            _check_pixels(*image.size, max_pixels)
            _check_frames(image, kind)
            # Pillow turns a TIFF by itself, and says so from the start.
            turned = image.format != "TIFF" and image.getexif().get(ORIENTATION, 1) in (5, 6, 7, 8)
            width, height = reversed(image.size) if turned else image.size
            page = _page(image, turned)
    except Image.DecompressionBombError as error:
        raise bomb() from error
    except UnidentifiedImageError as error:
        raise damaged(kind) from error
    except (OSError, SyntaxError, ValueError, EOFError, KeyError, IndexError, TypeError, struct.error) as error:
        if "too large for" in str(error) or "Decompressed data too large" in str(error):
            raise bomb() from error
        raise (truncated() if "truncated" in str(error) else damaged(kind)) from error
    card = page.copy()
    _shrink(card, WIDTHS["card"])
    previews = [
        _save(page, folder, "page", "image/webp", quality=82, method=4),
        _save(_on_white(page), folder, "page", "image/jpeg", quality=85, progressive=True, optimize=True),
        _save(card, folder, "card", "image/webp", quality=80, method=4),
    ]
    return {"width": width, "height": height, "previews": previews}


def _check_pixels(width: int, height: int, max_pixels: int) -> None:
    pixels = width * height
    if pixels > max_pixels:
        raise Refused(
            "too-many-pixels",
            f"This picture has {_megapixels(pixels)} megapixels ({width:,} × {height:,}); the most that we take is "
            f"{_megapixels(max_pixels)}. Save a smaller version, and upload that.",
        )


def _megapixels(pixels: int) -> str:
    return f"{pixels / 1_000_000:,.1f}".removesuffix(".0")


def _check_frames(image: Image.Image, kind: str) -> None:
    if isinstance(image, TiffImageFile):
        frames = _pages(image)
        what = "a document of {} pages"
    elif image.format in ("PNG", "WEBP"):
        frames = getattr(image, "n_frames", 1)
        what = "an animation of {} pictures"
    else:  # a JPEG's further pictures (MPF) are depth maps and the like: the first one is the work
        return
    if frames > 1:
        raise Refused(
            "too-many-frames",
            f"This {kind} is {what.format(frames)}; a work is one picture. Save the one that you mean as {TAKEN}, and "
            f"upload that.",
        )


def _pages(image: TiffImageFile, most: int = 1000) -> int:
    """Pages of a TIFF. Reduced copies of one, as picture programs add them for quick display, are none."""
    pages = 1
    for number in range(1, most):
        try:
            image.seek(number)
        except EOFError:
            break
        pages += not image.tag_v2.get(NEW_SUBFILE_TYPE, 0) & 1
    image.seek(0)
    return pages


def _check_tiff(data) -> None:
    tiff = Tiff(data, 0, len(data))
    first = next(tiff.directories(), None)
    if first is not None and tiff.value(first, NEW_SUBFILE_TYPE) & 1:  # its first page is a thumbnail
        raise Refused(
            "wrong-type",
            "This file is a camera raw file. Develop it, save the picture as JPEG or TIFF, and upload that.",
        )


def _webp_size(data) -> tuple[int, int]:
    """Width and height from the first chunk, before a decoder sets aside room for them."""
    kind, head = bytes(data[12:16]), bytes(data[20:30])
    if kind == b"VP8X" and len(head) == 10:
        return 1 + int.from_bytes(head[4:7], "little"), 1 + int.from_bytes(head[7:10], "little")
    if kind == b"VP8L" and len(head) == 10:
        bits = int.from_bytes(head[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 " and len(head) == 10:
        width, height = struct.unpack("<HH", head[6:10])
        return width & 0x3FFF, height & 0x3FFF
    raise damaged("WebP")


def _page(image: Image.Image, turned: bool) -> Image.Image:
    """The picture as its page shows it: decoded whole, scaled, upright, in sRGB, and nothing but pixels."""
    profile = image.info.get("icc_profile")
    picture = image if image.mode in ("L", "LA", "RGB", "RGBA", "CMYK", "LAB") else _plain(image)
    if "transparency" in image.info and picture.mode in ("L", "RGB"):
        picture = picture.convert("RGBA")
    exif = image.getexif()
    _shrink(picture, WIDTHS["page"], turned)
    picture.load()  # a picture that is small already was not decoded yet
    if picture is not image:
        picture.info.clear()
        picture.getexif().update({ORIENTATION: exif.get(ORIENTATION, 1)})
    upright = ImageOps.exif_transpose(picture)
    return _bare(_to_srgb(upright, profile))


def _plain(image: Image.Image) -> Image.Image:
    """Eight bits a channel, in a mode that can be scaled."""
    if image.mode.startswith("I;16"):
        return _levels(image, 65_535)
    if image.mode in ("I", "F"):
        brightest: Any = image.getextrema()[1]
        return _levels(image, 1.0 if image.mode == "F" and brightest <= 1 else max(brightest, 255))
    if image.mode == "1":
        return image.convert("L")
    if image.mode == "PA" or "transparency" in image.info:
        return image.convert("RGBA")
    return image.convert("RGB")


def _levels(image: Image.Image, white: float) -> Image.Image:
    return image.convert("F").point(lambda value: value * (255 / white) + 0).convert("L")


def _shrink(image: Image.Image, width: int, turned: bool = False) -> None:
    box = (2 * width, width) if turned else (width, 2 * width)
    image.thumbnail(box, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """RGB or RGBA in sRGB. A picture without a profile, or with one that makes no sense, is taken as sRGB."""
    alpha = image.getchannel("A") if image.mode in ("LA", "RGBA") else None
    colours = image.convert({"LA": "L", "RGBA": "RGB"}[image.mode]) if alpha else image
    if colours.mode == "LAB":
        profile = profile or ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            colours = ImageCms.profileToProfile(colours, source, _SRGB, outputMode="RGB") or colours
        except (ImageCms.PyCMSError, OSError, ValueError):
            colours = colours.convert("RGB")
    colours = colours.convert("RGB")
    if alpha and alpha.getextrema() != (255, 255):
        colours.putalpha(alpha)
    return colours


def _bare(image: Image.Image) -> Image.Image:
    """The same pixels, and nothing that came along with them."""
    bare = Image.new(image.mode, image.size)
    bare.paste(image)
    return bare


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode == "RGB":
        return image
    paper = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(paper, image).convert("RGB")


def _save(image: Image.Image, folder: Path, name: str, mime: str, **options: Any) -> dict[str, Any]:
    stream = io.BytesIO()  # Pillow's own writing hides why it failed
    image.save(stream, FORMATS[mime], **options)
    file = folder / f"{name}.{mime.rpartition('/')[2]}"
    file.write_bytes(stream.getvalue())
    return {"name": name, "mime": mime, "width": image.width, "height": image.height, "file": file.name}
