"""Make the model files: python -m analysis.text.training REVIEWS.csv.gz [--out DIRECTORY] [--leave-out | --folds]"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from analysis.text.training.measure import (
    cross_fitted_errors,
    cross_validated,
    cross_validation_table,
    leave_one_out_table,
    table,
    tenths_table,
)
from analysis.text.training.model import refit, save, train


def main() -> int:
    """Fit the model, or print how it does on what it was not fitted on; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reviews", type=Path, help="file with the columns domain, label (1, 0) and review")
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[1] / "model", help="directory of the model")
    parser.add_argument("--leave-out", action="store_true", help="instead: train without each domain, test on it")
    parser.add_argument("--folds", action="store_true", help="instead: read each tenth by what is fitted on the others")
    parser.add_argument("--linear", action="store_true", help="with these two: without the network, much faster")
    parser.add_argument("--measured", action="store_true", help="save the model that is measured, not the refitted one")
    options = parser.parse_args()
    if options.leave_out:
        print(leave_one_out_table(options.reviews, with_network=not options.linear).to_string())
        return 0
    if options.folds:
        read = cross_validated(options.reviews, with_network=not options.linear)
        print(cross_validation_table(read).round(4).to_string())
        print(tenths_table(read).describe().round(4).to_string())
        return 0
    engine, held_out = train(options.reviews)
    print(table(held_out[held_out["fold"] == "test"], engine.model).round(4).to_string())
    print(cross_fitted_errors(held_out).round(4).to_string(), flush=True)
    save(engine if options.measured else refit(engine, held_out, options.reviews), options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
