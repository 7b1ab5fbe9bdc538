"""Registered names: their normal form, and the structure that it has."""

from registry.names.normal import normal_expr, normal_form
from registry.names.parsed import Branch, Essence, Parsed, Part
from registry.names.parsing import parse
from registry.names.places import Place, Region

__all__ = ["Branch", "Essence", "Parsed", "Part", "Place", "Region", "normal_expr", "normal_form", "parse"]
