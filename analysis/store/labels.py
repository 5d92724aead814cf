"""Texts that no engine has read as it reads now, texts drawn for labelling, and the labels."""

from __future__ import annotations

import duckdb
import pandas as pd

from analysis.store.batches import now
from analysis.store.insertion import registered

# A score is outdated where the same engine now reads with another taxonomy or adjustment: the name before "+" is equal.
_OUTDATED = "s.engine <> $current AND split_part(s.engine, '+', 1) = split_part($current, '+', 1)"
PENDING_TEXTS = f"""
    SELECT text_hash, any_value(text) AS text FROM comments LEFT JOIN text_scores s USING (text_hash)
    WHERE s.text_hash IS NULL OR ({_OUTDATED})
    GROUP BY text_hash ORDER BY bool_or(s.engine IS NULL) DESC, max(day) DESC, text_hash LIMIT $limit"""
PENDING_COUNT = f"""
    SELECT count(*) FILTER (WHERE s.text_hash IS NULL OR ({_OUTDATED})), count(*)
    FROM (SELECT DISTINCT text_hash FROM comments) c LEFT JOIN text_scores s USING (text_hash)"""

LABELS = """
    SELECT l.text_hash, any_value(c.text) AS text, any_value(l.label) AS label, any_value(l.said) AS said,
           any_value(l.labelled_at) AS labelled_at
    FROM labels l JOIN comments c USING (text_hash) GROUP BY l.text_hash ORDER BY labelled_at, l.text_hash"""
# Every distinct text that was read has the same chance; the order depends on the seed alone.
DRAWN = """
    SELECT text_hash, any_value(c.text) AS text, any_value(s.polarity) AS said
    FROM comments c JOIN text_scores s USING (text_hash) WHERE s.sentiment IS NOT NULL
    GROUP BY text_hash ORDER BY hash(text_hash, CAST($seed AS BIGINT)), text_hash LIMIT $number"""


def keep_labels(cursor: duckdb.DuckDBPyConnection, labels: pd.DataFrame) -> None:
    """Put labels in (text_hash, label, said): an earlier one of a text gives way, an unknown text is left out."""
    with registered(cursor, labels[["text_hash", "label", "said"]]):
        cursor.execute("DELETE FROM labels WHERE text_hash IN (SELECT text_hash FROM incoming)")
        cursor.execute(
            "INSERT INTO labels SELECT text_hash, label, said, ? FROM incoming "
            "WHERE text_hash IN (SELECT text_hash FROM comments)", [now()],
        )
