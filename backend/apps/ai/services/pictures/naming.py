"""What a file is that is no picture for us, so that a person knows what to ask the supplier for."""

from __future__ import annotations

import re

UNKNOWN = "Это не фото: формат файла не распознан."
_OTHER = "такой формат не читается, нужен JPEG, PNG или WebP"
#: What the file's first bytes look like, and the sentence.
_SIGNS: tuple[tuple[re.Pattern[bytes], str], ...] = tuple(
    (re.compile(sign, re.DOTALL | re.IGNORECASE), said)
    for sign, said in (
        (rb"\s*\Z", "Это не фото: файл пуст."),
        (
            rb"(\xef\xbb\xbf)?\s*(<!doctype html|<html|<head|<body)",
            "Это не фото: вместо него пришла веб-страница.",
        ),
        (rb"(\xef\xbb\xbf)?\s*(<svg|<[?!].{0,2000}?<svg)", f"Это рисунок SVG: {_OTHER}."),
        (rb".{4}ftyp(hei[cxms]|hev[cx]|mif1|msf1)", f"Это фото HEIC: {_OTHER}."),
        (rb"\xff\x0a|\0\0\0\x0cJXL ", f"Это фото JPEG XL: {_OTHER}."),
        (rb"II[*+]\0.{4}CR\x02|FUJIFILMCCD-RAW|.{4}ftypcrx ", f"Это сырое фото камеры (RAW): {_OTHER}."),
        (rb"II[*+]\0|MM\0[*+]", "Файл TIFF такого вида не читается: нужны 8 бит RGB, JPEG, PNG или WebP."),
        (rb".{4}ftypavi[fs]", "Файл AVIF повреждён и не читается."),
        (rb"GIF8[79]a", "Файл GIF повреждён и не читается."),
        (rb"\0\0\0\x0cjP  |\xff\x4f\xff\x51", "Файл JPEG 2000 повреждён и не читается."),
        (rb"%PDF-", "Это не фото, а документ PDF."),
        (rb"%!PS|\xc5\xd0\xd3\xc6", f"Это рисунок PostScript: {_OTHER}."),
        (rb".{4}ftyp|\x1a\x45\xdf\xa3|RIFF.{4}AVI ", "Это не фото, а видео."),
        (rb"PK\x03\x04|\x1f\x8b|7z\xbc\xaf|Rar!", "Это не фото, а архив."),
    )
)


def said_of(data: bytes) -> str:
    """A sentence about a file that no decoder knows."""
    head = data[:4000]
    return next((said for sign, said in _SIGNS if sign.match(head)), UNKNOWN)
