"""The report put together: its sections in the order in which a meeting reads them."""

from __future__ import annotations

from analysis import formatting
from analysis.i18n import say, spoken
from analysis.report import customers, handled, numbers, places, voices, wording
from analysis.report.content import WeekContent
from analysis.report.parts import Report
from analysis.report.weeks import week_name


def report_of(content: WeekContent) -> Report:
    """The content of a week as sentences, charts and tables, in the language spoken."""
    sections = (
        numbers.headline_section(content), numbers.finding_section(content), places.weak_section(content),
        places.touchpoint_section(content), places.driver_section(content), places.store_section(content),
        voices.complaint_section(content), handled.promise_section(content), voices.voice_section(content),
        customers.customer_section(content), handled.action_section(content),
    )
    period = formatting.period(content.week.start, content.week.end)
    return Report(
        name=say("report.name"), answer=numbers.answer(content), period=period,
        base=wording.SOURCE_SEPARATOR.join(numbers.base(content)), week=week_name(content.monday), language=spoken(),
        sections=(*sections, numbers.quality_section(content, sections)),
    )
