"""Files that cannot be read: each is refused with one sentence that says what it is and what to do."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from analysis import pipeline
from analysis.errors import FileRefused, MappingIncomplete
from analysis.i18n import say
from analysis.ingest import inspect, leftovers, limits, sandbox
from analysis.store import IN_MEMORY, Warehouse
from tests.ingest import hostile
from tests.ingest.files import SURVEY, look, records, xlsx_bytes, zip_bytes
from tests.ingest.hostile import GBK_THEN_UTF8, OLE, PNG, ROWS, UTF8_THEN_GBK, sheet

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
    "archive member outside": (hostile.archive_of(("../../a.csv", SURVEY.encode())), "errors.unsafe_member"),
    "archive member outside, backslash": (hostile.archive_of(("..\\a.csv", SURVEY.encode())), "errors.unsafe_member"),
    "archive member at the root": (hostile.archive_of(("/etc/a.csv", SURVEY.encode())), "errors.unsafe_member"),
    "archive member on a drive": (hostile.archive_of(("C:/a.csv", SURVEY.encode())), "errors.unsafe_member"),
    "archive member is a link": (hostile.archive_of(("a.csv", b"/etc/passwd"), link=True), "errors.unsafe_member"),
    "archive with a name twice": (
        hostile.archive_of(("a.csv", SURVEY.encode()), ("a.csv", b"x")), "errors.repeated_member",
    ),
    "workbook with a part twice": (
        hostile.archive_of(("xl/workbook.xml", b"<a/>"), ("xl/workbook.xml", b"<b/>")), "errors.repeated_member",
    ),
    "program": (b"MZ\x90\x00" + bytes(64), "errors.is_program"),
    "program of another system": (b"\x7fELF\x02\x01" + bytes(64), "errors.is_program"),
    "XML spreadsheet of 2003": (
        b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook><Worksheet/></Workbook>',
        "errors.is_xml",
    ),
    "single-file web page": (b"MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\n\r\n<html>", "errors.is_xml"),
    "text document": (
        hostile.archive_of(("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w/>")),
        "errors.is_other_document",
    ),
    "OpenDocument": (zip_bytes(mimetype=b"application/vnd", content_dot_xml=b"<o/>"), "errors.is_other_document"),
    "gzip": (b"\x1f\x8b\x08" + bytes(32), "errors.is_archive"),
    "workbook with password": (OLE + "EncryptedPackage".encode("utf-16-le"), "errors.encrypted_xlsx"),
    "old xls": (OLE, "errors.old_xls"),
    "binary workbook": (zip_bytes(xl__workbook_dot_bin=b"1"), "errors.is_xlsb"),
    "workbook cut off": (xlsx_bytes(ROWS)[:900], "errors.broken_xlsx"),
    "workbook without sheets": (sheet(b"<worksheet/>"), "errors.broken_xlsx"),
    "zip bomb": (sheet(b"<c/>" + bytes(60 * limits.MEGABYTE)), "errors.zip_bomb"),
    "ten thousand members": (
        zip_bytes(**{f"m{i}": b"1" for i in range(10_000)}),
        "errors.zip_bomb",
    ),
    "sparse bomb": (hostile.sparse(), "errors.sheet_too_large"),
    "sparse bomb, sheet elsewhere": (hostile.sparse_under_another_name(), "errors.sheet_too_large"),
    "more than it says": (hostile.lying_about_its_size(), "errors.zip_bomb"),
    "billion laughs in the sheet": (hostile.declared_in("sheet1.xml"), "errors.unsafe_xml"),
    "billion laughs in the texts": (hostile.declared_in("sharedStrings.xml"), "errors.unsafe_xml"),
    "billion laughs in the workbook": (hostile.declared_in("workbook.xml"), "errors.unsafe_xml"),
    "billion laughs in the styles": (hostile.declared_in("styles.xml"), "errors.unsafe_xml"),
    "entity that is a file": (hostile.entity_of_a_file(), "errors.unsafe_xml"),
    "zero byte": (SURVEY.encode().replace("很耐心".encode(), b"\x00"), "errors.nul_bytes"),
    "unclosed quote": (
        (SURVEY + 'A3,2026-01-07,门店,"北苑店,8,满意,4,好\nA4,2026-01-08,门店,x,1,一般,3,\n').encode(),
        "errors.unclosed_quote",
    ),
    "UTF-8 turning into GBK": (UTF8_THEN_GBK, "errors.mixed_encodings"),
    "GBK turning into UTF-8": (GBK_THEN_UTF8, "errors.mixed_encodings"),
    "no encoding at all": (SURVEY.encode("gb18030") + b"\xff\xff\xfe,1\n", "errors.no_encoding"),
    "every row longer": (SURVEY.replace("\n", ",x\n").replace("意见,x", "意见").encode(), "errors.no_row_fits"),
    "every row shorter": (b"sep=,\n" + SURVEY.replace("意见", "意见,再见").encode(), "errors.no_row_fits"),
    "nothing known in the header": ("甲,乙\n1,2\n".encode(), "errors.kind_unknown"),
    "name of blanks": (f"满意度,提交{' ' * 250_000}时间\n5,2026-01-05\n".encode(), "errors.header_too_long"),
    "header of a megabyte": (f"满意度,{'好' * limits.MEGABYTE}\n5,x\n".encode(), "errors.header_too_long"),
    "ten thousand columns": (
        ",".join(f"c{i}" for i in range(10_000)).encode() + b"\n1\n",
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
    [("zero byte", 2), ("unclosed quote", 4), ("UTF-8 turning into GBK", 4), ("GBK turning into UTF-8", 4),
     ("every row longer", 2), ("every row shorter", 3)],
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
        look(hostile.sparse())
    assert refusal.value.key == "errors.sheet_too_large"
    assert refusal.value.values["rows"] == 1_048_576


WORST = {
    "sparse bomb": (hostile.sparse, "errors.sheet_too_large"),
    "one text in many cells": (lambda: hostile.one_text_in_many_cells(60_000, 30_000), "errors.too_much_memory"),
    "entity that is a file": (hostile.entity_of_a_file, "errors.unsafe_xml"),
    "UTF-8 turning into GBK": (lambda: UTF8_THEN_GBK, "errors.mixed_encodings"),
    "archive member outside": (lambda: hostile.archive_of(("../a.csv", SURVEY.encode())), "errors.unsafe_member"),
}


@pytest.mark.parametrize("name", WORST)
def test_nothing_of_a_refused_file_is_in_the_store(name: str) -> None:
    """Read in the process of its own that every import starts; afterwards the next file goes in."""
    make, key = WORST[name]
    with Warehouse.open(IN_MEMORY) as store:
        with pytest.raises(FileRefused) as refusal:
            pipeline.import_file(store, make(), file_name="答卷.xlsx", kind="survey")
        assert refusal.value.key == key
        assert store.is_empty()
        assert store.batches().empty
        assert pipeline.import_file(store, SURVEY.encode(), file_name="答卷.csv").imported == 2


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
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    look(SURVEY)
    with pytest.raises(FileRefused):
        look(PNG)
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_is_cleared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its folder holds cells as they were uploaded, with nothing masked."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    script = (
        "import os, signal\nfrom analysis.ingest.leftovers import reading_folder\n"
        "with reading_folder() as folder:\n"
        "    (folder / 'input').write_text('13800000000')\n    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", script], cwd=sandbox._PROJECT, env=environment, check=False)
    [left] = tmp_path.iterdir()
    own = tmp_path / left.name.replace(left.name.split("-")[2], str(os.getpid()))
    own.mkdir()
    assert leftovers.clear() == 1
    assert list(tmp_path.iterdir()) == [own], "a reading that still runs is left alone"


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
        ("C:\\Users\\me\\答卷.csv", "答卷.csv"),
        ("答\n卷\t.csv", "答卷.csv"),
        ("bytes\udcff.csv", "bytes?.csv"),
        ("", "?"),
    ],
)
def test_file_names_are_only_names(given: str, kept: str) -> None:
    assert inspect(SURVEY.encode(), file_name=given).file_name == kept
