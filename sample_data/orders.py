"""Orders a day: in each store, and by region in the channels that sell online."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd
import plan
from chain import ORDER_CHANNELS, REGIONS, day_weights, stores

_STORE_ORDERS, _ONLINE_ORDERS = (
    125.0,
    {"官网": 95.0, "APP": 300.0, "小程序": 330.0},
)  # on an ordinary day, per store or region


def orders() -> pd.DataFrame:
    """One row a day and place, oldest first, 24 stores and 12 pairs of channel and region."""
    rng = np.random.default_rng([plan.SEED, 7])
    demand = day_weights() * plan.DAYS
    places = [("门店", s.name, s.region, _STORE_ORDERS * s.weight) for s in stores()]
    places += [(channel, None, region, _ONLINE_ORDERS[channel]) for channel in ORDER_CHANNELS for region in REGIONS]
    rows = [
        (
            (plan.FIRST_DAY + timedelta(days=day)).isoformat(),
            channel,
            store,
            region,
            max(1, int(rng.poisson(usual * factor * rng.normal(1, 0.06)))),
        )
        for day, factor in enumerate(demand)
        for channel, store, region, usual in places
    ]
    return pd.DataFrame(rows, columns=["日期", "渠道", "门店", "区域", "订单量"])
