"""Random files, each made from one seed and the same on every machine: sound ones, damaged ones and plain noise."""

from __future__ import annotations

import csv
import io
import random
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import openpyxl

from tests.ingest import exports

CSV, XLSX = "csv", "xlsx"
KINDS = (CSV, XLSX)

# Columns that a table of each kind may have; the ones in front are always there.
_COLUMNS = {
    "survey": (
        ("提交时间", "推荐意愿"), ("答卷编号", "渠道", "门店", "整体满意度", "服务态度", "意见", "备注", "x", ""),
    ),
    "review": (("评价时间", "评价内容"), ("评分", "门店", "SKU", "用户昵称", "订单号")),
    "complaint": (("工单编号", "受理时间"), ("投诉内容", "状态", "首次回复时间", "优先级", "赔付金额", "是否重开")),
    "volume": (("日期", "订单量"), ("门店", "渠道")),
    "customer": (("客户编号",), ("会员等级", "年龄段", "近12个月消费", "最近购买日期")),
}
_CELLS = (
    "", "5", "9", "０", "10", "11", "-1", "9.5", "1e309", "nan", "NA", "null", "非常满意", "不满意", "一般", "8分",
    "⭐⭐⭐", "2026-01-05", "2026/1/6 8:00", "2026年2月3日", "46000", "9999-99-99", "31-12-2025", "1767571200000", "是",
    "否", "在线客服", "湖滨店", "很耐心，排队太久", "电话13812345678", "=1+1", "@x", "A1", "00012",
    "1234567890123456789", " ", "\u200b", "(跳过)", "a,b", "a;b", 'say "hi"', "line\nbreak", "tab\there", "<b>粗</b>",
    "�", "𠮷", "é", "﷽", "x" * 300, "-2", "1┋2",
)
_SEPARATORS = (",", ",", ",", "\t", ";", "|", "；")
_ENCODINGS = ("utf-8", "utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "big5")
_LINE_ENDS = ("\n", "\r\n", "\r")
_EXPORTS: tuple[Callable[[], str], ...] = (
    exports.wenjuanxing, exports.wenjuanxing_coded, exports.tencent_survey, exports.tencent_form, exports.surveymonkey,
    exports.qualtrics, exports.formbricks, exports.google_forms, exports.taobao, exports.review_tool, exports.jd,
    exports.dianping, exports.meituan,
)
_HUGE_FIELD = 250_000  # characters, above what one cell may hold


@dataclass(frozen=True, slots=True)
class Made:
    """A file that was made. `rows`: how many rows it has where that is certain, else None: then it may be refused."""

    seed: str
    data: bytes
    kind: str | None
    rows: int | None
    story: str


def made(form: str, seed: int, number: int) -> Made:
    """File `number` of a run with `seed`; `form` is one of KINDS."""
    name = f"{form}-{seed}-{number}"
    rng = random.Random(name)
    return _csv(rng, name) if form == CSV else _xlsx(rng, name)


def kept(path: Path) -> Made:
    """A file that was saved by an earlier run."""
    return Made(path.stem, path.read_bytes(), None, None, f"kept in {path}")


def _csv(rng: random.Random, name: str) -> Made:
    if rng.random() < 0.05:
        return Made(name, _noise(rng), rng.choice((None, *_COLUMNS)), None, "noise")
    if rng.random() < 0.3:
        text, kind, rows, story = rng.choice(_EXPORTS)(), None, None, "export"
    else:
        kind = rng.choice([*_COLUMNS])
        table = _table(rng, kind)
        rows = sum(any(cell.strip() for cell in row) for row in table[1:]) or None
        separator = rng.choice(_SEPARATORS)
        text, story = _written(rng, table, separator), f"{kind} {separator!r}"
    text = text.replace("\n", rng.choice(_LINE_ENDS)) if '"' not in text else text
    data, encoding = _encoded(rng, text)
    story = f"{story} {encoding}"
    for _ in range(rng.choice((0, 0, 1, 1, 2, 4))):
        hurt = rng.choice(_DAMAGES)
        data, rows, story = hurt(rng, data), None, f"{story} {hurt.__name__.strip('_')}"
    return Made(name, data, kind, rows, story)


def _table(rng: random.Random, kind: str) -> list[list[str]]:
    needed, optional = _COLUMNS[kind]
    header = [*needed, *rng.sample(optional, rng.randint(1, len(optional)))]
    rows = [[rng.choice(_CELLS) for _ in header] for _ in range(rng.choice((1, 2, 5, 12, 60)))]
    for row in rows:  # most rows are good ones
        if rng.random() < 0.8:
            row[:len(needed)] = [_good(rng, name) for name in needed]
    return [header, *rows]


def _good(rng: random.Random, column: str) -> str:
    if "时间" in column or "日期" in column:
        return f"2026-0{rng.randint(1, 9)}-{rng.randint(1, 28):02} 10:00:00"
    return str(rng.randint(0, 10)) if column in ("推荐意愿", "订单量") else f"{column}{rng.randint(1, 40)}"


def _written(rng: random.Random, table: list[list[str]], separator: str) -> str:
    out = io.StringIO()
    quoting = csv.QUOTE_ALL if rng.random() < 0.3 else csv.QUOTE_MINIMAL
    csv.writer(out, delimiter=separator, lineterminator="\n", quoting=quoting).writerows(table)
    return out.getvalue()


def _encoded(rng: random.Random, text: str) -> tuple[bytes, str]:
    encoding = rng.choice(_ENCODINGS)
    try:
        return text.encode(encoding), encoding
    except UnicodeEncodeError:
        return text.encode("utf-8"), "utf-8"


def _noise(rng: random.Random) -> bytes:
    if rng.random() < 0.5:
        return rng.randbytes(rng.choice((1, 3, 40, 4_000)))
    text = "".join(rng.choice(',;\t"\n\r\'= ab一满意5分|\u200b\u2028') for _ in range(rng.choice((5, 60, 2_000))))
    return _encoded(rng, text)[0]


# Damage: bytes in, other bytes out.


def _flipped(rng: random.Random, data: bytes) -> bytes:
    hurt = bytearray(data)
    for _ in range(rng.choice((1, 3, 30))):
        if hurt:
            hurt[rng.randrange(len(hurt))] = rng.randrange(256)
    return bytes(hurt)


def _cut_off(rng: random.Random, data: bytes) -> bytes:
    return data[:rng.randrange(len(data) + 1)]


def _cut_out(rng: random.Random, data: bytes) -> bytes:
    start = rng.randrange(len(data) + 1)
    return data[:start] + data[start + rng.randint(1, 200):]


def _put_in(rng: random.Random, data: bytes, piece: bytes) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] + piece + data[at:]


def _nul_put_in(rng: random.Random, data: bytes) -> bytes:
    return _put_in(rng, data, b"\x00" * rng.choice((1, 2, 9)))


def _quote_put_in(rng: random.Random, data: bytes) -> bytes:
    return _put_in(rng, data, rng.choice((b'"', b'""', b'"x', b'\n"', b',"')))


def _line_end_put_in(rng: random.Random, data: bytes) -> bytes:
    return _put_in(rng, data, rng.choice((b"\r", b"\n", b"\r\n", b"\n\r", b"\x0b", b"\x1c", b"\xe2\x80\xa8")))


def _separator_put_in(rng: random.Random, data: bytes) -> bytes:
    return _put_in(rng, data, rng.choice((b",", b";", b"\t", b"|", b",,,,")))


def _other_encoding_put_in(rng: random.Random, data: bytes) -> bytes:
    return _put_in(rng, data, _encoded(rng, "服务态度好，下次还来")[0])


def _huge_field_put_in(rng: random.Random, data: bytes) -> bytes:
    return _put_in(rng, data, rng.choice(("好", "1", "区", "a@", "13", "，", " ")).encode() * _HUGE_FIELD)


def _lines_repeated(rng: random.Random, data: bytes) -> bytes:
    lines = data.split(b"\n")
    return b"\n".join([*lines, *rng.choices(lines, k=rng.choice((1, 20)))])


def _first_line_named(rng: random.Random, data: bytes) -> bytes:
    return rng.choice((b"sep=;\n", b"sep=,\r\n", b"sep=\n", b"sep=abc\n", b'sep="\n', b"sep=\xff\n")) + data


_DAMAGES = (
    _flipped, _cut_off, _cut_out, _nul_put_in, _quote_put_in, _line_end_put_in, _separator_put_in,
    _other_encoding_put_in, _lines_repeated, _first_line_named, _flipped, _cut_out, _quote_put_in, _huge_field_put_in,
)


# Workbooks


def _xlsx(rng: random.Random, name: str) -> Made:
    kind = rng.choice([*_COLUMNS])
    data = _workbook(rng, _table(rng, kind))
    story = f"workbook {kind}"
    for _ in range(rng.choice((1, 1, 2, 3))):
        hurt = rng.choice((_xml_edited, _xml_edited, _xml_edited, _member_hurt, _member_dropped, _flipped, _cut_off))
        try:
            data, story = hurt(rng, data), f"{story} {hurt.__name__.strip('_')}"
        except (zipfile.BadZipFile, NotImplementedError):  # no member is left to change after an earlier damage
            break
    return Made(name, data, kind, None, story)


def _workbook(rng: random.Random, table: list[list[str]]) -> bytes:
    book = openpyxl.Workbook()
    for row in table:
        book.active.append([_typed(rng, cell) for cell in row])
    if rng.random() < 0.3:
        book.create_sheet("另一页").append(["x"])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _typed(rng: random.Random, cell: str) -> object:
    return float(cell) if cell.isdecimal() and cell.isascii() and len(cell) < 6 and rng.random() < 0.7 else cell


def _rebuilt(data: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The archive with its members changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {}
        for name in archive.namelist():
            try:
                members[name] = archive.read(name)
            except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, zipfile.zlib.error):
                members[name] = b""
    change(members)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def _member_dropped(rng: random.Random, data: bytes) -> bytes:
    return _rebuilt(data, lambda members: members.pop(rng.choice([*members])) and None)


def _member_hurt(rng: random.Random, data: bytes) -> bytes:
    def change(members: dict[str, bytes]) -> None:
        name = rng.choice([*members])
        members[name] = rng.choice(_DAMAGES)(rng, members[name])

    return _rebuilt(data, change)


_EDITS = (
    (b'r="A2"', b'r="A2000000"'), (b'r="A2"', b'r="ZZZ2"'), (b'r="A2"', b'r=""'), (b't="n"', b't="s"'),
    (b't="inlineStr"', b't="d"'), (b"<v>", b"<v>-99999999999999999999"), (b"<v>", b"<v>1e400"), (b"<v>", b"<v>NaN"),
    (b"</sheetData>", b""), (b"<row", b"<row hidden='1'"), (b'ref="', b'ref="A1:XFD9 '),
    (b"<worksheet", b"<!DOCTYPE x><worksheet"),
    (b"sheetId", b"shee"), (b"Target=", b'Target="../../x" T='), (b"UTF-8", b"GBK"), (b"<t>", b"<t>&#x0;"),
    (b"<t>", b"<t>&undefined;"),
    (b'count="', b'count="999999999'), (b'r="2"', b'r="1048577"'), (b'r="2"', b'r="-2"'), (b'r="3"', b'r="2"'),
    (b"<sheetData>", b"<sheetData><row r='1'><c r='A1'><f>" + b"(" * 5_000 + b"</f></c></row>"),
)


def _xml_edited(rng: random.Random, data: bytes) -> bytes:
    def change(members: dict[str, bytes]) -> None:
        old, new = rng.choice(_EDITS)
        holding = [name for name, content in members.items() if old in content]
        for name in holding[:1]:
            members[name] = members[name].replace(old, new, rng.choice((1, -1)))

    return _rebuilt(data, change)
