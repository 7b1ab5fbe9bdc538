"""A batch whose repeating columns are read once for each distinct value.

Bodies, kinds, days, amounts and set phrases repeat in every delivery; names and numbers do not. A column that repeats
is kept as its distinct values and, for each row, the place of its value among them. Whatever is asked of that column
alone is then worked out on the few, and spread over the rows only where a row needs it. An expression must look at
one row at a time; what comes out is the same as if it had been evaluated over all rows.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

import polars as pl

_SAMPLE = 1_000
_REPEATED = 8  # a column repeats if it has at most so many rows to a value
_CONSTANT = "the same"  # stands for all that is the same in every row, such as columns without any value


class _Values:
    """The distinct values of one repeating column, with what was made of them; steps are taken when asked for."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame
        self._ahead: list[dict[str, pl.Expr]] = []

    def make(self, step: dict[str, pl.Expr]) -> None:
        self._ahead.append(step)

    @property
    def frame(self) -> pl.DataFrame:
        if self._ahead:
            lazy = self._frame.lazy()
            for step in self._ahead:
                lazy = lazy.with_columns(**step)
            self._frame, self._ahead = lazy.collect(engine="in-memory", optimizations=_AS_WRITTEN), []  # they are few
        return self._frame


class Batch:
    """Rows with the columns of `frame`, and columns that are the same in every row (`given`)."""

    def __init__(self, frame: pl.DataFrame, columns: Iterable[str], given: Mapping[str, pl.Expr]) -> None:
        """`columns`, of text, are those that may repeat."""
        self._given = frozenset(given)
        empty = [c for c in columns if frame[c].null_count() == frame.height]
        nothing = pl.lit(None, dtype=pl.String)
        values = {_CONSTANT: pl.select(nothing.alias(c) for c in (_CONSTANT, *empty))}
        places = {_CONSTANT: pl.repeat(0, frame.height, dtype=pl.UInt32, eager=True)}
        for column in columns:
            if column not in empty and (found := _repeated(frame[column])):
                values[column], places[column] = found[0].to_frame(column), found[1]
        self._of = {c: of for of, held in values.items() for c in held.columns}  # what each column is made of
        self._values = {of: _Values(held.with_columns(**given)) for of, held in values.items()}
        self._places = pl.DataFrame(places)
        self._rows = frame.drop(self._of, strict=False).with_columns(**given)

    def make(self, **made: pl.Expr) -> None:
        """Add or replace columns; none of them may ask for another one that is made here."""
        apart, together = self._shared(made)
        for of, step in apart.items():
            self._values[of].make(step)
        if together:
            self._rows = self._with(together).with_columns(**together)
        for name in made:
            self._of.pop(name, None)
        self._of |= {name: of for of, step in apart.items() for name in step}

    def put(self, column: pl.Series) -> None:
        """Add or replace a column that has a value for each row already."""
        self._rows = self._rows.with_columns(column)
        self._of.pop(column.name, None)

    def all(self, tests: Iterable[pl.Expr]) -> pl.Series:
        """Whether all tests hold, for each row."""
        apart, together = self._shared({str(i): test for i, test in enumerate(tests)})
        held = pl.repeat(value=True, n=self._places.height, eager=True)
        for of, step in apart.items():
            told = self._values[of].frame.select(pl.all_horizontal(*step.values())).to_series()
            if not told.all(ignore_nulls=False):
                held &= told.gather(self._places[of])
        if together:
            held &= self._with(together).select(pl.all_horizontal(*together.values())).to_series()
        return held

    def where(self, mask: pl.Series, keep: Iterable[str]) -> None:
        """Keep the rows for which `mask` is true, and no other columns than these."""
        self._of = {name: self._of[name] for name in keep if name in self._of}
        kept = self._rows.select(name for name in keep if name not in self._of)
        places = self._places.select(*dict.fromkeys((_CONSTANT, *self._of.values())))
        self._rows, self._places = (kept, places) if mask.all() else (kept.filter(mask), places.filter(mask))

    def frame(self, names: Iterable[str]) -> pl.DataFrame:
        """These columns, a value for each row."""
        return self._spread(self._rows, self._places, names).select(names)

    def some(self, mask: pl.Series) -> pl.DataFrame:
        """All columns of the rows for which `mask` is true, which are few."""
        few = mask.arg_true()
        return self._spread(self._rows[few], self._places[few], self._of)

    def has(self, name: str) -> bool:
        """Whether a column may hold anything but null."""
        column = self._held(name)
        return column.null_count() < column.len()

    def kind(self, name: str) -> pl.DataType:
        """The type of a column."""
        return self._held(name).dtype

    def _held(self, name: str) -> pl.Series:
        return self._values[self._of[name]].frame[name] if name in self._of else self._rows[name]

    def _spread(self, rows: pl.DataFrame, places: pl.DataFrame, names: Iterable[str]) -> pl.DataFrame:
        """The rows with those of the named columns spread over them that are kept by distinct values."""
        wanted: dict[str, list[str]] = defaultdict(list)
        for name in names:
            if name in self._of:
                wanted[self._of[name]].append(name)
        spread = (self._values[of].frame.select(some)[places[of]] for of, some in wanted.items())
        return rows.with_columns(column for part in spread for column in part.iter_columns())

    def _shared(self, made: Mapping[str, pl.Expr]) -> tuple[dict[str, dict[str, pl.Expr]], dict[str, pl.Expr]]:
        """The expressions that ask for one repeating column alone, by that column; and the others."""
        apart: dict[str, dict[str, pl.Expr]] = defaultdict(dict)
        together: dict[str, pl.Expr] = {}
        for name, each in made.items():
            asked = {self._of.get(root) for root in each.meta.root_names() if root not in self._given} or {_CONSTANT}
            of = asked.pop() if len(asked) == 1 else None
            (together if of is None else apart[of])[name] = each
        return apart, together

    def _with(self, together: Mapping[str, pl.Expr]) -> pl.DataFrame:
        """The rows, with all columns spread over them that these expressions ask for."""
        asked = dict.fromkeys(root for each in together.values() for root in each.meta.root_names())
        return self._spread(self._rows, self._places, asked)


def _repeated(cells: pl.Series) -> tuple[pl.Series, pl.Series] | None:
    """The distinct values of a column that repeats (null, if there is any, is the last), and for each row the place of
    its own.

    A sample spares names and numbers the trouble.
    """
    sample = cells.head(_SAMPLE).drop_nulls()
    if sample.n_unique() * 10 > max(sample.len(), _REPEATED) * 9:
        return None
    coded = cells.cast(pl.Categorical(categories := pl.Categories.random()))  # whose life is that of its categories
    values = categories.to_series()
    nulls = cells.null_count()
    if values.len() * _REPEATED > max(cells.len() - nulls, _REPEATED):
        return None
    places = coded.to_physical()
    return (values.extend_constant(None, 1), places.fill_null(values.len())) if nulls else (values, places)


_AS_WRITTEN = pl.QueryOptFlags.none()
