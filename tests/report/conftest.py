"""A small shop with seven weeks of data, whose files are full of markup, formulas and personal data."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

import pandas as pd
import pytest

from analysis import pipeline, report
from analysis.records import RecordBatch
from analysis.report import Report, WeekContent
from analysis.store import Warehouse
from tests.store.hand_made import batch

MONDAY = date(2026, 11, 16)
WEEKS, PER_WEEK = 7, 56
# The name of a host that no resolver knows (RFC 6761).
ELSEWHERE = "elsewhere.invalid"
FORMULA = f'=HYPERLINK("http://{ELSEWHERE}/f","x")'
IMAGE = f'<img src="http://{ELSEWHERE}/a.png" onerror="window.ran=1">'
END_OF_SCRIPT = f'</script><script src="http://{ELSEWHERE}/s.js"></script><!--'
BRACES = "{x}%s]]>&\"'"
STORES = (FORMULA, IMAGE, END_OF_SCRIPT, BRACES)
PHONE, EMAIL = "13812345678", "wang.wu@example.com"


def as_csv(header: list[str], rows: Iterable[list[object]]) -> bytes:
    """Rows as a file that a tool could have written."""
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode()


def survey() -> bytes:
    """Customers who like everything but whether their problem was solved, the last store's least of all."""
    header = ["答卷编号", "提交时间", "渠道", "门店", "推荐意愿", "整体满意度", "在线客服—问题解决彻底性",
              "门店—服务态度", "配送—物流时效", "意见"]
    said = (f"问题一直没解决，太差了，打我电话{PHONE} {END_OF_SCRIPT}", f"服务态度很好，很满意 {EMAIL}",
            f"物流太慢，很失望 {IMAGE}", "非常好，下次还来")
    rows, chance = [], random.Random(47)
    for number in range(WEEKS * PER_WEEK):
        week, place = divmod(number, PER_WEEK)
        day = MONDAY - timedelta(weeks=WEEKS - 1 - week) + timedelta(days=place % 7)
        whole = chance.choice((3, 4, 5))
        rows.append([
            f"R{number}", f"{day} 10:00:00", "在线客服", STORES[number % len(STORES)], whole * 2 - chance.randrange(2),
            whole, max(1, whole - chance.choice((1, 2, 3))), min(5, whole + chance.randrange(2)),
            chance.choice((3, 4, 5)), f"{said[number % 4]}{number}",
        ])
    return as_csv(header, rows)


def complaints() -> RecordBatch:
    """Four complaints a day of the last two weeks, as they are stored."""
    days = [pd.Timestamp(MONDAY - timedelta(days=7) + timedelta(days=n // 4)) for n in range(56)]
    causes = (f"配送延误{IMAGE}", "商品质量", "商品质量")
    tickets = [{"ticket_id": f"T{n}", "created": day, "day": day, "category": causes[n % 3]}
               for n, day in enumerate(days)]
    comments = [{"comment_id": f"T{n}", "source": "complaint", "text": "送货太慢", "day": day}
                for n, day in enumerate(days)]
    return batch("complaint", {"tickets": tickets, "comments": comments}, contents=list(range(1, 57)),
                 identities=list(range(1, 57)))


def orders() -> RecordBatch:
    """A thousand orders a day."""
    days = [pd.Timestamp(MONDAY - timedelta(weeks=WEEKS - 1) + timedelta(days=n)) for n in range(WEEKS * 7)]
    rows = [{"day": day, "channel": "在线客服", "store": STORES[0], "count": 1000} for day in days]
    numbers = list(range(1_001, 1_001 + len(days)))
    return batch("volume", {"volumes": rows}, contents=numbers, identities=numbers)


@pytest.fixture(scope="package")
def store() -> Iterator[Warehouse]:
    """The shop's store, comments read. Tests only ask it."""
    with Warehouse.open(":memory:") as opened:
        pipeline.import_file(opened, survey(), file_name="问卷.csv", kind="survey")
        opened.add(complaints())
        opened.add(orders())
        pipeline.score_pending(opened, workers=1)
        yield opened


@pytest.fixture(scope="package")
def content(store: Warehouse) -> WeekContent:
    """The last whole week."""
    return report.week_content(store)


@pytest.fixture(scope="package")
def made(content: WeekContent) -> Report:
    """The report in the language of the default."""
    return report.report_of(content)
