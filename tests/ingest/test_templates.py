"""A confirmed mapping is found again by the columns of the next file, and asks where that file is another."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.errors import MappingIncomplete
from analysis.ingest import Mapping, Templates, convert
from analysis.ingest.templates import signature
from tests.ingest import exports
from tests.ingest.files import SECRET, SURVEY, adds_up, column, look

pytestmark = pytest.mark.usefixtures("in_process")


@pytest.fixture(params=["in memory", "in a folder"])
def templates(request: pytest.FixtureRequest, tmp_path: Path) -> Templates:
    return Templates() if request.param == "in memory" else Templates(tmp_path / "mappings")


def turned(mapping: Mapping, header: str) -> Mapping:
    """The mapping with one column reversed."""
    columns = tuple(replace(c, reversed=True) if c.header == header else c for c in mapping.columns)
    return replace(mapping, columns=columns)


def test_confirmed_mapping_is_proposed_for_the_next_file(templates: Templates) -> None:
    first = look(exports.wenjuanxing_coded())
    header = first.mapping.having("score")[0].header
    templates.keep(turned(first.mapping, header), first.table.header, tool=first.tool)
    again = look(exports.wenjuanxing_coded(), templates=templates)
    assert again.template
    assert column(again, header).reversed
    assert not any(c.question for c in again.mapping.columns)
    assert adds_up(convert(again, secret=SECRET))


def test_columns_in_another_order_and_encoding_are_the_same_file(templates: Templates) -> None:
    first = look(SURVEY)
    templates.keep(turned(first.mapping, "服务态度"), first.table.header)
    other = "\n".join(",".join(reversed(line.split(","))) for line in SURVEY.splitlines())
    again = look(other.encode("gb18030"), templates=templates)
    assert again.template
    assert column(again, "服务态度").reversed
    assert column(again, "服务态度").index == 1


def test_another_column_is_another_file(templates: Templates) -> None:
    first = look(SURVEY)
    templates.keep(first.mapping, first.table.header)
    assert not look(SURVEY.replace("意见", "建议"), templates=templates).template


def test_a_kind_that_is_asked_for_overrules(templates: Templates) -> None:
    first = look(SURVEY)
    templates.keep(first.mapping, first.table.header)
    found = look(SURVEY, templates=templates, kind="review")
    assert (found.kind, found.template) == ("review", False)


def test_answers_off_the_confirmed_scale_are_asked_about(templates: Templates) -> None:
    first = look(SURVEY)
    templates.keep(first.mapping, first.table.header)
    again = look(SURVEY.replace(",5,很", ",10,很"), templates=templates)
    assert column(again, "服务态度").question == "questions.scale_changed"
    assert column(again, "服务态度").scale == "1-5"


def test_a_kept_file_is_a_mapping_file(tmp_path: Path) -> None:
    found = look(exports.tencent_survey())
    kept = Templates(tmp_path).keep(found.mapping, found.table.header, tool=found.tool)
    tree = json.loads((tmp_path / f"{kept.signature}.json").read_text(encoding="utf-8"))
    assert Mapping.from_dict(tree["mapping"]) == kept.mapping
    assert kept.mapping.leave_out == ("marked_invalid",)
    assert Templates(tmp_path).all() == (kept,)


def test_forgotten(templates: Templates) -> None:
    found = look(SURVEY)
    kept = templates.keep(found.mapping, found.table.header)
    assert templates.all() == (kept,)
    assert templates.forget(kept.signature)
    assert not templates.forget(kept.signature)
    assert not templates.forget("../escape")
    assert templates.find(found.table.header) is None


def test_damaged_template_is_named(tmp_path: Path) -> None:
    header = look(SURVEY).table.header
    (tmp_path / f"{signature(header)}.json").write_text("{", encoding="utf-8")
    with pytest.raises(MappingIncomplete):
        look(SURVEY, templates=Templates(tmp_path))


def test_signature_is_of_the_set_of_names() -> None:
    assert signature(("门店", "評分")) == signature(("评分", " 门店"))
    assert signature(("门店", "评分")) != signature(("门店", "评分", "评分"))
