"""From a number to what stands behind it: a click on a mark, or a choice in the card's menu, opens words and cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from hashlib import sha256

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from analysis import briefing, export
from analysis.briefing import Behind, CaseLine
from analysis.briefing import Quote as Comment
from analysis.estimate import FLOOR_SHOWN, Cell, Estimate
from analysis.export import XLSX, Sheet
from analysis.i18n import named, say
from analysis.schema import Filters, Scope
from dashboard import address, components, data, formatting, numbers, quotes
from dashboard.formatting import literal

PER_PAGE = 6
EXPORTED = 10_000  # records of each kind in a file: nobody reads more
TONES = ("negative", "neutral", "positive")
ASKED, OPEN, TONE = "behind-asked", "behind-open", "behind-tone"
PLACE = "behind"  # in the address
PLACE_DIGITS = 10  # a chart has at most some hundred groups
_SHEET_KEYS = frozenset({"touchpoint", "dimension", "wait_minutes"})  # what an answer on the sheet must match
_NO_KEYS = frozenset({"metric", "stage"})  # what says nothing of single records


@dataclass(frozen=True, slots=True)
class Group:
    """The answers, comments or cases that a mark stands for.

    `mark` is the id of the mark in its figure, `name` what the group is called. `said` is its number in words and `n`
    its base; groups below the floor are led to from nowhere.
    """

    mark: str
    name: str
    said: str
    n: int
    scope: Scope


def group(
    mark: str, name: str, estimate: Estimate, keys: Mapping[str, object], filters: Filters, **narrower: object
) -> Group:
    """The group of a cell: `keys` as cells hold them, within `filters`; further fields of `Scope` as `narrower`."""
    shown = estimate.floored()
    known = shown.withheld not in ("hidden", "no_data")
    said = " · ".join(filter(None, (formatting.value(shown), formatting.evidence(shown)))) if shown.shown else ""
    return Group(mark, name, said, estimate.n if known else 0, replace(scope_of(keys, filters), **narrower))


def weeks(cells: Iterable[Cell], filters: Filters, *, name: str = "", **keys: object) -> list[Group]:
    """The groups of a line over weeks, each a cell with the key "week"; `name` and `keys` are what the line is of."""
    return [
        group(str(cell.keys["week"]), " · ".join(filter(None, (named(name), formatting.week_of(cell.keys["week"])))),
              cell.estimate, {**keys, "week": cell.keys["week"]}, filters)
        for cell in cells
    ]


def counted(mark: str, name: str, count: int, scope: Scope, *, said: str = "") -> Group:
    """A group of which only the number of its records is known; `said` is more about it, in words."""
    return Group(mark, name, said, count, scope)


def scope_of(keys: Mapping[str, object], filters: Filters) -> Scope:
    """The records of a cell: its days and keys added to the filters, what was asked about demanded of the sheet."""
    told = {key: value for key, value in keys.items() if value is not None and key not in _NO_KEYS}
    week = told.pop("week", None)
    if isinstance(week, date):
        filters = replace(filters, start=week, end=week + timedelta(days=6))
    sheet = tuple((key, (str(value),)) for key, value in told.items() if key in _SHEET_KEYS)
    own = {key: str(value) for key, value in told.items() if key not in _SHEET_KEYS}
    spoken = (str(told["dimension"]),) if "dimension" in told else ()
    return Scope(filters.narrowed(**own), sheet=sheet, dimensions=spoken)


def chart(
    figure: go.Figure, groups: Iterable[Group], *, key: str, alt: str, frame: pd.DataFrame, card: str,
    days: tuple[date, date], part: str = "",
) -> None:
    """A chart whose marks open their groups, and the menu with its numbers, from which the keyboard opens them too.

    `card`, `frame`, `days` and `part` are as for `numbers.menu`.
    """
    groups = tuple(groups)
    st.fragment(marks)(figure, groups, key=key, alt=alt, days=days)
    menu(frame, groups, key=key, card=card, days=days, part=part)


def menu(
    frame: pd.DataFrame, groups: Sequence[Group], *, key: str, card: str, days: tuple[date, date], part: str = "",
    lead: Callable[[], None] | None = None,
) -> None:
    """The menu with the numbers of a table or picture that has no marks, and the way to what stands behind each.

    `lead` draws what stands in the corner before the menu.
    """
    reachable = _reachable(groups)
    way = None
    if reachable:
        way = numbers.Way(partial(_choice, reachable, key), partial(_open_asked, reachable, key, days))
    numbers.menu(frame, card=card, days=days, part=part, way=way, lead=lead)


def _has_marks(trace: go.Scatter | go.Bar) -> bool:
    return trace.type in ("scatter", "bar")


def marks(
    figure: go.Figure, groups: Iterable[Group], *, key: str, alt: str, days: tuple[date, date] | None = None
) -> None:
    """A chart whose marks open their groups, without a menu; a click runs all that stands around it.

    Without `days`, the page's, what is open is no part of the address.
    """
    reachable = _reachable(groups)
    if not reachable:
        components.chart(figure, key=key, alt=alt)
        return
    figure.update_traces(unselected={"marker": {"opacity": 1}}, selector=_has_marks)
    # A chart anew after each click: the mark that was clicked last would take the next click for a farewell.
    name = _name(key)
    components.chart(figure, key=name, alt=alt, picked=partial(_picked, key, name))
    _open_asked(reachable, key, days)


def _reachable(groups: Iterable[Group]) -> dict[str, Group]:
    return {group.mark: group for group in groups if group.n >= FLOOR_SHOWN}


def _name(key: str) -> str:
    return f"{key}-marks-{st.session_state.get(_turn(key), 0)}"


def _picked(key: str, name: str) -> None:
    mark = components.picked_mark(name)
    # A clock's run may bring the click once more, on a chart that is no longer there.
    if mark is not None and name == _name(key):
        st.session_state[_turn(key)] = st.session_state.get(_turn(key), 0) + 1
        _ask(key, mark)


def _choice(groups: Mapping[str, Group], key: str, menu: str) -> None:
    """The groups by name, for whoever cannot click a mark; the menu gives way to what was chosen."""
    chosen = f"{key}-group"
    st.selectbox(
        say("screen.behind.choose"), list(groups), index=None, key=chosen, width=320,
        format_func=lambda mark: literal(groups[mark].name), on_change=_chosen, args=(key, chosen, menu),
        placeholder=say("screen.behind.which"),
    )


def _chosen(key: str, chosen: str, menu: str) -> None:
    _ask(key, st.session_state[chosen])
    st.session_state[chosen], st.session_state[menu] = None, False


def _ask(key: str, mark: str | None) -> None:
    st.session_state[ASKED] = (key, mark)
    st.session_state.pop(TONE, None)


def _turn(key: str) -> str:
    return f"{key}-turn"


def _open_asked(groups: Mapping[str, Group], key: str, days: tuple[date, date] | None) -> None:
    """Open what was asked for; whoever sees the wish first fulfils it, as one dialog may open in a run."""
    asked = st.session_state.get(ASKED)
    if asked and asked[0] == key:
        del st.session_state[ASKED]
        found = groups.get(asked[1])
    else:
        found = _linked(groups, key, days) if days else None
    if found:
        if days:
            address.tell(PLACE, [_place(found, key, days)])
        show(found)


def _linked(groups: Mapping[str, Group], key: str, days: tuple[date, date]) -> Group | None:
    """The group that a link opens; None without one, or where it stands in another chart or no more."""
    if PLACE not in st.query_params:
        return None
    places = {_place(group, key, days): group for group in groups.values()}
    asked = address.seed(PLACE, list(places))
    return places[asked[-1]] if asked else None


def _place(group: Group, key: str, days: tuple[date, date]) -> str:
    """What a group is called in an address, in all languages; without the page's own days, which move on."""
    filters = group.scope.filters
    if (filters.start, filters.end) == days:
        filters = replace(filters, start=None, end=None)
    return f"{key}~{sha256(repr(replace(group.scope, filters=filters)).encode()).hexdigest()[:PLACE_DIGITS]}"


def stands_open() -> bool:
    """Whether a group is shown to this visitor."""
    return OPEN in st.session_state


def close() -> None:
    """Say that no group is shown any more, for whoever lets the page run without its dialog."""
    st.session_state.pop(OPEN, None)
    address.tell(PLACE, [])


def show(found: Group) -> None:
    """The dialog with the comments and the cases of a group."""
    st.session_state[OPEN] = True
    # Without a run at its end, the next run of any part of the page would bring the dialog back.
    st.dialog(literal(found.name), width="large", position="right", on_dismiss=close)(_content)(found)


def _content(group: Group) -> None:
    days = (group.scope.filters.start, group.scope.filters.end)
    said = [group.said, formatting.period(*days) if all(days) else ""]
    components.quiet_note(" · ".join(filter(None, said)))
    scope = _toned(group.scope) if _found(group.scope, limit=PER_PAGE).comments else group.scope
    pages = {kind: st.session_state.get(_page_key(kind, scope), 1) for kind in ("comments", "cases")}
    found = _found(scope, limit=PER_PAGE, **{f"{kind}_from": (page - 1) * PER_PAGE for kind, page in pages.items()})
    if found.withheld:
        components.refusal(say("screen.behind.withheld"), say("screen.behind.withheld_body", floor=FLOOR_SHOWN))
        return
    _comments(found, scope, toned=group.scope != scope)
    _cases(found, scope)
    if found.comments or found.cases:
        st.download_button(
            say("screen.behind.download"), data=lambda: workbook(scope), icon=":material/download:",
            file_name=export.file_name(group.name, *(day.isoformat() for day in days if day), suffix=XLSX),
            mime=numbers.MIME_TYPES[XLSX], key="behind-file", on_click="ignore",
        )


def _toned(scope: Scope) -> Scope:
    """The scope in the tone that the visitor picks; a mark that stands for one tone has no choice of it."""
    if scope.polarity:
        return scope
    tone = st.segmented_control(
        say("screen.voice.tone"), TONES, key=TONE, format_func=lambda name: say(f"screen.polarity.{name}"),
        label_visibility="collapsed",
    )
    return replace(scope, polarity=tone) if tone else scope


def _found(scope: Scope, **options: int) -> Behind:
    return data.ask(briefing.behind, scope.filters, scope=scope, **options)


def _comments(found: Behind, scope: Scope, *, toned: bool) -> None:
    if not found.comments and found.cases and not toned:
        return
    components.section_label(say("screen.behind.comments", count=f"{found.comments:,}"))
    if scope.dimensions and not found.spoken:
        components.quiet_note(say("screen.behind.unspoken", names=[named(name) for name in scope.dimensions]))
    quotes.evidence_list(found.quotes, empty=say("screen.behind.no_comments"))
    _pagination("comments", scope, found.comments)


def _cases(found: Behind, scope: Scope) -> None:
    if not found.cases:
        return
    title = say("screen.behind.cases", count=f"{found.cases:,}")
    components.section_label(title)
    columns = ("ticket", "created", "cause", "where", "status", "took", "text")
    header = [say(f"screen.behind.case_{name}") for name in columns]
    components.text_table(header, [_case(line) for line in found.lines], label=title, numeric=frozenset({5}))
    _pagination("cases", scope, found.cases)


def _case(line: CaseLine) -> list[str]:
    where = " · ".join(named(name) for name in (line.channel, line.store) if name)
    took = formatting.duration(line.minutes) if line.minutes is not None and line.minutes >= 0 else ""
    created = f"{line.created:%Y-%m-%d}" if line.created else ""
    return [line.ticket, created, named(line.category or ""), where, line.status or "", took, line.text or ""]


def _pagination(kind: str, scope: Scope, total: int) -> None:
    pages = -(-total // PER_PAGE)
    if pages > 1:
        st.pagination(pages, key=_page_key(kind, scope))


def _page_key(kind: str, scope: Scope) -> str:
    return f"behind-{kind}-{hash(scope)}"


def workbook(scope: Scope) -> bytes:
    """Comments and cases as a workbook, a sheet each, the newest `EXPORTED` of them, as the screen shows them."""
    found = briefing.behind(data.warehouse(), scope.filters, scope=scope, limit=EXPORTED)
    sheets = {"comments": map(_comment_record, found.quotes), "cases": map(_case_record, found.lines)}
    return export.xlsx_bytes(
        [Sheet(say(f"screen.behind.sheet_{name}"), pd.DataFrame(list(rows))) for name, rows in sheets.items()]
    )


def _comment_record(comment: Comment) -> dict[str, object]:
    return {
        say("keys.day"): comment.day, say("keys.channel"): comment.channel, say("keys.store"): comment.store,
        say("keys.tier"): comment.tier, say("screen.behind.source"): say(f"kinds.{comment.source}"),
        say("screen.voice.tone"): say(f"screen.polarity.{comment.polarity}") if comment.polarity in TONES else None,
        say("screen.behind.said"): comment.text, say("screen.behind.passage"): "\n".join(comment.passages),
    }


def _case_record(line: CaseLine) -> dict[str, object]:
    return {
        say("screen.behind.case_ticket"): line.ticket, say("screen.behind.case_created"): line.created,
        say("screen.behind.case_closed"): line.closed, say("screen.behind.case_cause"): line.category,
        say("keys.channel"): line.channel, say("keys.store"): line.store,
        say("screen.behind.case_status"): line.status, say("screen.behind.case_minutes"): line.minutes,
        say("screen.behind.case_text"): line.text,
    }
