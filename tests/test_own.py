"""A company's own dimensions, labels and correction of the tone, kept beside its store."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from analysis import own, pipeline
from analysis.briefing import labelling
from analysis.briefing.vocabulary import preview
from analysis.cli import main
from analysis.errors import BadTaxonomy
from analysis.store import Warehouse
from analysis.taxonomy import Addition, extended, taxonomy
from analysis.text import COMMON, Reading, score, scoring
from analysis.text.adjustment import Adjustment

REVIEWS = "评价编号,评价时间,评价内容\n" + "\n".join(
    [f"P{i},2026-03-0{1 + i % 7},试衣间太小了（{i}）" for i in range(8)]
    + [f"Q{i},2026-03-01,物流太慢（{i}）" for i in range(4)]
)
FITTING = Addition("试衣间", ("试衣间", "试衣室"))


@pytest.fixture
def store():
    with Warehouse.open(":memory:") as opened:
        pipeline.import_file(opened, REVIEWS.encode(), file_name="r.csv", kind="review")
        pipeline.score_pending(opened)
        yield opened


def spoken(store: Warehouse, name: str) -> int:
    return store.comment_total(dimension=name)


def test_a_new_dimension_is_found_once_its_comments_are_read_anew(store):
    own.add_terms(store, FITTING)
    current = own.reading_of(store).called("xinsheng")
    assert (store.pending_count(current), spoken(store, "试衣间")) == ((12, 12), 0)
    assert store.counts("comments", ["polarity"])["polarity"].notna().all()  # the old scores stand meanwhile
    assert pipeline.score_pending(store) == 12
    assert (spoken(store, "试衣间"), spoken(store, "物流时效")) == (8, 4)
    assert pipeline.score_pending(store) == 0
    own.remove_terms(store, "试衣间")
    pipeline.score_pending(store)
    assert spoken(store, "试衣间") == 0


def test_reading_anew_can_be_stopped_and_taken_up_again(store):
    own.add_terms(store, FITTING)
    asked = iter([False, True])
    assert pipeline.score_pending(store, chunk=5, stop=lambda: next(asked)) == 5
    assert pipeline.score_pending(store, chunk=5) == 7


def test_scores_of_another_engine_are_not_read_anew(store):
    texts = store.pending_texts(1)
    assert texts.empty
    own.add_terms(store, FITTING)
    three = store.drawn_texts(3, seed=1)[["text_hash"]]
    store.save_scores(three.assign(sentiment=0.5, polarity="neutral", aspects="[]", engine="snownlp"))
    assert store.pending_count(own.reading_of(store).called("xinsheng"))[0] == 9


def test_a_preview_counts_and_quotes_and_keeps_nothing(store):
    found = preview(store, FITTING, quotes=5)
    assert (found.searched, found.hits, found.before, len(found.quotes)) == (12, 8, 0, 5)
    assert all("试衣间" in quote.passages[0] for quote in found.quotes)
    assert own.additions_of(store) == ()
    moved = preview(store, Addition("仓储", ("物流",)))
    assert (moved.moved, moved.hits) == ((("物流", "物流时效"),), 4)


def test_a_term_belongs_to_one_dimension():
    both = extended(taxonomy(), [Addition("甲", ("物流",)), Addition("乙", ("物流", "仓库"))])
    holders = [d.name for d in both.dimensions if "物流" in d.terms]
    assert holders == ["乙"]
    assert extended(taxonomy(), []) == taxonomy()


def test_additions_lie_beside_the_store_and_come_back(tmp_path):
    with Warehouse.open(tmp_path / "x.duckdb") as store:
        own.add_terms(store, FITTING)
        own.add_terms(store, Addition("试衣间", ("更衣室",)))
    with Warehouse.open(tmp_path / "x.duckdb") as store:
        assert own.additions_of(store) == (Addition("试衣间", ("试衣间", "试衣室", "更衣室")),)
        (tmp_path / "x.duckdb.taxonomy.json").write_text("{", encoding="utf-8")
        with pytest.raises(BadTaxonomy) as error:
            own.reading_of(store)
    assert error.value.key == "errors.taxonomy_damaged"


@pytest.mark.parametrize(
    ("name", "terms", "key"),
    [
        ("", "试衣", "errors.taxonomy_empty"), ("试衣", " , ", "errors.taxonomy_empty"),
        ("试" * 21, "试衣", "errors.taxonomy_name"), ("试衣", "慢", "errors.taxonomy_term"),
        ("试衣", "abc", "errors.taxonomy_term"), ("试衣", "试" * 13, "errors.taxonomy_term"),
    ],
)
def test_what_cannot_be_a_dimension_or_term_is_said(name, terms, key):
    with pytest.raises(BadTaxonomy) as error:
        own.checked(name, terms)
    assert error.value.key == key


def test_terms_are_parted_as_people_part_them_and_aliases_are_names():
    assert own.checked("物流速度", "快递柜，驿站、 快递柜;丰巢") == Addition("物流时效", ("快递柜", "驿站", "丰巢"))


# -- labels


def test_labels_follow_their_text_out_and_back(store):
    drawn = store.drawn_texts(5, seed=3)
    store.save_labels(drawn.assign(label="negative"))
    store.save_labels(drawn.head(1).assign(label="neutral"))
    assert store.labels()["label"].value_counts().to_dict() == {"negative": 4, "neutral": 1}
    store.undo(1)
    assert store.labels().empty
    store.redo(1)
    assert len(store.labels()) == 5
    assert all(check.sound for check in store.check())


def test_labels_of_a_forgotten_record_go_too(store):
    store.save_labels(store.drawn_texts(12, seed=1).assign(label="negative"))
    pipeline.forget(store, "P3")
    assert len(store.labels()) == 11


def test_a_draw_is_random_and_the_same_for_its_seed(store):
    first, again, other = (store.drawn_texts(6, seed=seed)["text"].tolist() for seed in (1, 1, 2))
    assert first == again
    assert set(first) != set(other)


def test_labels_come_and_go_as_csv(store):
    content = labelling.labels_csv(store, draw=12).decode("utf-8-sig")
    lines = content.strip().splitlines()
    filled = [lines[0], *(f"{line}负面" for line in lines[1:10]), f"{lines[10]}負面", f"{lines[11]}positive", lines[12]]
    assert labelling.read_labels(store, "\n".join(filled).encode()) == 11
    report = labelling.label_report(store)
    assert (report.labels, report.accuracy.n, report.comparison, report.used) == (11, 11, None, False)
    assert report.accuracy.value == pytest.approx(10 / 11)
    assert report.confusion["positive", "negative"] == 1
    assert labelling.labels_csv(store).decode("utf-8-sig").count("negative") == 10


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "errors.labels_unreadable"), ("text\n好".encode(), "errors.labels_unreadable"),
        ("text_hash,label\nx,正面".encode(), "errors.labels_unreadable"),
        ("text_hash,label\n1,正面\n2,很好".encode(), "errors.label_unknown"),
    ],
)
def test_a_file_without_labels_is_refused_whole(store, content, key):
    with pytest.raises(BadTaxonomy) as error:
        labelling.read_labels(store, content)
    assert error.value.key == key
    assert store.labels().empty


def test_an_adjustment_that_is_no_better_is_not_used(store):
    store.save_labels(store.drawn_texts(12, seed=1).assign(label="negative"))
    with pytest.raises(BadTaxonomy):
        labelling.switch_adjustment(store, on=True)
    assert own.reading_of(store) == Reading()


def test_a_kept_adjustment_changes_what_is_read_and_can_be_switched_off(store):
    own.keep_adjustment(store, Adjustment(1.0, 9.0, (("物流时效", -20.0),), (0.4, 0.6)), used=True)
    pipeline.score_pending(store)
    calls = store.comments()[["text", "polarity"]].itertuples(index=False, name=None)
    assert {(text[:2], call) for text, call in calls} == {("试衣", "positive"), ("物流", "negative")}
    labelling.switch_adjustment(store, on=False)
    pipeline.score_pending(store)
    assert set(store.comments()["polarity"]) == {"negative"}


def test_without_anything_of_ones_own_texts_are_read_as_ever():
    texts = ["物流太慢", "态度很好", "", None]
    pd.testing.assert_frame_equal(score(texts), score(texts, reading=Reading()))


def test_what_an_earlier_version_read_is_read_anew(store, monkeypatch):
    pipeline.score_pending(store)
    assert store.pending_count(COMMON.called("xinsheng"))[0] == 0
    monkeypatch.setattr(scoring, "_version", lambda: "the next one")
    assert store.pending_count(COMMON.called("xinsheng")) == (store.pending_count()[1],) * 2
    pipeline.score_pending(store)
    assert store.pending_count(COMMON.called("xinsheng"))[0] == 0


def test_on_the_command_line(tmp_path, capsys):
    path = tmp_path / "x.duckdb"
    with Warehouse.open(path) as store:
        pipeline.import_file(store, REVIEWS.encode(), file_name="r.csv", kind="review")
        pipeline.score_pending(store)
    base = ["--store", str(path), "--json"]
    assert main(["taxonomy", "--add", "试衣间", "--terms", "试衣间", "--preview", *base]) == 0
    assert json.loads(capsys.readouterr().out)["hits"] == 8
    assert main(["taxonomy", "--add", "试衣间", "--terms", "试衣间", *base]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "additions": [{"name": "试衣间", "terms": ["试衣间"]}], "scored": 12,
    }
    assert main(["labels", "--draw", "12", "--export", str(tmp_path / "l.csv"), *base]) == 0
    table = pd.read_csv(tmp_path / "l.csv", dtype=str).assign(label="负面")
    table.to_csv(tmp_path / "l.csv", index=False)
    capsys.readouterr()
    assert main(["labels", "--import", str(tmp_path / "l.csv"), *base]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["labels"], found["accuracy"]["value"], found["adjustment"]) == (12, 100.0, None)
    assert main(["labels", "--adjust", "on", *base]) == 2
