"""Comments are read in a child process while the caller goes on."""

from __future__ import annotations

import time

import pandas as pd
import pytest

from analysis.text import COMMON, DEFAULT_ENGINE
from dashboard.scoring import Progress, Reader

READING_SECONDS = 120  # loading the model in a fresh process, on a machine that may be busy


class Texts:
    """A store of texts in memory."""

    path = ":memory:"

    def __init__(self, *texts: str) -> None:
        self.texts = pd.DataFrame({"text_hash": pd.array(range(len(texts)), dtype="uint64"), "text": list(texts)})
        self.saved: list[pd.DataFrame] = []

    def unread(self) -> pd.DataFrame:
        known = [h for frame in self.saved for h in frame["text_hash"]]
        return self.texts[~self.texts["text_hash"].isin(known)]

    def pending_count(self, current: str | None = None) -> tuple[int, int]:
        return len(self.unread()), len(self.texts)

    def pending_texts(self, limit: int, current: str | None = None) -> pd.DataFrame:
        return self.unread().head(limit)

    def save_scores(self, scores: pd.DataFrame) -> None:
        self.saved.append(scores)


def wait_until_read(reader: Reader) -> Progress:
    deadline = time.monotonic() + READING_SECONDS
    while (progress := reader.start()).running and time.monotonic() < deadline:
        time.sleep(0.1)
    return progress


def test_nothing_to_read_starts_nothing() -> None:
    assert Reader(Texts()).start() == Progress(0, 0, False)


def test_texts_are_read_and_saved() -> None:
    store = Texts("态度很好，非常满意", "问题一直没解决，太失望了")
    reader = Reader(store)
    assert reader.start() == Progress(0, 2, True)
    assert wait_until_read(reader) == Progress(2, 2, False)
    scores = pd.concat(store.saved).sort_values("text_hash")
    assert scores["polarity"].tolist() == ["positive", "negative"]
    assert set(scores["engine"]) == {COMMON.called(DEFAULT_ENGINE)}


def test_a_failure_ends_the_reading_and_not_the_pages(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(Texts, "save_scores", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    reader = Reader(Texts("满意"))
    assert reader.start().running
    assert wait_until_read(reader) == Progress(0, 1, False)
    assert reader.start() == Progress(0, 1, False)
    assert "Reading comments stopped" in caplog.text
