"""Administrative divisions 行政区划 (GB/T 2260) at county level and above, with their history.

`division_codes.csv` holds every code of every edition: `code`, `name`, `current` (1 or 0) and `replaced_by`
(several joined by `|` where a division was split up). Source and licence: `division_codes.NOTICE`.
"""

from functools import cache
from pathlib import Path

import polars as pl

FILE = Path(__file__).with_name("division_codes.csv")


@cache
def table() -> pl.DataFrame:
    """Every division code ever in force: code, name, current, replaced_by (all String)."""
    return pl.read_csv(FILE, infer_schema=False)


def known(area: pl.Expr) -> pl.Expr:
    """Whether a 6-digit area code stands in any edition of the standard; null does not."""
    return area.is_in(table()["code"].to_list()).fill_null(value=False)


def current(area: pl.Expr) -> pl.Expr:
    """The code now in force for the area that bore this code; null if unknown, abolished or split up."""
    now = codes_now()
    return area.replace_strict(list(now.keys()), list(now.values()), default=None, return_dtype=pl.String)


@cache
def codes_now() -> dict[str, str]:
    """Old or current code → the current code, following the replacements to their end."""
    rows = table().select("code", "current", "replaced_by").rows()
    in_force = {code for code, is_current, _ in rows if is_current == "1"}
    successor = {code: after for code, _, after in rows if after and code not in in_force}
    now = {code: code for code in in_force}
    for code in successor:
        last, seen = code, {code}
        while (last := successor.get(last, last)) not in seen:  # the table has a code that replaces itself
            seen.add(last)
        if last in in_force:
            now[code] = last
    return now
