"""Makes the sample data: `python sample_data/generate.py [--out FOLDER]`. The same files every time.

What is planted stands in plan.py and is told in TRUTHS.md; README.md describes the files.
"""

from __future__ import annotations

import argparse
import json
from datetime import datetime
from pathlib import Path

import chain
import numpy as np
import pandas as pd
import plan
import xlsxwriter
from complaints import complaints
from desk import served
from orders import orders
from reviews import reviews
from survey import SPLIT_DAY, survey
from truths import truths

FILES = (
    ("customers.csv", "customer"),
    ("orders.csv", "volume"),
    ("survey_part1_gb18030.csv", "survey"),
    ("survey_part2.csv", "survey"),
    ("reviews.csv", "review"),
    ("reviews_traditional.csv", "review"),
    ("complaints.xlsx", "complaint"),
)
_XLSX_CREATED = datetime(2026, 11, 22)  # fixed, as the workbook would otherwise carry the moment of writing


def main() -> None:
    """Write all files into the folder."""
    parser = argparse.ArgumentParser(description="Make the sample data of the invented chain.")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="folder to write into")
    folder = parser.parse_args().out
    folder.mkdir(parents=True, exist_ok=True)
    people = chain.customers(np.random.default_rng([plan.SEED, 0]))
    write_csv(chain.with_personas(people, np.random.default_rng([plan.SEED, 9])), folder / "customers.csv")
    write_csv(orders(), folder / "orders.csv")
    write_surveys(survey(people), folder)
    write_reviews(reviews(people), folder)
    write_xlsx(served(complaints(people)), folder / "complaints.xlsx", sheet="投诉工单")
    listing = "".join(f'[[file]]\nname = "{name}"\nkind = "{kind}"\n\n' for name, kind in FILES)
    (folder / "files.toml").write_text(
        "# The sample files in the order in which to import them.\n\n" + listing.rstrip("\n") + "\n", encoding="utf-8"
    )
    text = json.dumps(truths(), ensure_ascii=False, indent=1)
    (folder / "truths.json").write_text(text + "\n", encoding="utf-8")


def write_surveys(table: pd.DataFrame, folder: Path) -> None:
    """Two halves as two tools would give them: the older in GB18030, the newer in UTF-8 with a byte order mark."""
    older = table["提交时间"] < SPLIT_DAY.isoformat()
    write_csv(table[older], folder / "survey_part1_gb18030.csv", encoding="gb18030")
    write_csv(table[~older], folder / "survey_part2.csv", encoding="utf-8-sig")


def write_reviews(table: pd.DataFrame, folder: Path) -> None:
    """Simplified and traditional reviews; the second file's headers are traditional too."""
    traditional = table.pop("traditional")
    write_csv(table[~traditional], folder / "reviews.csv", encoding="utf-8-sig")
    headers = dict(
        zip(
            table.columns,
            ("評價編號", "評價時間", "渠道", "門店", "區域", "會員等級", "客戶編號", "評分", "評價內容"),
            strict=True,
        )
    )
    write_csv(table[traditional].rename(columns=headers), folder / "reviews_traditional.csv")


def write_csv(table: pd.DataFrame, path: Path, *, encoding: str = "utf-8") -> None:
    """Write a table without an index; line ends are the same on every system."""
    table.to_csv(path, index=False, encoding=encoding, lineterminator="\n")


def write_xlsx(table: pd.DataFrame, path: Path, *, sheet: str) -> None:
    """Write a table as a workbook with real date cells; missing values stay empty cells."""
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd hh:mm:ss"}) as book:
        book.set_properties({"created": _XLSX_CREATED})
        page = book.add_worksheet(sheet)
        page.write_row(0, 0, table.columns)
        for i, row in enumerate(table.astype(object).itertuples(index=False), start=1):
            for j, value in enumerate(row):
                if value is None or pd.isna(value):
                    continue
                page.write(i, j, value.to_pydatetime() if isinstance(value, pd.Timestamp) else value)


if __name__ == "__main__":
    main()
