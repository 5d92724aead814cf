"""What a file really is, from its first bytes and never from its name."""

from __future__ import annotations

import re

from analysis.errors import FileRefused

XLSX = "xlsx"
XLS = "xls"
SAV = "sav"
CSV = "csv"
TSV = "tsv"

OLE_CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # old Office files, and new ones with a password
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
ZIP = b"PK\x03\x04"
SPSS = (b"$FL2@(#)", b"$FL3@(#)")  # the second is compressed

_FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "errors.is_image"),
    (b"\xff\xd8\xff", "errors.is_image"),
    (b"GIF87a", "errors.is_image"),
    (b"GIF89a", "errors.is_image"),
    (b"II*\x00", "errors.is_image"),
    (b"MM\x00*", "errors.is_image"),
    (b"RIFF", "errors.is_image"),
    (b"%PDF-", "errors.is_pdf"),
    (b"\x1f\x8b", "errors.is_archive"),
    (b"7z\xbc\xaf\x27\x1c", "errors.is_archive"),
    (b"Rar!\x1a\x07", "errors.is_archive"),
    (b"PK\x05\x06", "errors.is_archive"),
    (b"BZh", "errors.is_archive"),
    (b"\xfd7zXZ\x00", "errors.is_archive"),
    (b"\x28\xb5\x2f\xfd", "errors.is_archive"),
    (b"MZ\x90\x00", "errors.is_program"),
    (b"\x7fELF", "errors.is_program"),
)
_BITMAP_HEADER_SIZES = (12, 40, 108, 124)  # a text may begin with "BM", a bitmap also has one of these at byte 14
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,500}?-->\s*)*<(?:!doctype|html|head|body|table|meta)\b", re.I | re.S
)

_MARKUP = re.compile(rb"\s*(?:<\?xml\b|MIME-Version:)", re.I)  # Excel's own XML of 2003 and its single-file web page


def file_format(data: bytes) -> str:
    """`xlsx` (any zip archive), `xls`, `sav` or `csv` (any separated text). Raises FileRefused for everything else."""
    if not data.strip(b"\x00\r\n\t \xef\xbb\xbf\xff\xfe"):
        raise FileRefused("errors.empty_file")
    if data.startswith(OLE_CONTAINER):
        if ENCRYPTED_STREAM in data:
            raise FileRefused("errors.encrypted_xlsx")
        return XLS
    if data.startswith(ZIP):
        return XLSX
    if data.startswith(SPSS):
        return SAV
    if data.startswith(b"BM") and int.from_bytes(data[14:18], "little") in _BITMAP_HEADER_SIZES:
        raise FileRefused("errors.is_image")
    for magic, refusal in _FOREIGN:
        if data.startswith(magic):
            raise FileRefused(refusal)
    beginning = data[:4096].replace(b"\x00", b"").removeprefix(b"\xef\xbb\xbf").removeprefix(b"\xff\xfe")
    if _HTML.match(beginning):
        raise FileRefused("errors.is_html")
    if _MARKUP.match(beginning):
        raise FileRefused("errors.is_xml")
    return CSV
