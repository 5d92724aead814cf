"""Small batches written by hand, for tests of the store alone."""

from __future__ import annotations

import pandas as pd

from analysis.records import (
    QUESTION_COLUMNS,
    RECORD_COLUMNS,
    RESPONDENT_COLUMNS,
    Answers,
    ImportReport,
    Issue,
    Question,
    RecordBatch,
)

DAY = pd.Timestamp("2026-03-04")  # a Wednesday


def table(name: str, rows: list[dict]) -> pd.DataFrame:
    """A record table with all its columns; the source lines count from 2 where not given."""
    numbered = [{"row": number, "day": DAY, **row} for number, row in enumerate(rows, start=2)]
    return pd.DataFrame(numbered).reindex(columns=list(RECORD_COLUMNS[name]))


def batch(
    kind: str,
    tables: dict[str, list[dict]],
    *,
    contents: list[int],
    identities: list[int] | None = None,
    issues: tuple[Issue, ...] = (),
    quarantined: int = 0,
) -> RecordBatch:
    """A batch whose rows have the given contents, one record a row in each table."""
    n = len(contents)
    rows = pd.DataFrame(
        {
            "row": range(2, n + 2),
            "content": pd.Series(contents, dtype="uint64"),
            "identity": pd.Series(identities or [None] * n, dtype="UInt64"),
        }
    )
    report = ImportReport(
        None, "手工.csv", kind, "csv", "utf-8", n + quarantined, n, 0, quarantined, 0,
        mapping={"columns": []}, issues=issues,
    )
    others = {name: table(name, rs) for name, rs in tables.items()}
    answers = wide(others.pop("answers")) if "answers" in others else None
    return RecordBatch(kind, f"hash-{contents}", rows, others, report, answers=answers)


def wide(answers: pd.DataFrame) -> Answers:
    """Answers laid out long as a survey has them, each line a respondent who answered one question."""
    asked = list(dict.fromkeys(answers[list(QUESTION_COLUMNS[:-1])].itertuples(index=False, name=None)))
    at = [(answers[list(QUESTION_COLUMNS[:-1])] == [*names]).all(axis=1) for names in asked]
    scores = tuple(answers["score"].where(here).to_numpy() for here in at)
    return Answers(answers[list(RESPONDENT_COLUMNS)], tuple(Question(*names) for names in asked), scores)


def survey(scores: list[float], *, contents: list[int] | None = None, **columns: object) -> RecordBatch:
    """One NPS answer a response; further columns hold for every answer."""
    question = {"dimension": "推荐意愿", "metric": "nps", "scale": "0-10", **columns}
    answers = [
        {"response_id": f"r{number}", "score": score, **question}
        for number, score in enumerate(scores)
    ]
    return batch("survey", {"answers": answers}, contents=contents or list(range(len(scores))))


def reviews(texts: list[str], **columns: object) -> RecordBatch:
    """One comment a review."""
    comments = [
        {"comment_id": f"c{number}", "source": "review", "text": text, **columns} for number, text in enumerate(texts)
    ]
    return batch("review", {"comments": comments}, contents=[hash(text) % 2**63 for text in texts])


def complaints(states: dict[str, str], *, text: str = "还没解决") -> RecordBatch:
    """One ticket, with its comment, per id and status: `{"T1": "处理中"}`."""
    tickets = [
        {"ticket_id": name, "created": DAY, "status": status, "category": "物流"} for name, status in states.items()
    ]
    comments = [
        {"comment_id": name, "source": "complaint", "text": f"{text}{status}"} for name, status in states.items()
    ]
    return batch(
        "complaint",
        {"tickets": tickets, "comments": comments},
        contents=[hash((name, status)) % 2**63 for name, status in states.items()],
        identities=[hash(name) % 2**63 for name in states],
    )


def orders(counts: dict[str, int], *, day: str = "2026-03-04") -> RecordBatch:
    """Orders of one day, per store."""
    rows = [{"day": pd.Timestamp(day), "channel": "门店", "store": name, "count": n} for name, n in counts.items()]
    return batch(
        "volume",
        {"volumes": rows},
        contents=[hash((day, name, n)) % 2**63 for name, n in counts.items()],
        identities=[hash((day, name)) % 2**63 for name in counts],
    )
