"""红黑名单交叉比对: a standing honour is not shown while its holder has an entry on a serious list in force.

Worked out on the day asked, like every end by date: when the entry ends, the honour is there again. A yearly honour is
history and stays (`rulebook/red_lists.toml`).
"""

from collections.abc import Collection
from datetime import date

from registry.rulebook import Rulebook
from registry.rulebook.catalogues import barred_by
from registry.store.publications import ItemRow
from registry.vocabulary import SourceKind


def standing(honour: str | None, *, on: date, book: Rulebook) -> bool:
    """Whether an honour of this kind goes while its holder is on some list."""
    return bool(barred_by(book.red_lists, honour, on))


def barred(source: str, honour: str | None, listed: Collection[str | None], *, on: date, book: Rulebook) -> bool:
    """Whether an item of this source and kind is not shown, because of the lists that its subject is on."""
    return source == SourceKind.HONOURS and not barred_by(book.red_lists, honour, on).isdisjoint(listed)


def without_barred(rows: list[ItemRow], listed: Collection[str | None], *, on: date, book: Rulebook) -> list[ItemRow]:
    """The items in force, without those that are not shown because of the lists that their subject is on."""
    return [row for row in rows if not barred(row.source, row.list_code, listed, on=on, book=book)]
