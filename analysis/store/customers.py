"""Customers one by one: who carries which tag, whom to call back, and all that one of them has said."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd
from sqlglot import exp

from analysis.schema import AT_RISK, EVERYTHING, HIGH_VALUE, NPS_PASSIVE_MIN, PERSONA, Filters
from analysis.store.frames import tidy
from analysis.store.histogram import FILTER_KEYS, conditions
from analysis.store.kept import Kept
from analysis.store.tags import LAST_KNOWN_DAY, SO_FAR, TAGGED

_KNOWN_KEYS = frozenset({*FILTER_KEYS, "score"})

# A withdrawn complaint is not open, whatever times it lacks.
_OPEN = """closed IS NULL AND resolved IS NULL
    AND NOT regexp_matches(coalesce(status, ''), '撤|取消|关闭|办结|完成|解决|(?i:cancel|clos|resolv|solved)')
    OR closed IS NULL AND resolved IS NULL AND regexp_matches(coalesce(status, ''), '未关闭|未办结|未完成|未解决')"""

# The newest of a negative tone, else the newest at all.
_WORDS = """
    SELECT customer_id, text AS quote, day AS quote_day, source AS quote_source FROM live_comments
    WHERE customer_id IS NOT NULL AND text IS NOT NULL AND trim(text) <> ''
    QUALIFY row_number() OVER (
        PARTITION BY customer_id ORDER BY coalesce(polarity = 'negative', false) DESC, day DESC, batch, "row") = 1"""
_ADVICE = """
    SELECT customer_id, CAST(score AS DOUBLE) AS advice, day AS advice_day, response_id FROM answers
    WHERE metric = 'nps' AND customer_id IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY day DESC, batch DESC, "row" DESC) = 1"""
_TICKETS = f"""
    SELECT customer_id, ticket_id AS open_ticket, category AS open_category, day AS open_since FROM live_tickets
    WHERE customer_id IS NOT NULL AND ({_OPEN})
    QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY created, ticket_id) = 1"""
_TAGS = f"""
    SELECT customer_id, list(tag) AS tags, bool_or(tag = '{AT_RISK}') AS at_risk,
           bool_or(tag = '{HIGH_VALUE}') AS high_value
    FROM ({TAGGED}) AS tagged WHERE holds GROUP BY customer_id"""
_CALL_BACKS = f"""
    SELECT customer_id, tags, at_risk, advice < {NPS_PASSIVE_MIN} AND high_value AS detractor, c.tier, c.age_band,
           c.region, spend_12m, last_purchase, satisfaction, past.answers AS answers, advice, advice_day, response_id,
           open_ticket, open_category, open_since, quote, quote_day, quote_source
    FROM ({_TAGS}) AS tagged JOIN live_customers c USING (customer_id)
    LEFT JOIN {SO_FAR} AS past USING (customer_id)
    LEFT JOIN ({_ADVICE}) AS advised USING (customer_id)
    LEFT JOIN ({_TICKETS}) AS waiting USING (customer_id) LEFT JOIN ({_WORDS}) AS said USING (customer_id)
    WHERE (at_risk OR coalesce(advice < {NPS_PASSIVE_MIN} AND high_value, false)) AND {{chosen}}
    ORDER BY open_ticket IS NULL, NOT (at_risk AND coalesce(high_value, false)), spend_12m DESC NULLS LAST,
        customer_id"""

_WHO = f"""
    SELECT c.*, told.value AS persona FROM live_customers c
    LEFT JOIN attributes told ON told.batch = c.batch AND told."row" = c."row" AND told.name = '{PERSONA}'"""

_OWN = {
    "answers": 'SELECT day, response_id, channel, store, touchpoint, staff, dimension, scale, score FROM answers',
    "comments": "SELECT day, comment_id, source, channel, store, touchpoint, text, stars, polarity FROM live_comments",
    "tickets": "SELECT ticket_id, created, first_reply, plan, resolved, closed, status, category, priority, channel, "
               f"store, ({_OPEN}) AS is_open FROM live_tickets",
    "customers": f"SELECT tier, spend_12m, last_purchase, bought_new, age_band, region, persona FROM ({_WHO}) AS who",
}
_DAYS = ("day", "advice_day", "open_since", "quote_day", "last_purchase")


@dataclass(frozen=True, slots=True)
class CustomerRecords:
    """All that the store holds of one customer, each table oldest first; empty frames where there is nothing."""

    answers: pd.DataFrame
    comments: pd.DataFrame
    tickets: pd.DataFrame
    customers: pd.DataFrame
    tags: tuple[str, ...]


class Customers(Kept):
    """The part of the store that is asked about customers, not about answers."""

    def tag_counts(self) -> pd.DataFrame:
        """How many customers carry each tag: tag, customers (int), and known, of how many that can be told."""
        self._with_satisfaction()
        found = self._frame(
            "SELECT tag, count(*) FILTER (WHERE known AND holds) AS customers, count(*) FILTER (WHERE known) AS known "
            f"FROM ({TAGGED}) AS tagged GROUP BY tag"
        )
        return tidy(found, ("tag",)).astype({"customers": "int64", "known": "int64"})

    def high_value_at_risk(self) -> tuple[int, int]:
        """How many high-value customers are at risk too, and of how many of them that can be told."""
        self._with_satisfaction()
        return self._row(
            "SELECT count(*) FILTER (WHERE leaving), count(*) FROM ("
            f"SELECT bool_or(tag = '{HIGH_VALUE}' AND holds) AS rich, bool_or(tag = '{AT_RISK}' AND known) AS told, "
            f"bool_or(tag = '{AT_RISK}' AND holds) AS leaving FROM ({TAGGED}) AS tagged GROUP BY customer_id"
            ") WHERE rich AND told"
        )

    def last_known_day(self) -> object:
        """The last day of which the data know anything, from which tags count back; None without data."""
        day = self._row(LAST_KNOWN_DAY)[0]
        return getattr(day, "date", lambda: day)()

    def call_backs(self, filters: Filters = EVERYTHING) -> pd.DataFrame:
        """Customers at risk, and high-value ones whose last recommendation was below 7; open tickets first.

        `filters.where` chooses customers by any of their answers; the period does not count, as customers at risk have
        not been there lately. Columns: customer_id (a pseudonym), tags, at_risk, detractor, what the customer file
        holds, satisfaction (0-100) with its number of answers, advice with its day and response_id, the longest open
        ticket, and the newest negative comment, else the newest. Nobody gives no rows.
        """
        self._with_satisfaction()
        chosen = exp.true()
        if any(values for _, values in filters.where):
            given = replace(filters, start=None, end=None, without=())
            wanted = conditions(given, "answers", attributes=self._attributes((), given))
            customer = exp.column("customer_id", quoted=True)
            chosen = customer.isin(query=exp.select(customer.copy()).from_("answers").where(*wanted))
        found = self._frame(_CALL_BACKS.format(chosen=chosen.sql("duckdb")))
        found["detractor"] = found["detractor"].fillna(False).astype(bool)
        return _as_days(found)

    def records_of(self, customer: str) -> CustomerRecords:
        """All that one customer, named as stored, has said and asked for."""
        self._with_satisfaction()
        with self._cursor() as cursor:
            found = {
                table: _as_days(cursor.execute(f"{query} WHERE customer_id = ?", [customer]).df())
                for table, query in _OWN.items()
            }
            tags = cursor.execute(
                f"SELECT tag FROM ({TAGGED}) AS tagged WHERE holds AND customer_id = ?", [customer]
            ).fetchall()
        return CustomerRecords(**found, tags=tuple(tag for (tag,) in tags))

    def _attributes(self, keys, filters: Filters = EVERYTHING) -> list[str]:
        """The attributes there are, looked up only where a name is asked for that is no key of every store."""
        asked = {*keys, *(key for key, values in filters.where if values)}
        return [] if asked <= _KNOWN_KEYS else [*self._file_keys(asked), *self.attributes()]


def _as_days(frame: pd.DataFrame) -> pd.DataFrame:
    """Names as plain text, days as dates, None where there is nothing."""
    for name in frame.columns.intersection(_DAYS):
        frame[name] = [None if pd.isna(day) else pd.Timestamp(day).date() for day in frame[name]]
    return tidy(frame, [name for name in frame.columns if name not in (*_DAYS, "tags")])
