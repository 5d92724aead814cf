"""Does a dimension cost satisfaction when bad, or earn it when good?

Not Kano's model, which needs paired questions.

Reference: Brandt, D. R. (1987). A procedure for identifying value-enhancing service components.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
import scipy

from analysis.intervals import LEVEL

# A dimension is classified only with this many answers on its low and on its high side.
FEWEST_A_SIDE = 20

Nature = Literal["must_be", "reward", "even", "not_enough"]


@dataclass(frozen=True, slots=True)
class PenaltyReward:
    """What low and high answers on a dimension go with in the overall score, in its points, the others held fixed.

    `penalty` is usually negative, `reward` positive; `asymmetry` runs from -1 (only costs) to 1 (only earns) and is
    NaN where both are 0. `nature` is named only where the interval of |reward| - |penalty| excludes 0.
    """

    dimension: str
    penalty: float
    penalty_se: float
    reward: float
    reward_se: float
    asymmetry: float
    n_low: int
    n_high: int
    nature: Nature


def penalty_reward(
    answers: pd.DataFrame, overall: pd.Series, *, low: float, high: float, level: float = LEVEL,
) -> tuple[PenaltyReward, ...]:
    """Regress `overall` on dummies for low (at most `low`) and high (at least `high`) answers to every dimension.

    `answers` is respondents × dimensions; the middle is the base. Respondents who did not answer a dimension stand
    in its middle with a dummy of their own, so that a question that was not asked removes nobody. Source: the
    module's reference.
    """
    # statsmodels is slow to load and only this needs it
    from statsmodels.regression.linear_model import OLS
    from statsmodels.tools import add_constant

    known = overall.notna()
    answers, overall = answers[known], overall[known].astype(float)
    design = pd.concat({name: _sides(answers[name], low, high) for name in answers}, axis=1)
    design = design.loc[:, design.sum() > 0]
    fit = OLS(overall.to_numpy(), add_constant(design.to_numpy(float), has_constant="add")).fit()
    places = {column: i + 1 for i, column in enumerate(design.columns)}
    return tuple(_contrast(fit, places, name, answers[name], low, high, level) for name in answers)


def _sides(answers: pd.Series, low: float, high: float) -> pd.DataFrame:
    return pd.DataFrame({"low": answers <= low, "high": answers >= high, "none": answers.isna()}).astype(float)


def _contrast(
    fit, places: dict, name: str, answers: pd.Series, low: float, high: float, level: float
) -> PenaltyReward:
    at = [places.get((name, side)) for side in ("low", "high")]
    n_low, n_high = int((answers <= low).sum()), int((answers >= high).sum())
    if None in at:
        return PenaltyReward(name, *(math.nan,) * 5, n_low, n_high, "not_enough")
    (penalty, reward), (penalty_se, reward_se) = fit.params[at], fit.bse[at]
    size = abs(reward) + abs(penalty)
    asymmetry = (abs(reward) - abs(penalty)) / size if size else math.nan
    signs = np.array([-np.sign(penalty), np.sign(reward)])
    covariance = fit.cov_params()[np.ix_(at, at)]
    half = scipy.stats.t.ppf((1 + level) / 2, fit.df_resid) * math.sqrt(max(signs @ covariance @ signs, 0.0))
    contrast = abs(reward) - abs(penalty)
    nature: Nature = "even" if abs(contrast) <= half else "reward" if contrast > 0 else "must_be"
    if min(n_low, n_high) < FEWEST_A_SIDE:
        nature = "not_enough"
    return PenaltyReward(name, *map(float, (penalty, penalty_se, reward, reward_se, asymmetry)), n_low, n_high, nature)

