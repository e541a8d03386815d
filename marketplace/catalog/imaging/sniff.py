"""What a file is, by its first bytes. Its name and its sender's word do not count."""

import re

from .refusal import TAKEN, Refused

HEAD = 4096  # bytes to look at
NAMES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WebP", "image/tiff": "TIFF"}

_SVG = re.compile(rb"<(?:[\w-]+:)?svg[\s>/]", re.IGNORECASE)
_WEB_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body|script)[\s>]", re.IGNORECASE)
_OTHERS = [  # first bytes of what people upload by mistake
    (rb"GIF8[79]a", "a GIF"),
    (rb"%PDF-", "a PDF document"),
    (rb"8BPS", "a Photoshop document"),
    (rb"PK\x03\x04", "a ZIP archive or an office document"),
    (rb"\x1f\x8b", "a compressed archive"),
    (rb"(?s)....ftyp(?:hei[cxms]|hev[cx]|mif1|msf1)", "a HEIC photo, as phones take them"),
    (rb"(?s)....ftypavi[fs]", "an AVIF picture"),
    (rb"(?s)....ftyp", "a video"),
    (rb"\x1aE\xdf\xa3", "a video"),
    (rb"(?s)\x00\x00\x00\x0cJXL |\xff\x0a", "a JPEG XL picture"),
    (rb"(?s)\x00\x00\x00\x0cjP ", "a JPEG 2000 picture"),
    (rb"II\+\x00|MM\x00\+", "a BigTIFF"),
    (rb"(?s)II\*\x00....CR", "a camera raw file"),
    (rb"(?s)BM....\x00\x00\x00\x00", "a BMP picture"),
]


def sniff(head: bytes) -> str:
    """The media type of a picture that we take, from the first `HEAD` bytes of its file. Raises Refused."""
    if not head:
        raise Refused(
            "empty", "This file is empty: it has 0 bytes. Check that it was saved or copied, and choose it again."
        )
    for pattern, what in _OTHERS:
        if re.match(pattern, head):
            raise Refused("wrong-type", f"This file is {what}. Save the picture as {TAKEN}, and upload that.")
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[:4] in (b"II*\x00", b"MM\x00*"):
        return "image/tiff"
    text = head.replace(b"\x00", b"")  # UTF-16 too
    drawing, page = _SVG.search(text), _WEB_PAGE.search(text)
    if drawing and not (page and page.start() < drawing.start()):
        raise Refused(
            "svg",
            "This file is an SVG drawing. Those can carry scripts, so we do not take them: export it as PNG at the "
            "size that it should be seen in, and upload that.",
        )
    if page:
        raise Refused("wrong-type", f"This file is a web page, not a picture. Upload a {TAKEN}.")
    raise Refused("not-an-image", f"This file is not a picture, whatever its name says. Upload a {TAKEN}.")
