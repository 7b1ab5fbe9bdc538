"""Identifiers of subjects and decisions, read and judged in bulk.

Unified social credit code 统一社会信用代码 (GB 32100-2015): 18 characters of an alphabet without I O S V Z;
1 registering department, 2 category, 3-8 area, 9-17 organisation code (GB 11714), 18 check character
= alphabet[(31 - Σ value·weight mod 31) mod 31], weights 3^i mod 31.
Identity number 公民身份号码 (GB 11643): recognised only so that it can be removed.
"""

import re
from collections.abc import Callable, Sequence

import polars as pl

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

_USCC = rf"^[{ALPHABET}][{ALPHABET}][0-9]{{6}}[{ALPHABET}]{{10}}$"
_ORGANISATION = r"^[0-9A-Z]{8}[0-9X]$"
_PROVINCE = r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])"
_BIRTH = r"(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
_IDENTITY = rf"{_PROVINCE}[0-9]{{4}}{_BIRTH}[0-9]{{3}}[0-9Xx]"
_IDENTITY_ONLY = rf"^{_IDENTITY}$"


def _spelled(form: str) -> str:
    """A form of digits in any width, with at most one blank or hyphen before each."""
    return re.sub(r"(\[[^\]]+\]|[0-9])(\{[0-9]\})?", lambda m: rf"(?:[\s-]?{_either_width(m[1])}){m[2] or ''}", form)


def _either_width(atom: str) -> str:
    inside = atom.strip("[]")
    return f"[{inside}{''.join(c if c == '-' else chr(ord(c) + 0xFEE0) for c in inside)}]"


_SPREADSHEET_IDENTITY = r"[1-8]\.[0-9]{9,16}[Ee]\+?17"
_DIGIT = "[0-9０-９]"
_MOBILE = rf"(?:[+＋]?[8８][6６])?[1１][3-9３-９]{_DIGIT}(?:[\s-]?{_DIGIT}{{4}}){{2}}"
_ONE = rf"(?:{_spelled(_IDENTITY)}|{_SPREADSHEET_IDENTITY})(?:{_MOBILE})?"
_IDENTITY_IN_TEXT = rf"(^|[^0-9０-９])(?:{_MOBILE})?(?:{_ONE})+($|[^0-9０-９])"  # several without a mark between them
# until 2013 there were some of 15 figures, without a check: by their form alone they are told where the text says so,
# and in prose, but not after a word for what numbers a document or an entry in a register, or before 号
_OLD = rf"{_PROVINCE}[0-9]{{6}}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{{3}}"
_OLD_TOLD = rf"(身份证?(?:证明|件)?(?:号码|编号|号)?[^0-9A-Za-z]{{0,4}}){_OLD}($|[^0-9])"
_OLD_IN_PROSE = rf"(^|[^0-9A-Za-z０-９号码照证编书字第罚决：:\s〔#№.-]){_OLD}($|[^0-9A-Za-z０-９号])"
_AREA = r"[0０](?:[1１][0０]|[2２][0-9０-９]|[3-9３-９][0-9０-９]{2})"
_LANDLINE = rf"(?:{_AREA}[-－—\s]\s?|[(（]{_AREA}[)）]\s?){_DIGIT}{{7,8}}|{_AREA}[2-8２-８]{_DIGIT}{{6,7}}"
_PHONE = rf"(?:{_MOBILE}|{_LANDLINE})"
_PHONE_IN_TEXT = rf"(^|[^0-9A-Za-z０-９]){_PHONE}($|[^0-9A-Za-z０-９号])"
_PHONE_WORDS = "电话|座机|手机|传真"
_PHONE_TOLD = (
    rf"((?:{_PHONE_WORDS})(?:号码|号)?[：:为是\s]{{0,3}})(?:{_DIGIT}{{3,4}}[-－\s])?"
    rf"{_DIGIT}{{7,8}}(?:{_DIGIT}{{3,4}})?()"
)
_MAIL = r"()[0-9A-Za-z][0-9A-Za-z._%+-]*[@＠][0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)+()"
NUMBER_OR_MAIL = r"[0-9０-９](?:[\s.-]?[0-9０-９]){6}|[@＠]"
"""What every personal number has in it: a quick look passes over nearly all texts."""
_SUSPECTED = (
    rf"(?:{_DIGIT}[\s-]?){{17}}[0-9０-９XxＸｘ]|{_SPREADSHEET_IDENTITY}|身份[^0-9]{{0,9}}[0-9]{{15}}|{_PHONE}"
    rf"|{_PHONE_WORDS}|[@＠]"
)
_FIGURES = "^[0-9]{1,17}$"  # fewer than an identity number of today has; all else is told by more than figures
PLACEHOLDER = "0" * 17 + "X"  # an individual business without a code, in the 双公示 standard
REMOVED = "已删除"


def compact(code: pl.Expr) -> pl.Expr:
    """A code as typed → as written in the standard: half width, no blanks or hyphens, upper case."""
    return _mended(code, "^[0-9A-Z]+$", lambda few: _half_width(few, r"[\s\-_\p{Cc}\p{Cf}]+"))


def is_uscc(code: pl.Expr) -> pl.Expr:
    """Whether a compact code has the form of a unified code and its check character is right; null is not.

    The check character completes the weighted sum to a multiple of 31.
    """
    return _proved(code, _USCC, lambda codes: _weighted(codes, _IN_ALPHABET, WEIGHTS) % 31 == 0)


def is_organisation_code(code: pl.Expr) -> pl.Expr:
    """Whether nine characters are an organisation code (GB 11714): the check completes the sum to 0 mod 11."""
    return _proved(code, _ORGANISATION, lambda codes: _checked(codes, ORGANISATION_WEIGHTS) % 11 == 0)


def is_identity_number(code: pl.Expr) -> pl.Expr:
    """Whether a compact value is a citizen's identity number by form, birth date and check (1 mod 11)."""
    return _proved(code, _IDENTITY_ONLY, lambda codes: _checked(codes, IDENTITY_WEIGHTS) % 11 == 1)


def without_personal_numbers(text: pl.Expr, *, numbered: bool = False) -> pl.Expr:
    """Free text with every identity number, telephone number and mail address in it replaced by 已删除, also full width
    or with blanks inside; a figure that 号 follows is a document's. In a column of numbers (`numbered`) what is all
    figures is no telephone, and fifteen figures are an identity number only if the text says so."""

    def replaced(texts: pl.Series) -> pl.Series:
        few = texts.str.contains(NUMBER_OR_MAIL).fill_null(value=False).arg_true()
        sought = texts.gather(few)
        if numbered:
            mixed = few.filter(~sought.str.contains(_FIGURES))
            suspected = mixed.filter(texts.gather(mixed).str.contains(_SUSPECTED))
        else:
            surely = sought.str.contains(_SUSPECTED)
            others = (~surely).arg_true()
            suspected = few.filter(surely.scatter(others, sought.gather(others).str.contains(_OLD)))
        if suspected.is_empty():
            return texts
        rest = _without(texts.gather(suspected), _IDENTITY_IN_TEXT, _IDENTITY_IN_TEXT, _OLD_TOLD)
        told = _without(rest, _PHONE_IN_TEXT, _PHONE_IN_TEXT, _PHONE_TOLD, _MAIL)
        figures = rest.str.contains(r"^[0-9\s]+$")
        return texts.scatter(suspected, rest.zip_with(figures, told) if numbered else _without(told, _OLD_IN_PROSE))

    return text.map_batches(replaced, return_dtype=pl.String)


def _without(texts: pl.Series, *forms: str) -> pl.Series:
    """A form told twice takes the mark between two numbers with the first: the second finds what stands after."""
    for form in forms:
        texts = texts.str.replace_all(form, f"${{1}}{REMOVED}${{2}}")
    return texts


def masked(text: str) -> str:
    """One text with every identity number in it replaced."""
    for form in (_IDENTITY_IN_TEXT, _IDENTITY_IN_TEXT, _OLD_TOLD):
        text = re.sub(form, rf"\g<1>{REMOVED}\g<2>", text)
    return text


def code_fault(code: pl.Expr, valid: pl.Expr) -> pl.Expr:
    """What is wrong with a compact code in the column of the unified code; null if nothing, or if it is empty.

    One of: identity_number, spreadsheet_number, old_registration_number, organisation_code, letter_for_digit,
    wrong_length, bad_character, check_character. `valid` says which are good. The placeholder of the standard is
    no fault; 已删除 stands where an identity number was removed at reading.
    """
    code = pl.when(~valid & (code != PLACEHOLDER)).then(code)  # few; null is passed over
    numeric = code.str.contains(r"^[0-9](\.[0-9]+)?E\+?[0-9]+$") | _is_rounded(code)
    return (
        pl.when(code.is_null())
        .then(None)
        .when(is_identity_number(code) | (code == REMOVED))
        .then(pl.lit("identity_number"))
        .when(numeric)
        .then(pl.lit("spreadsheet_number"))
        .when(code.str.contains(r"^[0-9]{15}(\.0*)?$"))
        .then(pl.lit("old_registration_number"))
        .when((code.str.len_chars() == 9) & is_organisation_code(code))
        .then(pl.lit("organisation_code"))
        .when(code.str.len_chars() != 18)
        .then(pl.lit("wrong_length"))
        .when(code.str.contains("[IO]"))
        .then(pl.lit("letter_for_digit"))
        .when(~code.str.contains(_USCC) | code.str.starts_with("0"))
        .then(pl.lit("bad_character"))
        .otherwise(pl.lit("check_character"))
    )


def _is_rounded(code: pl.Expr) -> pl.Expr:
    """Whether 18 digits were a number once: what is left are 15 figures, or a whole number of a double's steps."""
    figures = pl.when(code.str.contains(r"^[1-9][0-9]{17}(\.0*)?$")).then(code.str.slice(0, 18))
    whole = figures.cast(pl.Int64, strict=False)
    step = pl.when(whole >= 1 << 59).then(128).otherwise(16)
    return ((whole % 1000 == 0) | (whole % step == 0)).fill_null(value=False)


def document_number(text: pl.Expr) -> pl.Expr:
    """The normal form of a document number 文号: brackets of every kind, blanks and width do not count."""
    return _mended(text, "^[\u4e00-\u9fff0-9A-Z〔〕-]*$", _in_one_kind_of_brackets)


def _in_one_kind_of_brackets(texts: pl.Series) -> pl.Series:
    plain = _half_width(texts, r"[\s\p{Cc}\p{Cf}]+")
    return plain.str.replace_all(r"[(\[{〔【〖「<《]", "〔").str.replace_all(r"[)\]}〕】〗」>》]", "〕")


def _half_width(texts: pl.Series, noise: str) -> pl.Series:
    return texts.str.normalize("NFKC").str.replace_all(noise, "").str.to_uppercase()


def _mended(text: pl.Expr, ready: str, mend: Callable[[pl.Series], pl.Series]) -> pl.Expr:
    """A column of which the few texts that are not `ready`, a regular expression, are mended."""

    def mended(texts: pl.Series) -> pl.Series:
        odd = (~texts.str.contains(ready)).arg_true()  # null is not among them
        return texts if odd.is_empty() else texts.scatter(odd, mend(texts.gather(odd)))

    return text.map_batches(mended, return_dtype=pl.String, is_elementwise=True)


def organisation_code_of(uscc: pl.Expr) -> pl.Expr:
    """The organisation code inside a unified code: characters 9-17."""
    return uscc.str.slice(8, 9)


def area_of(uscc: pl.Expr) -> pl.Expr:
    """The area (GB/T 2260) inside a unified code: characters 3-8."""
    return uscc.str.slice(2, 6)


def _proved(code: pl.Expr, form: str, prove: Callable[[pl.Series], pl.Series]) -> pl.Expr:
    """Whether codes have a form and, where they do, are proved by their check character; null is False."""

    def proved(codes: pl.Series) -> pl.Series:
        fits = codes.str.contains(form).fill_null(value=False)
        if not fits.any():
            return fits
        places = fits.arg_true()
        return fits.scatter(places, prove(codes.gather(places)))

    return code.map_batches(proved, return_dtype=pl.Boolean)


def _weighted(codes: pl.Series, values: pl.Series, weights: Sequence[int]) -> pl.Series:
    """The weighted sum of what the characters of codes of one length count, the check character with weight 1."""
    length = len(weights) + 1
    characters = codes.cast(pl.Binary).bin.reinterpret(dtype=pl.Array(pl.UInt8, length)).explode()
    counted = values.gather(characters).reshape((-1, length))
    return (counted * pl.Series([[*weights, 1]], dtype=pl.Array(pl.UInt16, length))).arr.sum()


def _checked(codes: pl.Series, weights: Sequence[int]) -> pl.Series:
    """The sum whose check character X counts ten, though the letter X counts 33, which is nothing modulo 11."""
    return _weighted(codes, _LETTERS, weights) + codes.str.to_uppercase().str.ends_with("X").cast(pl.UInt16) * 10


def _counting(characters: str) -> pl.Series:
    """What each byte counts: its place among these characters."""
    return pl.Series([max(characters.find(chr(byte)), 0) for byte in range(256)], dtype=pl.UInt16)


_IN_ALPHABET = _counting(ALPHABET)
_LETTERS = _counting("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
