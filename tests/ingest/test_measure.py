"""What a sheet is measured by: the references in its XML, however they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.ingest import measure
from analysis.ingest.measure import references

NAMES = st.from_regex(r"[A-Z]{0,3}[0-9]{1,7}", fullmatch=True)
OTHERS = st.sampled_from(
    [b'<c t="s" r="', b'"/>', b'<row r="', b'spans="1:15"', b"<v>1=2</v>", b"=", b'r=', b'"', b"A1", b'r="A"', b""]
)
WAYS = st.sampled_from([b'r="%s"', b'r="%s"', b' r="%s" ', b"r='%s'", b'r = "%s"', b'R="%s"', b'ref="%s"'])


@given(st.lists(st.one_of(OTHERS, st.tuples(WAYS, NAMES).map(lambda way: way[0] % way[1].encode())), max_size=12))
def test_both_ways_of_looking_find_the_same(parts: list[bytes]) -> None:
    block = b"".join(parts)
    found = [(measure._column_number(name.upper()), int(row)) for name, row in measure._REFERENCE.findall(block)]
    columns, rows = references(block)
    assert list(zip(columns.tolist(), rows.tolist(), strict=True)) == found


@pytest.mark.parametrize(
    ("reference", "column", "row"),
    [
        (b'r="A1"', 1, 1), (b'r="Z9"', 26, 9), (b'r="AA10"', 27, 10), (b'r="XFD1048576"', 16_384, 1_048_576),
        (b'r="xfd1048576"', 16_384, 1_048_576), (b'r="7"', 0, 7), (b'r="A4294967295"', 1, 4_294_967_295),
        (b"r='AB12'", 28, 12), (b'r\n=  "AB12"', 28, 12),
    ],
)
def test_one_reference(reference: bytes, column: int, row: int) -> None:
    columns, rows = references(b"<c " + reference + b"/>")
    assert (columns.tolist(), rows.tolist()) == ([column], [row])


@pytest.mark.parametrize("block", [b"", b"=", b'r="', b'r="A', b'r="A1', b'r=""', b'r="1A"', b'r="\xc0\xe11"'])
def test_no_reference(block: bytes) -> None:
    assert len(references(block)[1]) == 0
