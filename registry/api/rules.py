"""`/v1/rules`: the law that this registry applies, as it is written down."""

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ASGIApp

from registry.actions.law import law_in
from registry.actions.window import Window
from registry.api.replies import tagged
from registry.errors import NotFound
from registry.rulebook.bases import Basis


class Rules(msgspec.Struct, frozen=True):
    """Every part of every version of every rule; `digest` is the sha256 of the texts. In a `demo` what nobody has
    verified and signed applies too."""

    digest: str
    demo: bool
    rules: list[Basis]


@get("/", sync_to_thread=False)
def every_rule(window: NamedDependency[Window]) -> ASGIApp:
    """All rules, oldest version first, with what has been signed by now."""
    law = law_in(window.session, window.book)
    return tagged(Rules(law.digest, window.demo, [*law.bases.values()]))


@get("/{rule:str}", sync_to_thread=False)
def one_rule(window: NamedDependency[Window], rule: FromPath[str]) -> ASGIApp:
    """One rule, e.g. `penalties` or `lists.tax_serious`."""
    law = law_in(window.session, window.book)
    parts = [basis for basis in law.bases.values() if basis.rule == rule]
    if not parts:
        raise NotFound("规则库中没有此规则。", "The rulebook has no such rule.")
    return tagged(Rules(law.digest, window.demo, parts))


rules = Router("/rules", route_handlers=[every_rule, one_rule])
