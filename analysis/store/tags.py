"""What the customer file says of whoever answered: tags by editable rules, the age band and the persona.

Tags follow from customers, answers and rules, so that an import, an undo, a deletion or another rule shows at once;
what takes long about them is worked out once for each state of these (`kept`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, fields
from functools import cache

import duckdb
import sqlglot
from sqlglot import exp

from analysis.actions import changes
from analysis.errors import Outdated, XinshengError
from analysis.i18n import Sentence, clauses
from analysis.schema import AT_RISK, HIGH_VALUE, NEW_PRODUCTS, PERSONA, SCALES, TAGS, TagRules
from analysis.store import audit
from analysis.store.audit import author

# How often the rules were changed stands among them, so that the audit cannot lose its last line of them unseen.
_VERSION = "version"
RULES = f"SELECT name, value FROM tag_rules WHERE name <> '{_VERSION}'"
VERSION = f"SELECT coalesce(max(value), 0) FROM tag_rules WHERE name = '{_VERSION}'"
SUBJECT = "tag_rules"  # what the audit calls them; they are one thing, number 1

TAG = "tag"
# Relations in memory that `kept` fills: SATISFACTION and CARRIED.
SO_FAR, CARRIERS = "kept.satisfaction", "kept.carriers"

_POINTS = " ".join(f"WHEN '{s.name}' THEN 100 * (score - {s.low}) / {s.high - s.low}" for s in SCALES.values())

# The satisfaction so far of each customer in a customer file: the mean of all their answers to satisfaction
# questions, 0 to 100.
SATISFACTION = f"""
    SELECT customer_id, avg(CAST(CASE CAST(scale AS VARCHAR) {_POINTS} END AS DOUBLE)) AS satisfaction,
           count(*) AS answers
    FROM answers SEMI JOIN live_customers USING (customer_id)
    WHERE CAST(metric AS VARCHAR) = 'csat' GROUP BY customer_id"""

# The last day that the data know of: "for 30 days" counts back from here, not from the day somebody looks.
LAST_KNOWN_DAY = """
    SELECT max(day) FROM (
        SELECT max(day) AS day FROM answers UNION ALL SELECT max(day) FROM comments
        UNION ALL SELECT max(CAST(day AS DATE)) FROM tickets UNION ALL SELECT max(last_purchase) FROM customers
    )"""


class RulesRefused(XinshengError):
    """The numbers given are no rules of tags."""


def rule(name: str) -> str:
    """A rule's number as SQL: the one that was told, else the default."""
    default = getattr(TagRules(), name)
    return f"coalesce((SELECT max(value) FROM tag_rules WHERE name = '{name}'), {default})"


_DAYS_SINCE = f"date_diff('day', last_purchase, ({LAST_KNOWN_DAY}))"

_NAMES = ", ".join(f"'{name}'" for name in TAGS)
# One line per customer and tag; `known` beside it says whether the file holds what the rule needs.
TAGGED = f"""
    SELECT customer_id, CAST('{HIGH_VALUE}' AS ENUM ({_NAMES})) AS tag, spend_12m IS NOT NULL AS known,
           spend_12m >= {rule("high_value_spend")} AS holds
    FROM live_customers
    UNION ALL
    SELECT customer_id, '{AT_RISK}', last_purchase IS NOT NULL AND satisfaction IS NOT NULL,
           {_DAYS_SINCE} > {rule("at_risk_days")} AND satisfaction < {rule("at_risk_score")}
    FROM live_customers LEFT JOIN {SO_FAR} AS past USING (customer_id)
    UNION ALL
    SELECT customer_id, '{NEW_PRODUCTS}', bought_new IS NOT NULL,
           bought_new AND coalesce({_DAYS_SINCE} <= {rule("new_product_days")}, true)
    FROM live_customers"""

CARRIED = f"SELECT customer_id, tag FROM ({TAGGED}) AS tagged WHERE holds"

_FACTS = {
    TAG: f"SELECT customer_id, tag AS value FROM {CARRIERS}",
    "age_band": "SELECT customer_id, age_band AS value FROM live_customers WHERE age_band IS NOT NULL",
    PERSONA: "SELECT customer_id, value FROM attributes JOIN live_customers USING (batch, \"row\") "
             f"WHERE name = '{PERSONA}'",
}


def facts(key: str) -> exp.Subquery:
    """A relation of customer_id and value: what the customer file says under `key` of CUSTOMER_FILE_KEYS."""
    return _parsed(key).copy().subquery()


@cache
def _parsed(key: str) -> exp.Query:
    return sqlglot.parse_one(_FACTS[key], read="duckdb")


def rules(rows: Iterable[tuple[str, float]]) -> TagRules:
    """Rows of `RULES` over the defaults."""
    return TagRules(**dict(rows))


def keep(cursor: duckdb.DuckDBPyConnection, wanted: TagRules, *, who: str, seen: int) -> None:
    """Keep rules and tell the audit; those that are the defaults are not kept, so that a better default reaches them.

    `seen` is the version that their author had in view. Raises RulesRefused for a number that is missing or negative,
    and for a satisfaction above 100; Outdated where somebody else changed them since; PlanRefused without a name.
    """
    told, name = asdict(wanted), author(who)
    for field, value in told.items():
        if not (math.isfinite(value) and value >= 0) or (field == "at_risk_score" and value > 100):
            raise RulesRefused("errors.rule_impossible", value=value)
    _refuse_outdated(cursor, seen)
    audit.append(cursor, who=name, subject=SUBJECT, item=1, version=seen + 1, content=told)
    cursor.execute("DELETE FROM tag_rules")
    cursor.execute("INSERT INTO tag_rules VALUES (?, ?)", [_VERSION, seen + 1])
    for field in fields(TagRules):
        if told[field.name] != field.default:
            cursor.execute("INSERT INTO tag_rules VALUES (?, ?)", [field.name, told[field.name]])


def as_audited(standing: TagRules, version: int, told: Iterable[audit.Entry]) -> bool:
    """Whether the rules that stand are those of the audit's last entry on them; rules older than the audit are."""
    last = next((entry for entry in reversed(tuple(told)) if entry.subject == SUBJECT), None)
    if last is None:
        return version == 0
    return (last.version, last.content) == (version, asdict(standing))


def _refuse_outdated(cursor: duckdb.DuckDBPyConnection, seen: int) -> None:
    version = int(cursor.execute(VERSION).fetchall()[0][0])
    if version == seen:
        return
    last = audit.entries(cursor.execute(audit.AUDIT).fetchall())
    by = next(entry for entry in reversed(last) if entry.subject == SUBJECT)
    before = next((e.content for e in last if e.subject == SUBJECT and e.version == seen), asdict(TagRules()))
    found = changes(TagRules(**before), rules(cursor.execute(RULES).fetchall()))
    said = clauses([change.sentence.said() for change in found]) or Sentence("action.nothing")
    at = by.at.replace("T", " ")
    raise Outdated("errors.outdated", who=by.who, at=at, changes=said, number=1, version=version)
