"""How a rule is written down: dated versions, each with its instrument and with how surely it was read.

A version is never edited: a later one is added. A forgotten field, an unknown one, or versions out of
order fail when the file is read, with the file and the place.
"""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Annotated, Any, Generic, Literal, Protocol, TypeVar

import msgspec
from msgspec import Meta

from registry.errors import RuleBroken, RuleNotWritten
from registry.rulebook.lines import line_of
from registry.vocabulary import Confidence

Text = Annotated[str, Meta(min_length=1)]
Months = Annotated[int, Meta(ge=1)]
PickedBy = Literal["decision", "publication", "request"]
"""Which day picks the version of a rule: that of the decision, of the publication, or of the request or event."""


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One sentence or title, in Chinese and in English."""

    zh: Text
    en: Text


class Instrument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A legal text: its name, its number (文号) and the article."""

    name: Text
    number: Text
    article: Text


class Cited(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A value of the law: where it stands, where it was read, when last compared, and how surely."""

    basis: Instrument
    source: Text
    checked: date
    confidence: Confidence


class Version(Cited, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a rule says since a day, until a later version begins."""

    since: date
    note: Said | None = None

    def parts(self) -> Iterator["Part"]:
        """What a publication can rest on in this version."""
        raise NotImplementedError

    def basis_of(self, rule: str, part: str) -> str:
        """The key of a part of this version, as a publication names it."""
        return f"{rule}/{self.since}/{part}"


class Displayed(Version, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A version that lets something be shown: then whoever it is about must know how to object."""

    how_to_object: Said


class Restoration(msgspec.Struct, frozen=True, kw_only=True):
    """After how many months restoration (信用修复) can be applied for, from which day, and how."""

    min_months: int
    counted_from: Literal["decision", "shown", "correction"]
    how: Said
    confidence: Confidence
    min_months_in: dict[str, int] = {}


class Measures(Cited, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What follows from being on a list, in the words of the law."""

    names: Annotated[tuple[Text, ...], Meta(min_length=1)]


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A named part of a version: `citations` are all the values it leans on, the most telling one first."""

    name: str
    title: Said
    citations: tuple[Cited, ...]
    values: dict[str, Any]
    restoration: Restoration | None = None
    measures: Measures | None = None

    @property
    def confidence(self) -> Confidence:
        """That of the least surely read value."""
        return max((citation.confidence for citation in self.citations), key=list(Confidence).index)


V = TypeVar("V", bound=Version)


class Rule(msgspec.Struct, Generic[V], frozen=True, forbid_unknown_fields=True):
    """One rule: its title, which day picks its version, and its versions, oldest first."""

    title: Said
    picked_by: PickedBy
    versions: Annotated[tuple[V, ...], Meta(min_length=1)]

    def __post_init__(self) -> None:
        days = [version.since for version in self.versions]
        for place, (earlier, later) in enumerate(pairwise(days), start=1):
            if later <= earlier:
                raise ValueError(
                    f"versions must ascend: since {later} stands after since {earlier} at `$.versions[{place}].since`"
                )

    def on(self, day: date) -> V:
        """The version in force on `day`.

        Raises:
            RuleNotWritten: `day` is before the first version.
        """
        for version in reversed(self.versions):
            if version.since <= day:
                return version
        raise RuleNotWritten(
            f"规则“{self.title.zh}”最早的版本自{self.versions[0].since}起，早于此日的不作推断。",
            f"the rule “{self.title.en}” is written down since {self.versions[0].since}; earlier days are not guessed.",
            on=day,
        )


class Titled(Protocol):
    """Any rule, whatever its versions say."""

    @property
    def title(self) -> Said: ...
    @property
    def versions(self) -> tuple[Version, ...]: ...


R = TypeVar("R")


@lru_cache(256)  # a server reads its rules again and again, and they seldom change
def decoded(text: bytes, shape: type[R], file: str) -> R:
    """The rule of one TOML file.

    A version lasts until the next begins, so that versions in order leave no hole and never overlap.

    Raises:
        RuleBroken: the file is not TOML, or a field is missing, unknown, empty, of another kind or out of order; it
            names the file and the line.
    """
    try:
        return msgspec.toml.decode(text, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        line = line_of(text.decode("utf-8", "replace"), str(error))
        raise RuleBroken(
            f"规则文件 {file} 第 {line} 行有误：{error}。",
            f"rule file {file}, line {line}, is broken: {error}.",
            file=file,
            line=line,
        ) from error


_PROSE = {"basis", "source", "checked", "confidence", "title", "how_to_restore", "how_to_object", "note", "since"}


def values_of(struct: msgspec.Struct) -> dict[str, Any]:
    """The values of a part as plain data, without its citation and its sentences."""
    plain: dict[str, Any] = msgspec.to_builtins(struct)
    return {name: value for name, value in plain.items() if name not in _PROSE and value is not None}
