"""The rulebook as a page to read: `python -m registry.rulebook.manual` writes docs/rules.md."""

from itertools import groupby
from pathlib import Path
from typing import Any

from registry.rulebook.bases import Basis
from registry.rulebook.book import Rulebook, load

PAGE = Path("docs/rules.md")
INTRODUCTION = """# The rules

Written from the files in `registry/rulebook/` by `python -m registry.rulebook.manual`; do not edit.
How to change one: [adding-a-rule.md](adding-a-rule.md).

Every version says since when it applies, on which text it rests, and how surely that text was read:

- `text`: compared with a copy of the legal text itself;
- `secondary`: read in a report, a commentary or an official bulletin;
- `unverified`: known, but not seen in a text. Outside a demo nothing is shown on such a value until it is signed.

The confidence of a part is that of its least sure value. What is shown also rests on the category of the catalogue that
takes it, in the edition of the day of publication: nothing is shown until both are verified or signed.

A record older than the first version of its rule is held, never guessed: a penalty decided before 2019-07-01 has no
written rule here. A part is named as in every publication, `rule/since/part`.
"""


def page(book: Rulebook) -> str:
    """The whole rulebook as Markdown."""
    rules = groupby(book.bases.values(), key=lambda basis: basis.rule)
    return "\n".join([INTRODUCTION, *(_rule(name, list(parts)) for name, parts in rules)])


def _rule(name: str, parts: list[Basis]) -> str:
    title = parts[0].title
    return "\n".join([f"## {title.zh}\n\n{title.en} (`{name}`)\n", *(_part(part) for part in parts)])


def _part(part: Basis) -> str:
    lines = [f"### `{part.basis}`\n", f"{part.part_title.zh}  ", f"{part.part_title.en}\n"]
    lines += [
        f"- {name.replace('_', ' ')}: {plain(value)}"
        for name, value in part.values.items()
        if value not in ((), [], {})
    ]
    lines += [f"- measures: {measures}" for measures in measures_of(part)]
    lines += [f"- confidence: **{part.confidence}**"]
    lines += [
        f"- 《{cited.instrument}》（{cited.number}）{cited.article}; source: {cited.source}; "
        f"{cited.confidence}, checked {cited.checked}"
        for cited in part.citations
    ]
    for heading, said in (
        ("Note", part.note),
        ("To object", part.how_to_object),
        ("To restore", part.how_to_restore),
    ):
        lines += [f"\n{heading}: {said.zh}  \n{said.en}"] if said else []
    return "\n".join(lines) + "\n"


def measures_of(part: Basis) -> list[str]:
    """What may follow from a part, with where it stands and how surely that was read: one line, or none."""
    if (cited := part.measures_citation) is None:
        return []
    return [f"{'；'.join(part.measures)}（《{cited.instrument}》{cited.article}, {cited.confidence}）"]


def plain(value: Any) -> str:
    """A value of the law in one line."""
    if isinstance(value, dict):
        return ", ".join(f"{key} {item}" for key, item in value.items()).replace("_", " ")
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


if __name__ == "__main__":
    PAGE.write_text(page(load()), "utf-8")
