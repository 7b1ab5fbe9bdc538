"""Stable digests of values: what makes two deliveries of one decision recognisable as the same.

xxh3 with 64 bits, the same on every machine and version, unlike polars' own hash. A duplicate is told by
two of them (natural key and content), so 128 bits stand against a chance collision.
"""

from collections.abc import Iterable

import polars as pl
from polars_hash import CryptographicHashingNameSpace, NonCryptographicHashingNameSpace

_BETWEEN, _NOTHING = "\x1f", "\x00"


def digest(parts: Iterable[pl.Expr], *, sparse: bool = False) -> pl.Expr:
    """One signed 64-bit digest of several columns of text; a null differs from an empty text.

    `sparse` passes over nulls: the parts must then say what they are (`name=value`).
    """
    written = [part if sparse else part.fill_null(_NOTHING) for part in parts]
    text = pl.concat_str(written, separator=_BETWEEN, ignore_nulls=sparse)
    hashed: pl.Expr = NonCryptographicHashingNameSpace(text).xxh3_64()
    return hashed.reinterpret(signed=True)


def keyed_digest(value: pl.Expr, secret: str) -> pl.Expr:
    """A keyed digest (HMAC-SHA-256, 32 hex characters) of a personal value; the value itself is not kept."""
    hashed: pl.Expr = CryptographicHashingNameSpace(value).hmac_sha256(key=secret)
    return hashed.str.head(32)
