"""What a file is that is no picture drawkit reads, so that the message can say what to do."""

from __future__ import annotations

from typing import BinaryIO

__all__ = ["kind_of"]

_HEAD = 4096

_MARKS = (
    (b"%PDF", "a PDF: make it a PNG first"),
    (b"%!PS", "PostScript: make it a PNG first"),
    (b"\xc5\xd0\xd3\xc6", "PostScript: make it a PNG first"),
    (b"8BPS", "a Photoshop file: save it as PNG"),
    (b"gimp xcf", "a GIMP file: export it as PNG"),
    (b"\x76\x2f\x31\x01", "OpenEXR: save it as PNG"),
    (b"#?RADIANCE", "a Radiance picture: save it as PNG"),
    (b"\xff\x0a", "JPEG XL: save it as PNG"),
    (b"\0\0\0\x0cJXL ", "JPEG XL: save it as PNG"),
    (b"PK\x03\x04", "an archive (ZIP, Krita, OpenRaster): export a PNG"),
    (b"version https://git-lfs", "a Git LFS pointer, not the picture itself: run 'git lfs pull'"),
    (b"II*\0", "a TIFF of a kind that is not read: save it with 8 or 16 bits a channel"),
    (b"MM\0*", "a TIFF of a kind that is not read: save it with 8 or 16 bits a channel"),
    (b"\x89PNG", "a broken PNG"),
    (b"\xff\xd8\xff", "a broken JPEG"),
    (b"GIF8", "a broken GIF"),
    (b"BM", "a broken BMP, or none"),
)
_HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


def kind_of(file: BinaryIO) -> str:
    """What begins as this file does, and what to do about it."""
    file.seek(0)
    head = file.read(_HEAD)
    if not head:
        return "empty"
    for mark, what in _MARKS:
        if head.startswith(mark):
            return what
    if head[4:8] == b"ftyp":
        if head[8:12] in (b"avif", b"avis"):
            return "a broken AVIF"
        return "HEIC: save it as JPEG or PNG" if head[8:12] in _HEIC else "a film"
    if head[4:6] == b"\xe0\xa5":
        return "an Aseprite file: export it as PNG"
    text = head.lower()
    if b"<!doctype html" in text or b"<html" in text:
        return "a web page, not a picture"
    return "no picture that can be read"
