"""Stable digests of values: what makes two deliveries of one decision recognisable as the same.

xxh3 with 64 bits, the same on every machine and version, unlike polars' own hash. A duplicate is told by
two of them (natural key and content), so 128 bits stand against a chance collision.
"""

from collections.abc import Mapping, Sequence
from functools import reduce
from hashlib import blake2b
from operator import add

import polars as pl
from polars_hash import CryptographicHashingNameSpace, NonCryptographicHashingNameSpace


def digest(parts: Mapping[str, pl.Expr]) -> pl.Expr:
    """One signed 64-bit digest of several named columns: Σ xxh3(value) · odd(name), modulo 2^64.

    A null adds nothing, so that a column nobody delivers changes no digest; nor does the order of the columns.
    """
    return digest_of([part(name, value) for name, value in parts.items()])


def part(name: str, value: pl.Expr) -> pl.Expr:
    """What one named column of text adds to a digest, as UInt64."""
    hashed = NonCryptographicHashingNameSpace(value).xxh3_64()
    return hashed.fill_null(0) * pl.lit(_odd(name), dtype=pl.UInt64)


def digest_of(parts: Sequence[pl.Expr]) -> pl.Expr:
    """The digest that these parts add up to."""
    return reduce(add, parts).reinterpret(signed=True)


def under_another(key: pl.Expr, was: pl.Expr, now: pl.Expr) -> pl.Expr:
    """The digest to which one column adds another part than it did."""
    return (key.reinterpret(signed=False) - was + now).reinterpret(signed=True)


def _odd(name: str) -> int:
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest()) | 1


def keyed_digest(value: pl.Expr, secret: str) -> pl.Expr:
    """A keyed digest (HMAC-SHA-256, 32 hex characters) of a personal value; the value itself is not kept."""
    hashed: pl.Expr = CryptographicHashingNameSpace(value).hmac_sha256(key=secret)
    return hashed.str.head(32)
