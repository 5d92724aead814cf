"""The choices command: who chose what where a question had several options."""

from __future__ import annotations

from argparse import Namespace

from analysis import briefing
from analysis.briefing import ChoiceShare
from analysis.cli.commands import filters_of, key_words, weighting_line
from analysis.cli.showing import Outcome, plain, text_table
from analysis.i18n import say
from analysis.store import Warehouse

_NUMBERS = ("value", "low", "high", "n")


def show_choices(options: Namespace) -> Outcome:
    """The options of all questions, or of one, as shares of those who saw the question."""
    with Warehouse.open(options.store) as store:
        filters = filters_of(options)
        briefing.refuse_telling(store, filters)
        found = briefing.choice_shares(store, filters, by=options.by, question=options.question)
        weighting = weighting_line(store)
    data = [_data(share) for share in found]
    return Outcome(data, f"{_text(data, options)}\n\n{weighting}" if data else say("cli.no_choices"))


def _data(share: ChoiceShare) -> dict[str, object]:
    keys = {key: None if value is None else str(plain(value)) for key, value in share.keys.items()}
    asked = {"question": share.question, "option": share.option}
    return {**keys, **asked, **share.estimate.as_record(), "mean_place": share.mean_place, "weighted": False}


def _text(data: list[dict[str, object]], options: Namespace) -> str:
    ranked = any(line["mean_place"] is not None for line in data)
    names = [*_NUMBERS, *(["mean_place"] if ranked else [])]
    header = [*map(key_words, options.by), say("cli.choice.option"), *(say(f"cli.estimate.{n}") for n in names), ""]
    parts = []
    for question in dict.fromkeys(line["question"] for line in data):
        rows = [
            [
                *(line[key] for key in options.by), line["option"], *(line[name] for name in names),
                say(f"withheld.{line['withheld']}") if line["withheld"] else None,
            ]
            for line in data if line["question"] == question
        ]
        parts.append(f"{question} ({data[0]['unit']})\n{text_table(header, rows)}")
    return "\n\n".join(parts)
