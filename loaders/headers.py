"""Headers are mapped by their text, never by position.

`代码_2` and `代码_3` swap meaning between the editions of the 双公示 standard, so for the numbered codes the text
in brackets decides. Columns that hold identity numbers, telephones and the like are dropped at reading.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from loaders.source import Layout, Source
from registry.errors import FileRefused
from registry.identifiers import masked

FEEDBACK_PREFIX = "反馈_"
_PERSONAL = re.compile(
    r"身份证|身份号码|公民身份|证件(号|类型|编号)|护照|通行证号|电话|手机|联系方式|邮箱|传真|性别|年龄|出生|民族|"
    r"经办人|财务负责人|银行账|家庭|^(XK|CF)_(FR_|XDR_)?(ZJLX|ZJHM|SFZH?)$"
)
_NUMBERED_CODE = re.compile(r"^(?:行政相对人)?代码[-_—]?\d*\((.+)\)$")
_BARE_NUMBERED_CODE = re.compile(r"^(?:行政相对人)?代码[-_—]?\d*$")
_MOST_TOLD = 5
_AMBIGUOUS = {  # what it may mean and what to write, in Chinese and in English
    "名称": (
        "可指相对人或处罚，请写明“行政相对人名称”或“处罚名称”",
        "it may be the party's or the penalty's: write 行政相对人名称 or 处罚名称",
    ),
    "代码": (
        "各版标准的编号不同，请在括号内写明是哪种代码，如“行政相对人代码_1（统一社会信用代码）”",
        "the editions number the codes differently: say in brackets which code it is, "
        "as 行政相对人代码_1（统一社会信用代码）",
    ),
}


@dataclass(frozen=True)
class Mapped:
    """How the columns of one table are read: field → positions, positions that are personal, and its layout."""

    layout: Layout
    headers: tuple[str, ...]
    positions: dict[str, tuple[int, ...]]
    personal: frozenset[int]
    ignored: frozenset[int]

    @property
    def returned(self) -> bool:
        """Whether this is one of our feedback files, mended and sent again."""
        return any(header.startswith(FEEDBACK_PREFIX) for header in self.headers)


def normal_header(text: str) -> str:
    """A header as compared: half width, no blanks or spreadsheet debris, one kind of bracket; codes in capitals."""
    plain = re.sub(r"[〔【\[{]", "(", re.sub(r"[〕】\]}]", ")", _plain(text)))
    numbered = _NUMBERED_CODE.match(plain)
    return numbered[1] if numbered else plain


def is_personal(header: str) -> bool:
    """Whether a column must not be read: identity numbers, telephones and other personal values."""
    return bool(_PERSONAL.search(_plain(header)))


def _plain(text: str) -> str:
    half = unicodedata.normalize("NFKC", text.replace("_x000D_", ""))
    plain = "".join(c for c in half if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf"))
    plain = plain.strip("*'\"")
    return plain.upper() if plain.isascii() else plain


def mapped(headers: Sequence[str], source: Source, *, where: str) -> Mapped:
    """Fit the headers of a table to one layout of its source.

    Raises:
        FileRefused: the same header twice, an unknown or ambiguous header, or a required one missing.
    """
    _refuse_repeated(headers, where)
    personal = frozenset(i for i, h in enumerate(headers) if is_personal(h))
    ignored = frozenset(i for i, h in enumerate(headers) if not h.strip() or h.startswith(FEEDBACK_PREFIX))
    wanted = [(i, normal_header(h)) for i, h in enumerate(headers) if i not in personal | ignored]
    fits = [(_fit(layout, wanted), layout) for layout in source.layouts]
    (positions, unknown, missing), layout = min(fits, key=lambda fit: (len(fit[0][1]) + len(fit[0][2]), len(fit[0][2])))
    if unknown or missing:
        raise _refusal(headers, source, (layout, unknown, missing), where)
    return Mapped(layout, tuple(headers), positions, personal, ignored)


def _fit(layout: Layout, wanted: list[tuple[int, str]]) -> tuple[dict[str, tuple[int, ...]], list[int], list[str]]:
    """Field → positions in the layout's order, positions of unknown headers, required fields that are missing."""
    rank = {normal_header(a): (f, n) for f, aliases in layout.columns.items() for n, a in enumerate(aliases)}
    found: dict[str, list[tuple[int, int]]] = {}
    unknown = []
    for position, header in wanted:
        if header in rank:
            name, order = rank[header]
            found.setdefault(name, []).append((order, position))
        else:
            unknown.append(position)
    positions = {name: tuple(p for _, p in sorted(places)) for name, places in found.items()}
    return positions, unknown, [f for f in layout.required if f not in found]


def _refuse_repeated(headers: Sequence[str], where: str) -> None:
    seen: dict[str, str] = {}
    for header in headers:
        key = _plain(header)
        if key and key in seen:
            raise FileRefused(
                f"{where}：表头“{_told(header)}”出现两次。请删去或改名其中一列。",
                f"{where}: the header “{_told(header)}” stands twice. Remove or rename one of the columns.",
                where=where,
            )
        seen[key] = header


def _refusal(
    headers: Sequence[str], source: Source, fit: tuple[Layout, list[int], list[str]], where: str
) -> FileRefused:
    layout, unknown, missing = fit
    known = [alias for each in source.layouts for aliases in each.columns.values() for alias in aliases]
    zh, en = [], []
    data = len(unknown) == sum(bool(header.strip()) for header in headers)  # perhaps about a person: not repeated
    if data:
        zh.append("第一行须为表头，请删去表头之上的标题行")
        en.append("the first row must be the header: delete any title above it")
    if len(headers) == 1:
        zh.append("只读到一列，列之间须用逗号、制表符或分号分隔")
        en.append("it has one column: put commas, tabs or semicolons between columns")
    for position in unknown[:_MOST_TOLD]:
        header, hint = _told(headers[position]), _ambiguity(headers[position])
        if hint:
            zh.append(f"表头“{header}”有歧义：{hint[0]}")
            en.append(f"the header “{header}” is ambiguous: {hint[1]}")
            continue
        near = get_close_matches(header, known, n=1, cutoff=0.4)
        if data and not near:
            zh.append(f"不认识第 {position + 1} 列的表头")
            en.append(f"the header of column {position + 1} is unknown")
            continue
        zh.append(f"不认识表头“{header}”" + (f"（是否为“{near[0]}”？）" if near else "，请改用已知表头或删去该列"))
        en.append(f"unknown header “{header}”" + (f" (did you mean “{near[0]}”?)" if near else ": rename or remove it"))
    if len(unknown) > _MOST_TOLD:
        zh.append(f"另有 {len(unknown) - _MOST_TOLD} 个不认识的表头")
        en.append(f"{len(unknown) - _MOST_TOLD} more unknown headers")
    for name in missing:
        heading = layout.columns[name][0]
        zh.append(f"缺少必需的列“{heading}”")
        en.append(f"the required column “{heading}” is missing")
    return FileRefused(
        f"{where}：不符合“{source.kind.zh}”的任何表式。" + "；".join(zh) + "。",
        f"{where}: fits no layout of {source.kind}: " + "; ".join(en) + ".",
        where=where,
    )


def _ambiguity(header: str) -> tuple[str, str] | None:
    plain = normal_header(header)
    return _AMBIGUOUS.get("代码" if _BARE_NUMBERED_CODE.match(plain) else plain)


def _told(header: str) -> str:
    """A header as a message quotes it: short, and without an identity number, should it be no header but data."""
    line = masked(" ".join(header.split()))
    return line if len(line) <= 40 else line[:40] + "…"
