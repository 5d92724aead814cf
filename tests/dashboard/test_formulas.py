"""Every number says how it came about, and whether it was weighted."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from analysis import briefing
from analysis.i18n import say
from analysis.schema import EVERYTHING
from analysis.store import Warehouse
from dashboard import formulas
from tests.dashboard.conftest import ROOT
from tests.store.hand_made import survey

NO_ESTIMATES = {"ledger"}  # an account, not an estimate
HEADLINES = {"nps", "csat", "ces", "complaint_rate", "findings"}
OF_HEADLINES = {"headline-weeks"}  # stand beside the formula of their headline


def cards_with_numbers() -> list[str]:
    sources = "\n".join(path.read_text(encoding="utf-8") for path in Path(ROOT / "dashboard").rglob("*.py"))
    return sorted({*re.findall(r'card="([\w-]+)"', sources), *HEADLINES} - NO_ESTIMATES - OF_HEADLINES)


@pytest.mark.parametrize("card", cards_with_numbers())
def test_every_card_with_numbers_has_its_formula(card: str) -> None:
    said = dict(formulas.parts(card))
    assert said[say("formulas.rule")]
    assert {say("formulas.base"), say("formulas.interval"), say("formulas.judged")} & said.keys()


@pytest.fixture
def store():
    with Warehouse.open(":memory:") as store:
        store.add(survey([10.0] * 80, tier="金卡"))
        store.add(survey([0.0] * 20, tier="普通", contents=list(range(1000, 1020))))
        yield store


def words_of(app) -> str:
    return "\n".join(block.proto.body for block in app.get("html"))


def test_without_known_shares_every_number_says_that_it_is_not_weighted(open_app, store) -> None:
    said = words_of(open_app(store))
    assert say("formulas.unweighted") in said
    assert "加权后" not in said
    # 80 promoters, 20 detractors: variance 0.64; (1.96 / 0.05)^2 0.64 = 984; 2.8016 sqrt(2 0.64 / 100) = 0.317.
    assert say("formulas.reach_words", margin=5, needed=984, points="31.7") in said


def test_shares_told_on_the_page_put_a_weighted_number_beside_each_headline(open_app, store) -> None:
    app = open_app(store, page="dashboard/pages/data.py")
    assert say("screen.population.none") in words_of(app)
    for value in ("金卡", "普通"):
        app.number_input(key=f"share-tier-{value}").set_value(50.0)
    app.button[[b.label for b in app.button].index(say("screen.population.keep"))].click().run()
    assert store.population() == {"tier": {"普通": 0.5, "金卡": 0.5}}
    said = words_of(app.switch_page("dashboard/pages/overview.py").run())
    assert "加权后 0" in said
    assert say("weighting.off", margins=(say("keys.tier"),)) in said
    state = briefing.weighting_state(store, EVERYTHING)
    assert state.strata.n_effective == pytest.approx(64.0)  # (sum w)^2 / sum w^2 of 80 at 5/8 and 20 at 5/2
    assert "64" in briefing.weighting_words(state)
    app = app.switch_page("dashboard/pages/data.py").run()
    app.button[[b.label for b in app.button].index(say("screen.population.forget"))].click().run()
    assert store.population() == {}


def test_shares_that_add_up_to_nothing_are_refused_in_words(open_app, store) -> None:
    app = open_app(store, page="dashboard/pages/data.py")
    app.button[[b.label for b in app.button].index(say("screen.population.keep"))].click().run()
    assert say("errors.shares_empty", name=say("keys.tier")) in words_of(app)
    assert store.population() == {}
