"""Texts in the customers' words, put together from the clauses of wording.toml and complaints.toml."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
from chain import ORDER_CHANNELS
from opencc import OpenCC

Tone = Literal["positive", "neutral", "negative"]
_SLOT = re.compile(r"\{(\w+)\}")
_SHORT_SHARE, _EMOJI_SHARE, _TYPO_SHARE, _BARE_SHARE, _LASTING_SHARE = 0.02, 0.13, 0.06, 0.25, 0.75


@cache
def lexicon(name: str) -> dict:
    """One file of clauses, read once."""
    return tomllib.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))


@cache
def _traditional() -> OpenCC:
    return OpenCC("s2tw")


def to_traditional(text: str) -> str:
    """The text in traditional characters (OpenCC, Taiwan forms)."""
    return _traditional().convert(text)


@dataclass(frozen=True)
class Writer:
    """Writes texts with one random generator; equal generators write equal texts."""

    rng: np.random.Generator

    def comment(self, aspects: list[tuple[str, Tone]], *, channel: str = "APP", staff: str | None = None) -> str:
        """One to three clauses about `aspects`, with an opener, links, a closer and the slips of real typing."""
        words, tone = lexicon("wording.toml"), _overall_tone(aspects)
        if self.rng.random() < _SHORT_SHARE and not any(d in ("被重视感", "电子发票") for d, _ in aspects):
            return self._pick(words["short"][tone])
        clauses = [self._pick(words["clauses"][d].get(t) or words["clauses"][d]["negative"]) for d, t in aspects]
        text = clauses[0]
        for clause, (_, before), (_, after) in zip(clauses[1:], aspects, aspects[1:], strict=False):
            text += self._pick(words["links"][_turn(before, after)]) + clause
        own = words["openers"].get(tone, []) if self.rng.random() < 0.25 else []
        text = self._pick(own or words["openers"]["any"]) + text
        closer = self._pick(words["closers"][tone])
        text += f"{self._pick(['，', '。', '！'])}{closer}" if closer else ""
        return self._finish(self._fill(text, channel, staff), tone)

    def complaint(self, category: str, *, channel: str) -> str:
        """A ticket's text: who, what went wrong, what it did, what is wanted."""
        words = lexicon("complaints.toml")
        parts = [self._pick(words["problems"][category]), self._pick(words["effects"]), self._pick(words["demands"])]
        text = self._pick(words["leads"]) + "，".join(part for part in parts if part)
        return self._slip(self._fill(text, channel, None), 0.5 * _TYPO_SHARE) + "。"

    def with_contact(self, text: str) -> str:
        """The text, ended by an invented phone number, e-mail or identity number with the words around it.

        154 is no operator's prefix, example.com and example.org are reserved for examples, and no county has
        the code 110199.
        """
        number = f"154{self.rng.integers(10**8):08d}"
        spaced = f"{number[:3]} {number[3:7]} {number[7:]}"
        name = self._pick(["xiaohe", "linlin", "zhou.mei", "t_chen", "ajun"])
        forms = [
            f"电话{number}",
            f"请回电{spaced}",
            f"手机号{spaced.replace(' ', '-')}",
            f"我的号码是{number}",
            f"邮箱{name}{self.rng.integers(10, 99)}@example.com",
            f"联系 {name}@mail.example.org",
            f"身份证{self._identity()}",
        ]
        return f"{text.rstrip('。，！～… ')}，{self._pick(forms)}"

    def _identity(self) -> str:
        birth = f"{self.rng.integers(1960, 2005)}{self.rng.integers(1, 13):02d}{self.rng.integers(1, 29):02d}"
        digits = f"110199{birth}{self.rng.integers(1000):03d}"
        total = sum(
            int(d) * w for d, w in zip(digits, (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), strict=True)
        )
        return digits + "10X98765432"[total % 11]  # GB 11643-1999

    def _pick(self, options: list[str]) -> str:
        return options[int(self.rng.integers(len(options)))]

    def _fill(self, text: str, channel: str, staff: str | None) -> str:
        slots = lexicon("wording.toml")["slots"]
        # A missing employee is NaN once pandas has held it.
        address = f"小{staff[0]}" if isinstance(staff, str) else self._pick(["店员", "工作人员", "店里的人"])
        special = {
            "app": channel if channel in ORDER_CHANNELS else "小程序",
            "tail": f"{self.rng.integers(10_000):04d}",
        }
        # One item per text: a customer who came for a kettle complains about the kettle.
        lasting = "{good}" in text or self.rng.random() < _LASTING_SHARE
        item = self._pick(slots["good"] if lasting else slots["food"])
        special |= {"item": item, "good": item, "staff": address}
        return _SLOT.sub(lambda m: special.get(m[1]) or self._pick(slots[m[1]]), text)

    def _finish(self, text: str, tone: Tone) -> str:
        text = self._slip(text, _TYPO_SHARE)
        if self.rng.random() < _EMOJI_SHARE:
            return text + self._pick(lexicon("wording.toml")["emoji"][tone]) * int(self.rng.integers(1, 3))
        if self.rng.random() < _BARE_SHARE:
            return text
        return text + self._pick(
            ["。", "。", "。", "！", "！！", "～", "…", "。。。"] if tone != "neutral" else ["。", "。", "。", "…"]
        )

    def _slip(self, text: str, share: float) -> str:
        if self.rng.random() >= share or "电子发票" in text:
            return text  # the planted phrase keeps its spelling
        typos = {right: wrong for right, wrong in lexicon("wording.toml")["typos"].items() if right in text}
        if not typos:
            return text.replace("，", " ")
        right = self._pick(sorted(typos))
        return text.replace(right, typos[right], 1)


def _turn(before: Tone, after: Tone) -> str:
    order = ("negative", "neutral", "positive")
    if before == after:
        return "same"
    return "better" if order.index(after) > order.index(before) else "worse"


def _overall_tone(aspects: list[tuple[str, Tone]]) -> Tone:
    tones = {tone for _, tone in aspects}
    return tones.pop() if len(tones) == 1 else "neutral"
