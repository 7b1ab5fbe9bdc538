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

    `by` is the role that takes it; the registry itself takes one by nobody. A step by a checker is a decision: whoever
    took a maker's step of the case cannot take it. `on` is the day it happened; where none is told, and always for a
    step `of_today`, the day on which it is recorded.
    """

    zh: ClassVar[str]
    by: ClassVar[Role | None] = Role.MAKER
    of_today: ClassVar[bool] = False

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

    by: ClassVar[Role | None] = Role.CHECKER
    of_today: ClassVar[bool] = True

    reason: Text
