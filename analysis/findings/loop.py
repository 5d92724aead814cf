"""What became of an action, as a candidate for the list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from analysis.estimate import Estimate
from analysis.findings.candidates import near
from analysis.findings.listing import Candidate
from analysis.i18n import Sentence


def effect_candidate(
    what: str, scope: Mapping[str, object], step: Estimate, *, said: Sentence, verdict: str, p_value: float,
    absence_p: float, smallest: float, method: Literal["difference_in_differences", "interrupted_series"],
) -> Candidate:
    """An action's effect, its harm, or the proof that it has none worth having, in one candidate.

    `said` tells it in words, `verdict` is "better", "worse", "none" or "unclear"; `absence_p` tests an effect of
    `smallest` or more against none such, and counts where the verdict is "none". "Unclear" is a test without result.
    Weeks, stores and metric were fixed when the action was opened: it is one test however often the list is read.
    """
    absent = verdict == "none"
    return Candidate(
        kind="effect", scope=dict(scope), estimate=step, p_value=absence_p if absent else p_value,
        weight=near(step) / smallest, tone="good" if verdict == "better" else "attention",
        headline=Sentence("findings.effect", {"what": what, "said": said}),
        reasons=(Sentence("findings.evidence.effect_n", {"n": step.n}),),
        stands=lambda _p: verdict != "unclear", method=method, margin=absent, once=True,
    )
