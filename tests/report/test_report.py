"""A week's report in three formats: the briefing's numbers, masked words, and files that do no harm."""

from __future__ import annotations

import io
import json
import re
import subprocess
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
from lxml import etree
from playwright.sync_api import Browser
from pptx import Presentation
from pptx.chart.chart import Chart as NativeChart

from analysis import briefing, cli, pipeline, report
from analysis.errors import ReportRefused
from analysis.estimate import Estimate
from analysis.i18n import say, speaking
from analysis.report import Report, WeekContent, look, weeks
from analysis.report.numbers import headline_section
from analysis.report.page.figures import figure
from analysis.report.parts import Bars, Course, Heat, Section, legible, table
from analysis.report.slides.template import CONTENT, COVER, TEMPLATE
from analysis.report.slides.template import made as made_template
from analysis.store import Warehouse
from dashboard import reports, theme
from tests.dashboard.conftest import ONE_ROW
from tests.report import libreoffice
from tests.report.conftest import BRACES, ELSEWHERE, EMAIL, END_OF_SCRIPT, FORMULA, IMAGE, MONDAY, PHONE, STORES

PATIENCE_MS = 120_000  # eleven charts on cores that others use too
CHART_NAMES = {"c": "http://schemas.openxmlformats.org/drawingml/2006/chart"}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
SAID_BY_CUSTOMERS = ("配送延误", "送货太慢")


@pytest.fixture(scope="module")
def files(made: Report) -> dict[str, bytes]:
    """The report in every format."""
    return {form: report.file_bytes(made, form) for form in report.REPORT_FORMATS}


def record(estimate: Estimate) -> list[object]:
    return [estimate.floored().as_record()[name] for name in ("value", "low", "high", "n")]


def test_effort_comes_with_the_share_that_found_it_easy(content: WeekContent) -> None:
    first = content.headlines[0]
    mean, easy = Estimate(5.2, 5.1, 5.3, 80, "ces"), Estimate(0.75, 0.65, 0.83, 80, "share")
    effort = replace(first, metric="ces", estimate=mean, easy=easy)
    with speaking("en"):
        section = headline_section(replace(content, headlines=(first, effort)))
    assert ["Easy" in card.evidence for card in section.cards] == [False, True]
    assert any(80 in row and 75.0 in row for row in section.tables[0].rows)


# ---- the content is the briefing's, for the same days


def test_content_is_what_the_briefing_says_of_the_week(store: Warehouse, content: WeekContent) -> None:
    week = weeks.of_week(MONDAY)
    assert (content.monday, content.week.end) == (MONDAY, MONDAY + timedelta(days=6))
    asked = briefing.headlines(store, week)
    assert [record(h.estimate) for h in content.headlines] == [record(h.estimate) for h in asked]
    assert [h.verdict for h in content.headlines] == [h.verdict for h in asked]
    assert [(c.keys, c.estimate, c.places) for c in content.weak.cells] == [
        (c.keys, c.estimate, c.places) for c in briefing.weak_dimensions(store, week).cells
    ]
    assert [(c.category, c.count) for c in content.causes] == [
        (c.category, c.count) for c in briefing.complaint_causes(store, week)
    ]
    assert content.totals == store.totals(week)


def test_answer_names_the_weak_spot(made: Report, content: WeekContent) -> None:
    weak = content.weak.weak[0]
    assert weak.keys == {"touchpoint": "在线客服", "dimension": "问题解决彻底性"}
    assert "在线客服的问题解决彻底性" in made.answer
    assert all(section.title and section.source for section in made.sections)


# ---- XLSX


def sheets(content: bytes) -> dict[str, list[list[object]]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {page.title: [[cell.value for cell in row] for row in page.iter_rows()] for page in book}


def test_workbook_has_the_numbers_as_numbers(files: dict[str, bytes], content: WeekContent) -> None:
    found = sheets(files["xlsx"])
    header, *rows = found[say("report.headlines.name")]
    at = [header.index(say(f"cli.estimate.{name}")) for name in ("value", "low", "high", "n")]
    this_week = [[row[i] for i in at] for row in rows if say("report.which.week") in row]
    assert this_week == [record(h.estimate) for h in content.headlines]
    header, *rows = found[say("report.weak.name")]
    at = [header.index(say(f"cli.estimate.{name}")) for name in ("value", "low", "high", "n")]
    assert [[row[i] for i in at] for row in rows] == [record(c.estimate) for c in content.weak_shown.cells]
    assert all(isinstance(row[at[0]], float) for row in rows)


def test_workbook_is_tidy_and_has_no_formula(files: dict[str, bytes], made: Report) -> None:
    book = openpyxl.load_workbook(io.BytesIO(files["xlsx"]))
    tables = [t for section in made.sections for t in section.tables]
    assert len(book.worksheets) == 1 + len(tables)
    assert book.worksheets[0].title == say("report.about.name")
    for page in book.worksheets:
        assert page.freeze_panes == "A2"
        assert not [cell.coordinate for row in page.iter_rows() for cell in row if cell.data_type == "f"]
    stores = book[say("report.stores.name")]
    assert {FORMULA, IMAGE} <= {cell.value for cell in stores["A"]}
    value = next(cell for cell in stores[1] if cell.value == say("cli.estimate.value"))
    assert stores.cell(2, value.column).number_format == "#,##0.0"


# ---- PPTX


def native_charts(content: bytes) -> list[NativeChart]:
    slides = Presentation(io.BytesIO(content)).slides
    return [shape.chart for slide in slides for shape in slide.shapes if shape.has_chart]


def drawn(made: Report) -> list[object]:
    """The charts in the order of the slides; small tables of colours are native tables, not charts."""
    cards = [card.course for section in made.sections for card in section.cards if card.shown]
    return [*cards, *(c for s in made.sections for c in s.charts if not isinstance(c, Heat))]


def cached(element: etree._Element, path: str, count: int) -> list[float | None]:
    points = {int(p.get("idx")): float(p[0].text) for p in element.iterfind(path, CHART_NAMES)}
    return [points.get(i) for i in range(count)]


def test_native_charts_hold_the_numbers_and_their_intervals(files: dict[str, bytes], made: Report) -> None:
    natives, charts = native_charts(files["pptx"]), drawn(made)
    assert len(natives) == len(charts)
    compared = 0
    for native, chart in zip(natives, charts, strict=True):
        if not isinstance(chart, Bars | Course):
            continue
        series = [chart.points] if isinstance(chart, Bars) else [line.points for line in chart.lines]
        for plotted, points in zip(native.plots[0].series, series, strict=True):
            numbers = [point.number for point in points]
            assert list(plotted.values) == [n.value for n in numbers]
            for side, end in (("plus", "high"), ("minus", "low")):
                arms = cached(plotted._element, f"c:errBars/c:{side}/c:numRef/c:numCache/c:pt", len(numbers))
                limits = [None if n.value is None or getattr(n, end) is None else abs(getattr(n, end) - n.value)
                          for n in numbers]
                assert arms == [None if limit is None else pytest.approx(limit, abs=1e-5) for limit in limits]
            compared += 1
    assert compared >= 6


def test_sheet_behind_a_chart_holds_the_same_numbers_and_no_formula(files: dict[str, bytes]) -> None:
    for native in native_charts(files["pptx"]):
        behind = openpyxl.load_workbook(io.BytesIO(native.part.chart_workbook.xlsx_part.blob)).worksheets[0]
        assert not [cell for row in behind.iter_rows() for cell in row if cell.data_type == "f"]
        for series in native.plots[0].series:
            for reference in series._element.xpath("c:val/c:numRef | c:errBars//c:numRef"):
                column, first, last = re.fullmatch(
                    r"Sheet1!\$([A-Z]+)\$(\d+):\$[A-Z]+\$(\d+)", reference.find("{*}f").text).groups()
                cells = [behind[f"{column}{row}"].value for row in range(int(first), int(last) + 1)]
                assert cells == cached(reference, "c:numCache/c:pt", len(cells))


def test_every_slide_says_its_sentence_its_days_and_its_base(files: dict[str, bytes], made: Report) -> None:
    slides = list(Presentation(io.BytesIO(files["pptx"])).slides)
    told = [section for section in made.sections if not section.empty]
    assert [slide.shapes.title.text_frame.text for slide in slides] == [made.answer, *(s.title for s in told)]
    for slide, section in zip(slides[1:], told, strict=True):
        assert section.source in [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    for native_slide in slides:
        for shape in native_slide.shapes:
            if shape.has_chart:
                assert shape._element.nvGraphicFramePr.cNvPr.get("descr")


def test_default_template_is_what_its_script_makes() -> None:
    for content in (TEMPLATE.read_bytes(), made_template()):
        deck = Presentation(io.BytesIO(content))
        assert [layout.name for layout in deck.slide_layouts] == [COVER, CONTENT]
    parts = [zipfile.ZipFile(io.BytesIO(content)) for content in (TEMPLATE.read_bytes(), made_template())]
    for name in parts[0].namelist():
        if not name.startswith("docProps"):
            assert parts[0].read(name) == parts[1].read(name), name


def test_company_template_carries_the_report(made: Report) -> None:
    own = Presentation()  # 4:3, other layouts, and a slide that was left in it
    own.slides.add_slide(own.slide_layouts[5]).shapes.title.text = "旧的一页"
    stream = io.BytesIO()
    own.save(stream)
    found = Presentation(io.BytesIO(report.file_bytes(made, "pptx", template=stream.getvalue())))
    assert (found.slide_width, found.slide_height) == (own.slide_width, own.slide_height)
    texts = [s.text_frame.text for slide in found.slides for s in slide.shapes if s.has_text_frame]
    assert made.answer in texts
    assert "旧的一页" not in texts
    for slide in found.slides:
        for shape in slide.shapes:
            assert 0 <= shape.left <= shape.left + shape.width <= found.slide_width
            assert 0 <= shape.top < found.slide_height


def without_titles() -> bytes:
    deck = Presentation()
    for layout in list(deck.slide_layouts):
        if layout.name != "Blank":
            deck.slide_layouts.remove(layout)
    stream = io.BytesIO()
    deck.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("template", [b"", b"no zip", b"PK\x03\x04broken", without_titles()],
                         ids=["empty", "text", "broken", "without titles"])
def test_what_is_no_template_is_refused_in_a_sentence(made: Report, template: bytes) -> None:
    with pytest.raises(ReportRefused) as refused:
        report.file_bytes(made, "pptx", template=template, template_name="公司.pptx")
    assert "公司.pptx" in say(refused.value.key, **refused.value.values)


@pytest.mark.skipif(libreoffice.installed() is None, reason="LibreOffice is not installed")
def test_slides_open_in_libreoffice(files: dict[str, bytes], made: Report, tmp_path: Path) -> None:
    (tmp_path / "week.pptx").write_bytes(files["pptx"])
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [libreoffice.NAME, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), "week.pptx"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=240)
    pages = re.findall(rb"/Type\s*/Page\b", (tmp_path / "week.pdf").read_bytes())
    assert len(pages) == 1 + sum(not section.empty for section in made.sections)


# ---- HTML


@pytest.mark.browser
def test_page_opens_offline_and_asks_nobody(browser: Browser, files: dict[str, bytes], made: Report,
                                            tmp_path: Path) -> None:
    path = tmp_path / "week.html"
    path.write_bytes(files["html"])
    page = browser.new_page()
    page.set_default_timeout(PATIENCE_MS)
    asked, failures, stopped = [], [], []
    page.on("requestfailed", lambda request: stopped.append((request.url, request.failure)))
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.on("console", lambda message: failures.append(message.text) if message.type == "error" else None)
    page.goto(path.as_uri())
    page.wait_for_selector("#chart-stores-0 .main-svg")
    assert asked == [path.as_uri()]
    assert failures == []
    charts = sum(len(s.charts) + sum(card.shown for card in s.cards) for s in made.sections)
    assert page.locator(".js-plotly-plot").count() == charts
    assert page.locator(".modebar-btn, .modebar a").count() == 0
    assert page.evaluate("window.ran") is None
    assert page.locator("h1").inner_text() == made.answer
    assert page.locator("main img, main iframe, main a[href^='http']").count() == 0
    # The policy holds whatever a text might manage to add.
    page.evaluate(
        "address => { const s = document.createElement('script'); s.src = address; document.body.append(s);"
        " const i = new Image(); i.src = address; fetch(address).catch(() => 0); }", f"http://{ELSEWHERE}/late.js")
    page.wait_for_timeout(300)
    assert {url for url in asked if ELSEWHERE in url} == {url for url, why in stopped if why == "csp"}
    page.close()


def charts_of_page(content: bytes) -> dict[str, dict]:
    found = re.search(rb'<script type="application/json" id="charts">(.*?)</script>', content, re.DOTALL)
    return json.loads(found[1])


def test_page_draws_the_numbers(files: dict[str, bytes], made: Report) -> None:
    found = charts_of_page(files["html"])
    weak = made.section("weak").charts[0]
    assert found["chart-weak-0"]["data"][0]["x"] == [p.number.value for p in weak.points]
    whiskers = [s for s in found["chart-weak-0"]["layout"]["shapes"] if s["y0"] == s["y1"]]
    assert [(s["x0"], s["x1"]) for s in whiskers] == [(p.number.low, p.number.high) for p in weak.points]
    rate = made.section("complaints").charts[0]
    trace = found["chart-complaints-0"]["data"][0]
    assert trace["y"] == [p.number.value for p in rate.lines[0].points]
    for at, point in enumerate(rate.lines[0].points):
        if point.number.value is not None:
            assert trace["y"][at] + trace["error_y"]["array"][at] == pytest.approx(point.number.high)


# ---- all formats


def unpacked(content: bytes) -> bytes:
    """All bytes of a file, archives inside it opened."""
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"\n".join(unpacked(archive.read(name)) for name in archive.namelist())


@pytest.mark.parametrize("form", report.REPORT_FORMATS)
def test_personal_data_stays_out(files: dict[str, bytes], form: str) -> None:
    text = unpacked(files[form]).decode("utf-8", errors="replace")
    assert say("masks.phone") in text, "the masked comment is quoted at all"
    assert not [secret for secret in (PHONE, EMAIL) if secret in text]


@pytest.mark.parametrize("form", ["pptx", "xlsx"])
def test_office_files_point_nowhere_outside(files: dict[str, bytes], form: str) -> None:
    with zipfile.ZipFile(io.BytesIO(files[form])) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(archive.read(name))  # sound XML, whatever a name is made of
            if name.endswith(".rels"):
                assert b'TargetMode="External"' not in archive.read(name)


def test_hostile_names_stand_letter_by_letter(files: dict[str, bytes], made: Report) -> None:
    plots = [plot for native in native_charts(files["pptx"]) for plot in native.plots]
    labels = [str(label) for plot in plots for label in plot.categories]
    for name in STORES:
        assert any(label.startswith(legible(name)) for label in labels), name
    page = files["html"].decode()
    body = page[page.index("<main>"):page.index("</main>")]
    for markup in (IMAGE, END_OF_SCRIPT):
        assert markup not in body
    assert "&lt;img src=" in body
    assert BRACES in {row[0] for t in made.section("stores").tables for row in t.rows}


def test_what_must_not_be_shown_is_in_no_table() -> None:
    few = Estimate(0.5, 0.1, 0.9, 3, "share")
    found = table("表", [({"店": "一"}, few), ({"店": "二"}, Estimate(0.5, 0.3, 0.7, 7, "share"))])
    assert [row[1:5] for row in found.rows] == [(None, None, None, None), (None, None, None, 7)]
    assert found.withheld == 2


@pytest.mark.parametrize(("text", "shown"), [
    ("正常", "正常"), ("a\u202eb", "ab"), ("a\x00\x08b", "ab"), ("a\ud800b", "ab"), ("两\n行", "两 行"), (3, 3),
    (None, None),
])
def test_invisible_characters_go(text: object, shown: object) -> None:
    assert legible(text) == shown


@pytest.mark.parametrize("language", ["en", "zh-TW"])
def test_other_languages_leave_no_word_behind(content: WeekContent, language: str) -> None:
    with speaking(language):
        made = report.report_of(content)
        found = sheets(report.file_bytes(made, "xlsx"))
        page = report.file_bytes(made, "html").decode()
    assert f'<html lang="{language}">' in page
    if language == "en":
        said = [made.name, made.answer, made.base, *(w for s in made.sections for w in words_of(s)),
                *(str(cell) for name, rows in found.items() for cell in (name, *rows[0]))]
        for name in SAID_BY_CUSTOMERS:
            said = [sentence.replace(name, "") for sentence in said]
        assert [sentence for sentence in said if CHINESE.search(sentence)] == []
    else:
        assert "沒有" in made.answer or "最弱" in made.answer


def words_of(section: Section) -> list[str]:
    charts = [chart.name for chart in section.charts]
    cards = [word for card in section.cards for word in (card.label, card.value, card.evidence, card.change)]
    told = [word for t in section.told for word in (t.kind, t.title, t.certainty)]
    return [section.name, section.title, section.source, section.rule, section.empty, *section.notes, *charts, *cards,
            *told]


def test_heat_keeps_its_place_in_every_format(made: Report) -> None:
    heat = next(c for c in made.section("touchpoints").charts if isinstance(c, Heat))
    drawn_ = figure(heat)["data"][0]
    assert (len(drawn_["y"]), len(drawn_["x"])) == (len(heat.rows), len(heat.columns)) == (3, 7)


# ---- which week, and where there is nothing to report


@pytest.mark.parametrize(("name", "monday"), [
    ("2026-W47", date(2026, 11, 16)), ("2026W47", date(2026, 11, 16)), ("2026-w53", date(2026, 12, 28)),
])
def test_weeks_are_named_as_iso_does(name: str, monday: date) -> None:
    assert report.monday_of(name) == monday
    assert report.monday_of(report.week_name(monday)) == monday


@pytest.mark.parametrize("name", ["", "47", "2026-W00", "2025-W53", "2026-47", "上周"])
def test_what_is_no_week_is_refused(name: str) -> None:
    with pytest.raises(ReportRefused):
        report.monday_of(name)


def test_empty_store_and_one_row_are_refused_in_a_sentence() -> None:
    with Warehouse.open(":memory:") as store:
        with pytest.raises(ReportRefused, match="empty_store"):
            report.week_content(store)
        pipeline.import_file(store, ONE_ROW.encode(), file_name="one.csv", kind="survey")
        with pytest.raises(ReportRefused, match="no_whole_week") as refused:
            report.week_content(store)
        assert "2026-W10" in say(refused.value.key, **refused.value.values)
        with pytest.raises(ReportRefused, match="too_few"):
            report.week_content(store, report.monday_of("2026-W10"))


def test_week_without_data_is_refused_and_a_started_week_is_not_the_last(store: Warehouse) -> None:
    with pytest.raises(ReportRefused, match="no_data"):
        report.week_content(store, date(2020, 1, 6))
    assert report.last_whole_week(store) == MONDAY
    assert report.whole_weeks(store)[0] == MONDAY
    assert len(report.whole_weeks(store)) == 7


# ---- the command


def test_command_writes_under_the_reports_own_name(content: WeekContent, monkeypatch, tmp_path, capsys) -> None:
    monkeypatch.setattr(report, "week_content", lambda *_, **__: content)
    store = str(tmp_path / "store.duckdb")
    assert cli.main(["report", "--format", "xlsx", "--out", str(tmp_path), "--json", "--store", store]) == 0
    told = json.loads(capsys.readouterr().out)
    assert Path(told["out"]) == tmp_path / "客户声音周报_2026-W47.xlsx"
    assert (told["week"], told["start"], told["end"]) == ("2026-W47", "2026-11-16", "2026-11-22")
    out = tmp_path / "week.pptx"
    assert cli.main(["report", "--format", "pptx", "--out", str(out), "--lang", "en", "--store", store]) == 0
    assert "still weakest" in capsys.readouterr().out
    assert "Voice of the customer" in Presentation(out).core_properties.title


@pytest.mark.parametrize(("arguments", "named"), [
    (["--format", "pdf"], "html"), (["--format", "html", "--out", "a.txt"], ".html"), ([], "--format"),
    (["--format", "html", "--week", "W1"], "2026-W47"), (["--format", "html", "--lang", "fr"], "zh-TW"),
    (["--format", "html"], "demo"),
])
def test_command_says_in_one_line_what_is_wrong(arguments: list[str], named: str, tmp_path, capsys) -> None:
    assert cli.main(["report", *arguments, "--store", str(tmp_path / "store.duckdb")]) == 2
    error = capsys.readouterr().err
    assert named in error
    assert error.count("\n") == 1


# ---- the download on the page


def test_work_of_the_page_gives_the_file_in_the_visitors_language(content: WeekContent, monkeypatch) -> None:
    monkeypatch.setattr(report, "week_content", lambda *_, **__: content)
    work = reports.making(None, MONDAY, "xlsx", language="en")
    assert work.wait(120)
    made = work.result()
    assert made.name == "Voice of the customer, weekly_2026-W47.xlsx"
    assert "Headline numbers" in sheets(made.content)
    assert (made.week, made.mime) == (MONDAY, report.MIME_TYPES["xlsx"])


def test_colours_mean_what_they_mean_on_the_screen() -> None:
    shared = {"INK": "ink", "SECONDARY": "secondary", "FAINT": "faint", "LINE": "line", "PAGE": "page", "CARD": "card",
              "BRAND": "brand", "GOOD": "good", "ATTENTION": "attention", "CONTEXT": "context", "THIN": "thin"}
    assert {name: getattr(look, name) for name in shared} == {
        name: getattr(theme.LIGHT, token) for name, token in shared.items()
    }
