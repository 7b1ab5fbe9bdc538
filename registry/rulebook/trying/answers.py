"""One row, one question: each goes to the rule that it asks about."""

from collections.abc import Callable

import polars as pl

from registry.errors import BadQuery
from registry.rulebook.book import Rulebook
from registry.rulebook.trying.days import timely, working_days
from registry.rulebook.trying.display import display
from registry.rulebook.trying.listing import listing
from registry.rulebook.trying.rows import REVIEW

QUESTIONS: dict[str, Callable[[pl.DataFrame, Rulebook], pl.DataFrame]] = {
    "display": display,
    "list": listing,
    "working_days": working_days,
    "timely": timely,
}
ASKED = (
    "question", "on", "penalty_kinds", "procedure", "domain", "amount_yuan", "subject_kind", "decided_on",
    "published_on", "duties_done_on", "restricted_until", "channel", "list", "ground", "listed_on", "corrected_on",
    "start_on", "days", "received_on",
)  # fmt: skip
"""The columns that a question may need."""
ANSWERS = (
    "tier", "published", "earliest_repair_on", "shown_until", "earliest_removal_on", "ends_on", "due_on", "calendar",
    "timely", "basis", "confidence", "because",
)  # fmt: skip
"""The columns that are added, always all of them: empty where a question does not answer them."""
_ROW = "record_id"


def answered(cases: pl.DataFrame, book: Rulebook) -> pl.DataFrame:
    """`cases`, columns of text, in the same order with the `ANSWERS` added, null where there is none.

    A column of the name of an answer is replaced.

    Raises:
        BadQuery: there is no column `question`.
    """
    if "question" not in cases.columns:
        raise BadQuery("缺少 question 列。", f"there is no column question; known are {', '.join(QUESTIONS)}.")
    absent = [pl.lit("").alias(name) for name in ASKED if name not in cases.columns]
    rows = cases.with_columns(pl.col(pl.String).fill_null(""), *absent).select(*ASKED).with_row_index(_ROW)
    rows = rows.with_columns(pl.col(_ROW).cast(pl.Int64))
    asked = pl.col("question").str.strip_chars()
    parts = [
        question(of_it, book)
        for name, question in QUESTIONS.items()
        if (of_it := rows.filter(asked == name)).height  # what nobody asks is not put together
    ]
    known = f"unknown: question 不在 {', '.join(QUESTIONS)} 之中 / question is none of them"
    parts.append(
        rows.filter(~asked.is_in(list(QUESTIONS))).select(
            _ROW, pl.lit(REVIEW).alias("published"), pl.lit(known).alias("because")
        )
    )
    empty = pl.DataFrame(schema={_ROW: pl.Int64, **dict.fromkeys(ANSWERS, pl.String)})
    answers = pl.concat([empty, *parts], how="diagonal").sort(_ROW)
    return pl.concat([cases.drop(ANSWERS, strict=False), answers.drop(_ROW)], how="horizontal")
