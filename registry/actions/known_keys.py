"""The keys under which a decision is known: as it was delivered, as objections have put it right, and, once it must not
be shown, however else a delivery may identify its subject.
"""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import polars as pl
from sqlmodel import Session

from registry.digests import digest
from registry.names import normal_form
from registry.natural_keys import key_changed, keys_of_subjects
from registry.store import codes, own_records, versions
from registry.vocabulary import SourceKind


def keys_of(session: Session, record_id: int) -> list[int]:
    """The keys of a record: that under which it was delivered comes first, then those of its corrections."""
    return keys_read(readings(session, record_id))


def readings(session: Session, record_id: int) -> list[dict[str, Any]]:
    """What a decision has read, one correction after the other, up to this record."""
    return [own_records.told(session, number) for number in (*versions.corrected_by(session, record_id), record_id)]


def keys_read(readings: Sequence[dict[str, Any]]) -> list[int]:
    """The keys of what a decision has read."""
    read = [{**json.loads(one["fields"]), **one} for one in readings]
    first = read[0]
    return [*dict.fromkeys(key_changed(SourceKind(first["source"]), first["key"], first, one) for one in read)]


def know_otherwise(session: Session, record_id: int, subject_id: int, now: datetime) -> None:
    """Let a decision that must not be shown be known however its subject is identified: by each of its codes, numbers
    and names. What is here of it already, or arrives, under such a key is another version of it, and waits for people.
    """
    record = own_records.told(session, record_id)
    was = _subject_told(record)
    others = {*codes.identities(session, subject_id), f"N:{normal_form(record['name'])}"} - {was}
    keys = keys_of_subjects(keys_of(session, record_id), was, others)
    _know(session, record_id, keys, [(other, record_id) for other in own_records.under(session, keys)], now)


def know_by_code(session: Session, record_id: int, subject_id: int, now: datetime) -> None:
    """Let a decision that people have linked be known by the codes of its subject as well: what is here of it already,
    or arrives, under one of them is another version of it, and it is shown once."""
    keys = _under_codes(session, record_id, subject_id)
    others = own_records.under(session, keys)
    _know(session, record_id, keys, [own_records.in_order(session, record_id, other) for other in others], now)


def know_by_code_no_more(session: Session, record_id: int, subject_id: int) -> None:
    """People have taken that link back: what was another version by it alone stands by itself again."""
    own_records.forget(session, record_id, _under_codes(session, record_id, subject_id), content=_known(record_id))


def _under_codes(session: Session, record_id: int, subject_id: int) -> list[int]:
    was = _subject_told(own_records.told(session, record_id))
    others = {told for told in codes.identities(session, subject_id) if ":" not in told} - {was}
    return [*keys_of_subjects(keys_of(session, record_id), was, others)]


def _know(
    session: Session, record_id: int, keys: Collection[int], pairs: Collection[tuple[int, int]], now: datetime
) -> None:
    for version, earlier in pairs:
        if version != earlier:
            own_records.relate(session, version, earlier, now)
    own_records.know_under(session, record_id, keys, content=_known(record_id))


def _known(record_id: int) -> int:
    """What stands for the version of a record under keys that are not its own."""
    return int(pl.select(digest({"known": pl.lit(str(record_id))})).item())


def _subject_told(record: dict[str, Any]) -> str:
    """What identified the subject of an organisation's record when it was delivered."""
    for kind, column in (("", "uscc"), ("O:", "organisation_code"), ("R:", "registration_number")):
        if record[column]:
            return f"{kind}{record[column]}"
    return f"N:{normal_form(record['name'])}"
