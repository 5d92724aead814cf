"""Every export file that the readers know goes in through the page with one click; bad ones get one sentence."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.conftest import served, settled
from tests.ingest import exports
from tests.ingest.files import zip_bytes

# All files go in during one visit: about two seconds each, and many times that on a machine that is busy.
pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # how an Excel 97 workbook begins
DAY_IN_NAME = "2026-09-30"  # the day of files that have no dates of their own


def _bytes(made: str | bytes | dict[str, str]) -> tuple[str, bytes]:
    """What a generator made as a file's ending and bytes: text is CSV or TSV, several texts are an archive."""
    if isinstance(made, bytes):
        if made[:2] == b"PK":
            return "xlsm" if b"vbaProject" in made else "xlsx", made
        return "xls" if made.startswith(OLE) else "sav", made
    if isinstance(made, dict):
        members = {name.replace(".", "_dot_"): text.encode("gb18030") for name, text in made.items()}
        return "zip", zip_bytes(**members)
    return "tsv" if "\t" in made.partition("\n")[0] else "csv", made.encode("gb18030")


def _exports() -> dict[str, bytes]:
    """Every generator of the registry that needs no arguments, as a file."""
    files = {}
    for name, make in inspect.getmembers(exports, inspect.isfunction):
        needed = [p for p in inspect.signature(make).parameters.values() if p.default is p.empty]
        if make.__module__ == exports.__name__ and not needed and not name.startswith("_"):
            ending, content = _bytes(make())
            files[f"{name}_{DAY_IN_NAME}.{ending}"] = content
    return files


FILES = _exports()
IMPORT_MS = 20_000
REFUSED = {
    "有密码.xlsx": (OLE + "EncryptedPackage".encode("utf-16-le"), "设有密码"),
    "炸弹.xlsx": (zip_bytes(a_dot_csv=b"a," * (30 * 1024 * 1024)), "解开后过大"),
    "照片.csv": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "图片"),
}


@dataclass(frozen=True)
class Seen:
    """What the page said of one file, and after how many clicks."""

    clicks: int
    title: str
    account: tuple[int, ...]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("files") / "store.duckdb") as url:
        yield url


@pytest.fixture(scope="module")
def seen(app: str, visits: BrowserContext) -> Iterator[dict[str, Seen]]:
    """All files put into the drop zone at once, each confirmed by one click."""
    page = visits.new_page()
    page.goto(f"{app}/data")
    page.wait_for_selector("h1")
    files = [{"name": name, "mimeType": "", "buffer": content} for name, content in FILES.items()]
    page.locator('input[type="file"]').set_input_files(files)
    yield {name: _imported(page, name) for name in FILES}
    page.close()


def _imported(page: Page, name: str) -> Seen:
    expect(page.locator(".st-key-card-check h2").first).to_have_text(f"核对 {name}")
    settled(page)
    button = page.get_by_role("button", name="导入", exact=True)
    expect(button).to_be_enabled()
    card = page.locator(".st-key-card-account-0")
    button.click()
    clicks = 1
    while not _says(card.locator("h2").first, f"{name} 已导入"):
        assert clicks < 2, page.locator("body").inner_text()
        button.click()
        clicks += 1
    # At once, as the card is drawn anew when the next file is looked at.
    texts = page.wait_for_function(
        """() => {
            const numbers = [...document.querySelectorAll('.st-key-card-account-0 .xs-sum b')];
            return numbers.length === 4 && numbers.map(one => one.innerText);
        }"""
    ).json_value()
    return Seen(clicks, card.locator("h2").first.inner_text(), tuple(int(text.replace(",", "")) for text in texts))


def _says(title: Locator, words: str) -> bool:
    """Whether a title comes to hold the words within the time that an import of a few rows may take."""
    try:
        expect(title).to_contain_text(words, timeout=IMPORT_MS)
    except AssertionError:
        return False
    return True


@pytest.mark.parametrize("name", FILES)
def test_goes_in_and_is_accounted_for(seen: dict[str, Seen], name: str) -> None:
    read, imported, duplicates, quarantined = seen[name].account
    assert read == imported + duplicates + quarantined
    assert imported > 0


def test_one_click_is_enough(seen: dict[str, Seen]) -> None:
    """A click that falls into the very moment at which the page is drawn anew may be lost, which is rare."""
    assert sum(file.clicks for file in seen.values()) <= len(FILES) + 1


def test_every_file_has_its_batch(seen: dict[str, Seen], app: str, open_page: Callable[[str], Page]) -> None:
    rows = sum(file.account[1] for file in seen.values())
    page = open_page(f"{app}/data")
    expect(page.locator("h1")).to_have_text(re.compile(f"已导入 {len(FILES)} 批，共 {rows:,} 行"))


@pytest.fixture(scope="module")
def data_page(app: str, visits: BrowserContext) -> Iterator[Page]:
    """The page 数据, on which one bad file after another is tried."""
    page = visits.new_page()
    page.goto(f"{app}/data")
    page.wait_for_selector("h1")
    settled(page)
    yield page
    page.close()


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_file_gets_one_sentence_and_the_app_stays(data_page: Page, name: str) -> None:
    page, (content, words) = data_page, REFUSED[name]
    page.locator('input[type="file"]').set_input_files({"name": name, "mimeType": "", "buffer": content})
    refusal = page.locator(".xs-refusal")
    expect(refusal).to_have_count(1)
    expect(refusal).to_contain_text(words)
    expect(page.get_by_text("Traceback")).to_have_count(0)
    page.get_by_role("button", name="知道了").click()
    expect(refusal).to_have_count(0)
    expect(page.locator("h1")).to_be_visible()
    settled(page)  # a fresh drop zone stands for the next


def test_an_encoding_can_be_chosen_and_taken_back(app: str, open_page: Callable[[str], Page]) -> None:
    """The words of a choice come back from the browser: they must mean the same in every run."""
    page = open_page(f"{app}/data")
    text = "提交时间,渠道,整体满意度\n2026-11-01,门店,满意\n2026-11-02,门店,一般\n".encode("gb18030")
    page.locator('input[type="file"]').set_input_files({"name": "编码.csv", "mimeType": "", "buffer": text})
    chosen = page.get_by_role("combobox", name="编码")
    expect(chosen).to_have_value("自动识别：GB18030")
    for name, shown in (("BIG5", "BIG5"), ("自动识别：GB18030", "自动识别：GB18030")):
        chosen.click()
        page.get_by_role("option", name=name).click()
        settled(page)
        expect(chosen).to_have_value(shown)
    expect(page.get_by_role("button", name="导入", exact=True)).to_be_enabled()
    expect(page.locator(".xs-refusal")).to_have_count(0)
    expect(page.locator(".st-key-upload-preview")).to_contain_text("门店")


def test_a_double_click_imports_one_file_once(app: str, open_page: Callable[[str], Page]) -> None:
    page = open_page(f"{app}/data")
    files = {
        f"{name}.csv": f"提交时间,渠道,整体满意度\n2026-10-0{day},{name},满意\n".encode()
        for day, name in enumerate("甲乙", 1)
    }
    page.locator('input[type="file"]').set_input_files(
        [{"name": name, "mimeType": "", "buffer": content} for name, content in files.items()]
    )
    expect(page.locator(".st-key-card-check h2").first).to_have_text("核对 甲.csv")
    settled(page)
    page.get_by_role("button", name="导入", exact=True).dblclick()
    expect(page.locator(".st-key-card-account-0 h2").first).to_have_text("甲.csv 已导入 1 行")
    expect(page.locator(".st-key-card-check h2").first).to_have_text("核对 乙.csv")
    settled(page)
    expect(page.locator("[class*=st-key-card-account-]")).to_have_count(1)
