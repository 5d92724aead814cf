"""The score command: three columns more, and not a cell less."""

from __future__ import annotations

import csv
import json

import pytest


def test_score_adds_three_columns_and_keeps_the_cells(run, tmp_path):
    file, out_file = tmp_path / "评论.csv", tmp_path / "结果.csv"
    cells = [["=1+1", "物流太慢了，等了三天"], ["007", "客服态度很好"], ["@x", ""], ["a,b", "第一行\n第二行"]]
    with file.open("w", encoding="gb18030", newline="") as stream:
        csv.writer(stream).writerows([["编号", "评论"], *cells])
    code, out, _ = run("score", file, "--text", "评论", "--out", out_file, "--json")
    assert (code, json.loads(out)["rows"]) == (0, 4)
    assert out_file.read_bytes().startswith(b"\xef\xbb\xbf")
    with out_file.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert list(rows[0]) == ["编号", "评论", "sentiment", "polarity", "aspects"]
    assert [row["编号"] for row in rows] == ["'=1+1", "007", "'@x", "a,b"]
    assert [row["polarity"] for row in rows][:3] == ["negative", "positive", "uncertain"]
    assert 0 <= float(rows[0]["sentiment"]) < 0.5 < float(rows[1]["sentiment"]) <= 1
    assert rows[2]["sentiment"] == ""
    assert {"dimension", "polarity", "evidence"} == set(json.loads(rows[0]["aspects"])[0])


def test_score_answers_every_row_whatever_it_holds(run, tmp_path):
    texts = [
        "客服态度很好", "", "delivery was fast, thanks", "😡😡", "🚲", "   ", "再也不來了", "NaN", "12345",
        "ありがとう", "好" * 3_400_000, "店員很熱情，\"真的\"，環境乾淨", "很\u0007好", "物流太慢",
    ]  # fmt: skip
    file, out_file = tmp_path / "评论.csv", tmp_path / "结果.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["编号", "评论"], *([str(i), text] for i, text in enumerate(texts))])
    assert file.stat().st_size > 10_000_000
    code, _, said = run("score", file, "--text", "评论", "--out", out_file)
    assert code == 0, said
    csv.field_size_limit(20_000_000)
    with out_file.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["编号"] for row in rows] == [str(i) for i in range(len(texts))]
    assert [row["polarity"] for row in rows] == [
        "positive", "uncertain", "uncertain", "negative", "uncertain", "uncertain", "negative", "uncertain",
        "uncertain", "uncertain", "positive", "positive", "positive", "negative",
    ]  # fmt: skip
    assert all((row["sentiment"] == "") == (row["polarity"] == "uncertain") for row in rows)


def test_score_keeps_rows_that_do_not_fit_the_header_in_their_place(run, tmp_path):
    file, out_file = tmp_path / "评论.csv", tmp_path / "结果.csv"
    file.write_text("编号,评论,门店\n1,很好,甲\n2,很差\n3,很差,乙,多了,几格\n4,物流太慢,丙\n", encoding="utf-8")
    code, out, _ = run("score", file, "--text", "评论", "--out", out_file, "--json")
    assert (code, json.loads(out)["rows"], json.loads(out)["unreadable"]) == (0, 4, 2)
    with out_file.open(encoding="utf-8-sig", newline="") as stream:
        rows = [(row["编号"], row["门店"], row["polarity"]) for row in csv.DictReader(stream)]
    assert rows == [
        ("1", "甲", "positive"), ("2", "", "uncertain"), ("3", "乙,多了,几格", "uncertain"), ("4", "丙", "negative"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("options", "named"),
    [({"--text": "没有"}, "没有"), ({"--engine": "bla"}, "bla"), ({"--out": "/没有文件夹/x.csv"}, "没有文件夹")],
)
def test_score_that_cannot_be(run, tmp_path, options, named):
    file = tmp_path / "评论.csv"
    file.write_text("编号,评论\n1,很好\n2,不好\n", encoding="utf-8")
    options = {"--text": "评论", "--out": str(tmp_path / "x.csv"), **options}
    code, out, err = run("score", file, *(word for pair in options.items() for word in pair))
    assert (code, out) == (2, "")
    assert named in err
    assert not (tmp_path / "x.csv").exists()
