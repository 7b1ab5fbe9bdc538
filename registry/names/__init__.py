"""Registered names: their normal form, and the structure that it has."""

from registry.names.normal import normal_expr, normal_form
from registry.names.parsed import Branch, Parsed, Part
from registry.names.parsing import parse

__all__ = ["Branch", "Parsed", "Part", "normal_expr", "normal_form", "parse"]
