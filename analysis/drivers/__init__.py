"""Which dimensions go with satisfaction as a whole, how surely, and where a company should look first."""

from analysis.drivers.asymmetry import Asymmetry, Kind, asymmetries
from analysis.drivers.importance import johnson, lmg, subset_r_squared, variance_inflation
from analysis.drivers.moments import PairMoments
from analysis.drivers.penalty import PenaltyReward, penalty_reward
from analysis.drivers.quadrants import Quadrant, crosshairs, quadrants
from analysis.drivers.report import (
    DRIVER_LEVEL,
    FEWEST_ANSWERS,
    WEAK_R_SQUARED,
    Driver,
    DriverReport,
    DriverVerdict,
    DriverWarning,
    drivers,
)

__all__ = [
    "DRIVER_LEVEL",
    "FEWEST_ANSWERS",
    "WEAK_R_SQUARED",
    "Asymmetry",
    "Driver",
    "DriverReport",
    "DriverVerdict",
    "DriverWarning",
    "Kind",
    "PairMoments",
    "PenaltyReward",
    "Quadrant",
    "asymmetries",
    "crosshairs",
    "drivers",
    "johnson",
    "lmg",
    "penalty_reward",
    "quadrants",
    "subset_r_squared",
    "variance_inflation",
]
