"""Reading the organisation form 组织形式 at the end of a name, also with one character wrong, missing or moved."""

import re

from registry.names.words import FORMS, endings

_COMMON = ("股份有限公司", "有限责任公司", "有限公司")
_WORDS = "国无极色"  # 国有公司, 无限公司, 极限公司, 有色公司: other words, no misspelt form


def form_start(text: str) -> int:
    """Where the form begins; the end of the text if it has none."""
    size = len(text)
    for length in _LENGTHS.get(text[-2:], ()):
        if text[-length:] in FORMS:
            if length > 2:
                return max(size - length, 0)
            break
    else:
        length = 0
    misspelt = _MISSPELT.search(text, max(size - 7, 0))
    return misspelt.start() if misspelt else max(size - length, 0)


def family(form: str) -> str:
    """The legal family of a form, well or badly spelt; empty if there is none."""
    if not form or form in FORMS:
        return FORMS.get(form, "")
    return "joint_stock" if "股" in form or "份" in form else "limited"


def _misspellings(form: str) -> set[str]:
    """The form as a pattern, with one character replaced, left out, or changed with its neighbour."""
    places = range(len(form))
    replaced = {form[:at] + f"[^{_WORDS}]" + form[at + 1 :] for at in places[1:]}
    left_out = {form[:at] + form[at + 1 :] for at in places}
    moved = {form[:at] + form[at + 1] + form[at] + form[at + 2 :] for at in places[:-1]}
    return replaced | left_out | moved


_LENGTHS = endings(FORMS)
_PATTERNS = sorted({pattern for form in _COMMON for pattern in _misspellings(form)}, key=len, reverse=True)
_MISSPELT = re.compile(f"(?<![{_WORDS}])(?:{'|'.join(_PATTERNS)})$")
