"""Files that cannot be read: each is refused with one sentence that says what it is and what to do."""

from __future__ import annotations

import io
import os
from pathlib import Path

import openpyxl
import pytest

from analysis.errors import FileRefused, MappingIncomplete
from analysis.i18n import say
from analysis.ingest import inspect, limits, sandbox
from tests.ingest.files import SURVEY, look, records, xlsx_bytes, zip_bytes

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)
ROWS = [["门店", "满意度"], ["湖滨店", 5], ["北苑店", 4]]


def sparse_workbook() -> bytes:
    """Two cells, at both ends of what a sheet may hold."""
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "门店", 1
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def sheet(xml: bytes) -> bytes:
    return zip_bytes(
        _Content_Types__dot_xml=b"<Types/>", xl__workbook_dot_xml=b"<workbook/>", xl__worksheets__sheet1_dot_xml=xml
    )


UTF8_THEN_GBK = SURVEY.encode() + "A3,2026-01-07 09:00:00,门店,北苑店,8,满意,4,服务员态度好\n".encode(
    "gb18030"
)
GBK_THEN_UTF8 = (
    SURVEY.encode("gb18030") + "A3,2026-01-07 09:00:00,门店,北苑店,8,满意,4,服务员态度好\n".encode()
)

REFUSED = {
    "empty file": (b"", "errors.empty_file"),
    "blank lines only": (b"\r\n\r\n  \r\n", "errors.empty_file"),
    "byte order mark only": (b"\xef\xbb\xbf", "errors.empty_file"),
    "header only": ("门店,满意度\n".encode(), "errors.header_only"),
    "header only, workbook": (xlsx_bytes(ROWS[:1]), "errors.header_only"),
    "empty workbook": (xlsx_bytes([]), "errors.empty_file"),
    "web page": (b"<!DOCTYPE html>\n<html><table><tr><td>1</td></tr></table></html>", "errors.is_html"),
    "web page of a portal": (b"\xef\xbb\xbf  <html xmlns:x='urn:excel'><table>", "errors.is_html"),
    "web page in UTF-16": ("<html><body><table>".encode("utf-16"), "errors.is_html"),
    "image": (PNG, "errors.is_image"),
    "photo": (b"\xff\xd8\xff\xe0" + bytes(64), "errors.is_image"),
    "pdf": (b"%PDF-1.7\n" + bytes(64), "errors.is_pdf"),
    "zip of other things": (zip_bytes(a_dot_png=PNG), "errors.is_archive"),
    "zip in a zip": (zip_bytes(a_dot_csv=zip_bytes(b_dot_csv=SURVEY.encode())), "errors.is_archive"),
    "zip of two tables": (zip_bytes(a_dot_csv=SURVEY.encode(), b_dot_csv=SURVEY.encode()), "errors.archive_of_several"),
    "zip bomb of text": (zip_bytes(a_dot_csv=b"a," * (30 * limits.MEGABYTE)), "errors.zip_bomb"),
    "zip cut off": (zip_bytes(a_dot_csv=SURVEY.encode())[:-30], "errors.broken_xlsx"),
    "gzip": (b"\x1f\x8b\x08" + bytes(32), "errors.is_archive"),
    "workbook with password": (OLE + "EncryptedPackage".encode("utf-16-le"), "errors.encrypted_xlsx"),
    "old xls": (OLE, "errors.old_xls"),
    "binary workbook": (zip_bytes(xl__workbook_dot_bin=b"1"), "errors.is_xlsb"),
    "workbook cut off": (xlsx_bytes(ROWS)[:900], "errors.broken_xlsx"),
    "workbook without sheets": (sheet(b"<worksheet/>"), "errors.broken_xlsx"),
    "zip bomb": (sheet(b"<c/>" + bytes(60 * limits.MEGABYTE)), "errors.zip_bomb"),
    "ten thousand members": (
        zip_bytes(**{f"m{i}": b"1" for i in range(limits.MAX_MEMBERS + 1)}),
        "errors.zip_bomb",
    ),
    "sparse bomb": (sparse_workbook(), "errors.sheet_too_large"),
    "entities": (sheet(b"<!DOCTYPE x [<!ENTITY a 'b'>]><worksheet/>"), "errors.unsafe_xml"),
    "zero byte": (SURVEY.encode().replace("很耐心".encode(), b"\x00"), "errors.nul_bytes"),
    "unclosed quote": (
        (SURVEY + 'A3,2026-01-07,门店,"北苑店,8,满意,4,好\nA4,2026-01-08,门店,x,1,一般,3,\n').encode(),
        "errors.unclosed_quote",
    ),
    "UTF-8 turning into GBK": (UTF8_THEN_GBK, "errors.mixed_encodings"),
    "GBK turning into UTF-8": (GBK_THEN_UTF8, "errors.mixed_encodings"),
    "no encoding at all": (SURVEY.encode("gb18030") + b"\xff\xff\xfe,1\n", "errors.no_encoding"),
    "nothing known in the header": ("甲,乙\n1,2\n".encode(), "errors.kind_unknown"),
    "too many columns": (
        ",".join(f"c{i}" for i in range(limits.MAX_COLUMNS + 1)).encode() + b"\n1\n",
        "errors.too_many_columns",
    ),
}


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_its_own_sentence(name: str) -> None:
    data, key = REFUSED[name]
    with pytest.raises(FileRefused) as refusal:
        look(data)
    assert refusal.value.key == key
    sentence = say(key, **refusal.value.values)
    assert "答卷.csv" in sentence
    assert "{" not in sentence


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize(
    ("name", "row"),
    [("zero byte", 2), ("unclosed quote", 4), ("UTF-8 turning into GBK", 4), ("GBK turning into UTF-8", 4)],
)
def test_refusal_names_the_row(name: str, row: int) -> None:
    with pytest.raises(FileRefused) as refusal:
        look(REFUSED[name][0])
    assert refusal.value.values["row"] == row


@pytest.mark.usefixtures("in_process")
def test_every_cut_of_a_workbook_is_refused_or_read() -> None:
    whole = xlsx_bytes(ROWS)
    for length in range(4, len(whole), 397):
        with pytest.raises(FileRefused):
            look(whole[:length])


def test_the_process_refuses_too() -> None:
    with pytest.raises(FileRefused) as refusal:
        look(sparse_workbook())
    assert refusal.value.key == "errors.sheet_too_large"
    assert refusal.value.values["rows"] == 1_048_576


def test_file_above_the_size_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_FILE_BYTES", 10)
    with pytest.raises(FileRefused) as refusal:
        look(SURVEY)
    assert refusal.value.key == "errors.file_too_large"


def test_reader_that_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CHILD_WALL_SECONDS", 0.001)
    with pytest.raises(FileRefused) as refusal:
        look(SURVEY)
    assert refusal.value.key == "errors.too_much_time"


def test_reader_that_dies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "_READER", "analysis.ingest.no_such_reader")
    with pytest.raises(FileRefused) as refusal:
        look(SURVEY)
    assert refusal.value.key == "errors.reader_crashed"


def test_reader_that_runs_out_of_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The limit holds inside the child: it is given a fraction of the memory that the file needs."""
    (tmp_path / "small_reader.py").write_text(
        "import sys\nfrom analysis.ingest import limits, reader\n"
        "limits.CHILD_MEMORY_BYTES = 700 * limits.MEGABYTE\nsys.exit(reader.main(sys.argv[1:]))\n",
        encoding="utf-8",
    )
    environment = sandbox._environment
    monkeypatch.setattr(sandbox, "_READER", "small_reader")
    monkeypatch.setattr(
        sandbox,
        "_environment",
        lambda folder: (
            environment(folder) | {"PYTHONPATH": os.pathsep.join([str(sandbox._PROJECT), str(tmp_path)])}
        ),
    )
    with pytest.raises(FileRefused) as refusal:
        look("门店,意见\n".encode() + "湖滨店,好\n".encode() * 1 + "好".encode() * (60 * limits.MEGABYTE))
    assert refusal.value.key == "errors.too_much_memory"


def test_no_temporary_file_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox.tempfile, "tempdir", str(tmp_path))
    look(SURVEY)
    with pytest.raises(FileRefused):
        look(PNG)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("门店,满意度\n湖滨店,5\n", "errors.no_date"),
        ("客户编号,提交时间,答卷编号\nC1,2026-01-05,A1\n", "errors.no_survey_columns"),
    ],
)
def test_missing_column_is_named(text: str, key: str) -> None:
    with pytest.raises(MappingIncomplete) as missing:
        records(text, kind="survey")
    assert missing.value.key == key
    assert "答卷.csv" in say(key, **missing.value.values)


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/答卷.csv", "答卷.csv"),
        ("a\x00b.csv", "ab.csv"),
        ("答\u202evsc.exe", "答vsc.exe"),
        ("x" * 300, "x" * 120),
        ("", "?"),
    ],
)
def test_file_names_are_only_names(given: str, kept: str) -> None:
    assert inspect(SURVEY.encode(), file_name=given).file_name == kept
