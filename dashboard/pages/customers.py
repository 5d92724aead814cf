"""客户: who the customers are, whom to call back, and what one of them has said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields

import pandas as pd
import streamlit as st
from markupsafe import Markup

from analysis.briefing.customers import CallBack, Moment, Segment, Story, TagCount
from analysis.errors import XinshengError
from analysis.i18n import listed, named, say, words
from analysis.schema import TAGS, TagRules
from dashboard import address, author, behind, cards, components, customers, data, formatting, numbers
from dashboard.charts.dots import Dot, dot_plot
from dashboard.filters import Selection, filter_bar

METRICS = ("nps", "csat", "ces")
LEAST_WEEKS = 12
MOST_VALUES = 30  # groups that a chart can hold
TABLE_HEIGHT = 430
_SEEN = "tag-rules-seen"  # the version of the rules that stood when the visitor last saw the page
TONES = {"negative": "attention", "positive": "good"}


def page() -> None:
    """Tags and their rules, metrics by what customers are, the call-back list, and one customer's timeline."""
    if data.is_empty():
        cards.nothing_yet()
        return
    head = st.container()
    selection = filter_bar()
    found, counts = customers.call_backs(selection.filters), customers.tag_counts()
    with head:
        components.page_headline(answer(found, counts), base_line(counts, selection))
    if not counts:
        with components.card(say("screen.customers.none_title"), key="no-customers"):
            components.quiet_note(say("screen.customers.none_body"))
    left, right = st.columns([2, 3], gap="small")
    if counts:
        with left:
            _tags_card(counts, selection)
    with right if counts else st.container():
        _segments_card(selection)
    if counts:
        _call_back_card(found, selection)
    _story_card(found)


def answer(found: Sequence[CallBack], counts: Sequence[TagCount]) -> Markup:
    """The page's first line: how many to call back, and why."""
    if not counts:
        return components.emphasised("screen.customers.answer_none")
    risk, detractors = sum(c.at_risk for c in found), sum(c.detractor for c in found)
    if not found:
        return components.emphasised("screen.customers.answer_nobody")
    return components.emphasised(
        "screen.customers.answer", emphasis=say("screen.customers.people", count=f"{len(found):,}"),
        risk=f"{risk:,}", detractors=f"{detractors:,}",
    )


def base_line(counts: Sequence[TagCount], selection: Selection) -> str:
    """The second line: how many customers the files name, and from which day tags count back."""
    known = max((count.estimate.n for count in counts), default=0)
    day = customers.last_known_day() or selection.fresh
    return say("screen.customers.base", known=f"{known:,}", day=formatting.long_day(day))


def _tags_card(counts: Sequence[TagCount], selection: Selection) -> None:
    rules = customers.rules()
    title = listed([say("screen.customers.tag_count", tag=named(c.tag), count=_count(c)) for c in counts])
    with components.card(title, tag_rules(rules), key="tags"):
        dots = [Dot(c.tag, c.estimate, "context") for c in counts]
        groups = [
            behind.counted(c.tag, named(c.tag), 0 if c.estimate.withheld else c.customers, scope, said=_count(c))
            for c in counts for scope in (behind.scope_of({"tag": c.tag}, selection.filters),)
        ]
        behind.chart(
            dot_plot(dots), groups, key="tags-chart", alt=title,
            frame=numbers.table(({"tag": c.tag}, c.estimate) for c in counts), card="tags", days=selection.days,
        )
        with st.popover(say("screen.customers.rules"), icon=":material/tune:", key="tag-rules"):
            _rules_form(rules, seen=st.session_state.get(_SEEN, customers.rules_version()))
    st.session_state[_SEEN] = customers.rules_version()


def _count(count: TagCount) -> str:
    return formatting.withheld(count.estimate) if count.estimate.withheld else f"{count.customers:,}"


def tag_rules(rules: TagRules) -> str:
    """The rules in words, with the numbers in force."""
    told = {name: f"{value:,g}" for name, value in asdict(rules).items()}
    return say("screen.customers.rule_words", **told)


def _rules_form(rules: TagRules, *, seen: int) -> None:
    author.line()
    with st.form("tag-rules-form", border=False):
        told = {
            field.name: st.number_input(
                say(f"screen.customers.rule_{field.name}"), min_value=0.0, step=1.0, format="%g",
                value=getattr(rules, field.name), key=f"rule-{field.name}",
            )
            for field in fields(TagRules)
        }
        with st.container(horizontal=True, gap="small"):
            kept = st.form_submit_button(say("screen.customers.keep_rules"), type="primary")
            usual = st.form_submit_button(say("screen.customers.usual_rules"))
    if kept or usual:
        _keep(TagRules(**told) if kept else TagRules(), seen=seen)


def _keep(rules: TagRules, *, seen: int) -> None:
    try:
        customers.keep_rules(rules, who=author.name(), seen=seen)
    except XinshengError as error:
        components.refusal(say("screen.customers.rules_refused"), say(error.key, **error.values))
        return
    for field in fields(TagRules):
        st.session_state.pop(f"rule-{field.name}", None)
    st.rerun()


def _segments_card(selection: Selection) -> None:
    keys = segment_keys()
    if not keys:
        return
    key = address.begin("segment-key", keys, default=keys[0])
    metric = address.begin("segment-metric", METRICS, default=METRICS[0])
    filters = selection.at_least_weeks(LEAST_WEEKS)
    found = [s for s in customers.segments(filters, metric=metric, key=key) if s.cell.estimate.n]
    title = segment_title(found, key, metric)
    with components.card(title, say("screen.customers.segments_rule", weeks=LEAST_WEEKS), key="segments"):
        with st.container(horizontal=True, gap="small"):
            address.kept("segment-key", keys, default=keys[0], words=None, draw=lambda: st.segmented_control(
                say("screen.customers.by"), keys, required=True, key="segment-key", format_func=_name,
                label_visibility="collapsed",
            ))
            address.kept("segment-metric", METRICS, default=METRICS[0], words=None, draw=lambda: st.segmented_control(
                say("keys.metric"), METRICS, required=True, key="segment-metric",
                format_func=lambda name: say(f"screen.customers.metric_{name}"), label_visibility="collapsed",
            ))
        if found:
            dots = [Dot(group(s, key), s.cell.estimate.floored(), _looks(s)) for s in found]
            groups = [
                behind.group(group(s, key), group(s, key), s.cell.estimate, s.cell.keys, filters)
                for s in found if s.cell.keys[key] is not None
            ]
            lines = [({key: group(s, key)}, s.cell.estimate) for s in found]
            behind.chart(
                dot_plot(dots), groups, key="segments-chart", alt=title, frame=numbers.table(lines), card="segments",
                days=(filters.start, filters.end),
            )
        else:
            components.quiet_note(say("screen.customers.segments_empty"))
        if key == "tag":
            components.quiet_note(say("screen.customers.tags_overlap"))


def segment_keys() -> list[str]:
    """What customers can be told apart by: tags, tier, age band, persona and whatever else the files say of them."""
    held = [key for key in ("tag", "tier", "age_band", "persona") if data.values(key)]
    return [*held, *(name for name, values in data.attributes() if 2 <= len(values) <= MOST_VALUES)]


def group(segment: Segment, key: str) -> str:
    """A group's name; those of whom nothing is known, or who carry no tag, say so."""
    value = segment.cell.keys[key]
    if value is None:
        return say("screen.customers.untagged" if key == "tag" else "screen.customers.unknown")
    return named(str(value))


def segment_title(found: Sequence[Segment], key: str, metric: str) -> str:
    """Which groups reliably differ from everybody else."""
    name = say(f"screen.customers.metric_{metric}")
    low = [group(s, key) for s in found if s.standing == "weak"]
    high = [group(s, key) for s in found if s.standing == "strong"]
    if low and high:
        return say("screen.customers.segments_both", metric=name, low=listed(low), high=listed(high))
    if low or high:
        return say(f"screen.customers.segments_{'low' if low else 'high'}", metric=name, names=listed(low or high))
    if sum(s.cell.estimate.ranked for s in found) < 2:
        return say("screen.customers.segments_few", metric=name)
    if key == "tag":
        return say("screen.customers.segments_tags_same", metric=name)
    return say("screen.customers.segments_same", metric=name, key=_name(key))


def _looks(segment: Segment) -> str:
    return segment.standing if segment.cell.estimate.ranked else "thin"


def _name(key: str) -> str:
    return say(f"keys.{key}") if f"keys.{key}" in words() else formatting.literal(key)


def _call_back_card(found: Sequence[CallBack], selection: Selection) -> None:
    waiting = sum(c.ticket is not None for c in found)
    title = say("screen.customers.call_title", count=f"{len(found):,}", open=f"{waiting:,}")
    with components.card(title if found else say("screen.customers.call_none"), say("screen.customers.call_rule"),
                         key="call-backs"):
        if not found:
            return
        with st.popover(say("screen.customers.own_ids"), icon=":material/key:", key="own-ids-ask"):
            pasted = st.text_area(say("screen.customers.own_ids_label"), key="own-ids", height=160)
            components.quiet_note(say("screen.customers.own_ids_note"))
        own = customers.own_ids(pasted.split()) if pasted.strip() else {}
        frame = call_back_table(found, own)
        picked = st.dataframe(
            frame, hide_index=True, height=TABLE_HEIGHT, width="stretch", key="call-back-table",
            on_select="rerun", selection_mode="single-row",
        )
        rows = picked.selection.rows
        names = frame[say("screen.customers.column_customer")]
        st.session_state["picked-customer"] = names.iloc[rows[0]] if rows else ""
        numbers.menu(frame, card="call-backs", days=(selection.fresh, selection.fresh))
        components.quiet_note(say("screen.customers.call_limit"))


def call_back_table(found: Sequence[CallBack], own: Mapping[str, str]) -> pd.DataFrame:
    """The call-back list as a table in words; the customers whose own id was given come first."""
    ordered = sorted(found, key=lambda c: c.customer not in own)
    lines = [
        ({"own": own.get(c.customer, "")} if own else {}) | {
            "reason": listed([say(f"screen.customers.reason_{name}") for name in ("at_risk", "detractor")
                              if getattr(c, name)]),
            "tags": listed([named(tag) for tag in c.tags]), "tier": c.tier and named(c.tier),
            "spend": c.spend, "last_purchase": c.last_purchase,
            "satisfaction": None if c.satisfaction is None else round(c.satisfaction, 1), "advice": c.advice,
            "cause": c.cause or "", "ticket": c.ticket or "",
            "open_since": c.open_since.isoformat() if c.open_since else "", "quote": c.quote or "",
            "quote_day": c.quote_day, "response": c.response or "", "customer": c.customer,
        }
        for c in ordered
    ]
    return pd.DataFrame(lines).rename(columns=lambda name: say(f"screen.customers.column_{name}"))


def _story_card(found: Sequence[CallBack]) -> None:
    with components.card(say("screen.customers.story"), say("screen.customers.story_rule"), key="story"):
        typed = st.text_input(say("screen.customers.story_id"), key="customer-id", width=360).strip()
        name = typed or (st.session_state.get("picked-customer", "") if found else "")
        if not name:
            return
        story = customers.story(name)
        if story is None:
            components.refusal(say("screen.customers.story_nobody"), say("screen.customers.story_nobody_body"))
            return
        components.section_label(story_facts(story))
        components.timeline([_row(moment) for moment in story.moments])


def story_facts(story: Story) -> str:
    """What the customer file says, in one line."""
    facts = story.facts
    tags = [tag for tag in TAGS if tag in story.tags]
    parts = [listed([named(tag) for tag in tags])] if tags else []
    parts += [str(facts[name]) for name in ("tier", "age_band", "persona", "region") if facts.get(name)]
    if facts.get("spend_12m") is not None:
        parts.append(say("screen.customers.fact_spend", spend=f"{facts['spend_12m']:,.0f}"))
    if facts.get("last_purchase"):
        parts.append(say("screen.customers.fact_last", day=formatting.long_day(facts["last_purchase"])))
    return " · ".join([*parts, say("screen.customers.fact_moments", count=len(story.moments))])


def _row(moment: Moment) -> components.TimelineRow:
    scores = [
        say("screen.customers.score", name=named(name) or say("screen.customers.stars"), score=f"{score:g}",
            highest=f"{high:g}")
        for name, score, high in moment.scores
    ]
    facts = listed(scores)
    if moment.kind == "complaint":
        state = say("screen.customers.open") if moment.open else moment.status or ""
        closed = say("screen.customers.closed", day=formatting.long_day(moment.closed)) if moment.closed else ""
        facts = " · ".join(part for part in (moment.cause, state, closed) if part)
    return components.TimelineRow(
        moment.day.isoformat() if moment.day else "", say(f"kinds.{moment.kind}"),
        " · ".join((*moment.where, moment.name)), facts, moment.text or "",
        "attention" if moment.open else TONES.get(moment.polarity, "neutral"),
    )


page()
