"""签认: how an office takes responsibility for a value of the law that nobody has read in its text.

Two different people sign the same version of a rule, as it says it now, each naming the document by which the office
decided so. Then what rests on it may be shown. If the version comes to say anything else, the signature is void.
"""

import json
from collections.abc import Iterable
from datetime import date
from hashlib import sha256
from typing import Any

import msgspec
from msgspec.structs import replace

from registry.errors import SignatureRefused
from registry.rulebook.book import Rulebook
from registry.rulebook.law import Version


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """One person signs a version: `digest` is what it said then, `document` the decision of the office."""

    rule: str
    since: date
    digest: str
    document: str
    by: int
    on: date


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """A version signed by two: `on` is the day of the second."""

    rule: str
    since: date
    document: str
    made_by: int
    checked_by: int
    on: date


def said_by(version: Version) -> str:
    """The sha256 of everything a version says; the day on which it was last compared with its source says nothing."""
    return sha256(
        json.dumps(_said(msgspec.to_builtins(version)), ensure_ascii=False, sort_keys=True).encode()
    ).hexdigest()


def _said(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _said(item) for key, item in value.items() if key != "checked" and item is not None}
    return [_said(item) for item in value] if isinstance(value, list | tuple) else value


def signing(book: Rulebook, acts: Iterable[Act], *, rule: str, since: date, document: str, by: int, on: date) -> Act:
    """The act of `by` on a version as it stands; with an act of somebody else on the same document it is signed.

    Raises:
        RuleNotWritten: there is no such version.
        SignatureRefused: no document, signed already, twice by one person, or the other one named another document.
    """
    version = book.version(rule, since)
    if not document.strip():
        raise SignatureRefused("签认须注明依据的文件。", "a signature needs the document that it rests on.")
    act = Act(rule=rule, since=since, digest=said_by(version), document=document.strip(), by=by, on=on)
    before = [one for one in acts if (one.rule, one.since, one.digest) == (rule, since, act.digest)]
    if signatures(book, before):
        raise SignatureRefused(f"{rule}/{since} 已签认。", f"{rule}/{since} is signed already.")
    if any(one.by == by for one in before):
        raise SignatureRefused(
            "签认须由两名不同的人员完成，请由另一人签认。", "two different people must sign: somebody else has to."
        )
    if other := sorted({one.document for one in before} - {act.document}):
        raise SignatureRefused(
            f"另一人签认所依据的文件是 {other[0]}，与此不同。", f"the other person named another document: {other[0]}."
        )
    return act


def signatures(book: Rulebook, acts: Iterable[Act]) -> dict[tuple[str, date], Signature]:
    """The versions that two different people have signed, on one document and as they stand; the first pair counts.

    An act on a version that says something else by now, or that no longer exists, counts for nothing.
    """
    signed: dict[tuple[str, date], Signature] = {}
    first: dict[tuple[str, date, str], Act] = {}
    for act in acts:
        key, once = (act.rule, act.since), (act.rule, act.since, act.document)
        if key in signed or act.digest != _now(book, key):
            continue
        maker = first.setdefault(once, act)
        if maker.by != act.by and act.document.strip():
            signed[key] = Signature(
                rule=act.rule,
                since=act.since,
                document=act.document,
                made_by=maker.by,
                checked_by=act.by,
                on=max(maker.on, act.on),
            )
    return signed


def with_signatures(book: Rulebook, acts: Iterable[Act]) -> Rulebook:
    """The same law, in which what two people have signed is no longer unsigned; its digest tells the difference.

    It may be the law with earlier signatures: what comes out is the same.
    """
    signed = signatures(book, acts)
    if not signed:
        return book
    documents = {key: signature.document for key, signature in signed.items()}
    return replace(
        book,
        bases={
            key: replace(basis, signed=documents.get((basis.rule, basis.since))) for key, basis in book.bases.items()
        },
        digest=sha256(book.texts.encode() + msgspec.json.encode([*signed.values()])).hexdigest(),
    )


def _now(book: Rulebook, key: tuple[str, date]) -> str | None:
    rule = book.rules.get(key[0])
    version = next((one for one in rule.versions if one.since == key[1]), None) if rule else None
    return said_by(version) if version else None
