"""A step of a case: what somebody did, and what they must tell of it."""

from datetime import date
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from registry.vocabulary import Role

Text = Annotated[str, Meta(pattern=r"\S", max_length=2000)]
"""A text that says something."""


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="step"):
    """What a step tells; its tag is the kind of its event in the ledger.

    `by` is the role that takes it. A step by a checker is a decision: whoever took a maker's step of the case cannot
    take it. `on` is the day it happened: for a decision, and where none is told, the day on which it is recorded.
    """

    zh: ClassVar[str]
    by: ClassVar[Role] = Role.MAKER

    on: date | None = None

    @classmethod
    def tag(cls) -> str:
        """The word for it in the ledger."""
        return str(cls.__struct_config__.tag)

    @property
    def day(self) -> date:
        """The day it happened, of a step that was taken."""
        assert self.on is not None  # noqa: S101  (whoever takes a step writes its day)
        return self.on


class Decision(Step, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A step that decides: taken by a checker, on the day it is recorded, with reasons."""

    by: ClassVar[Role] = Role.CHECKER

    reason: Text
