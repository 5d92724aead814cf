"""`python -m analysis.intervals`: count all samples of few answers anew and write the exact limits of NPS."""

from analysis.intervals.exact_nps import write_table

if __name__ == "__main__":
    write_table()
