"""Labels of the public pages: Chinese first, English beside it, one row for each member of a public item."""

from typing import Any

from registry.actions.items import Item
from registry.actions.public_items import PENALTY_KINDS_ZH, content_of, wan_yuan

LABELS = {
    "category": ("类别", "Category"),
    "content": ("内容", "Content"),
    "licence": ("证照名称", "Licence"),
    "licence_number": ("证照编号", "Licence number"),
    "starts_on": ("有效期自", "Valid from"),
    "ends_on": ("有效期至", "Valid to"),
    "kinds": ("处罚类别", "Kinds of penalty"),
    "procedure": ("处罚程序", "Procedure"),
    "facts": ("违法事实", "Facts"),
    "ground": ("依据（事由）", "Ground"),
    "fine_fen": ("罚款金额", "Fine"),
    "confiscated_fen": ("没收金额", "Confiscated"),
    "noticed_on": ("告知日期", "Notice given"),
    "served_on": ("送达日期", "Served"),
    "year": ("评价年度", "Year"),
    "commendation": ("表彰文件", "Instrument of commendation"),
    "kind": ("承诺类型", "Kind"),
    "performance": ("履约状态", "Performance"),
}
_UNSAID = {("ListEntry", "list"), ("Honour", "kind")}  # the title of the item says it already
_PROCEDURES = {"summary": "简易程序 summary", "ordinary": "普通程序 ordinary"}


def rows_of(item: Item) -> list[tuple[str, str, str]]:
    """What an item tells, as (Chinese label, English label, text); what is empty is left out."""
    content = content_of(item.source, item.content)
    told = []
    for name in content.__struct_fields__:
        value = getattr(content, name)
        if value not in (None, "", ()) and (type(content).__name__, name) not in _UNSAID:
            told.append((*LABELS[name], _text(name, value)))
    return told


def grouped(code: str) -> str:
    """A unified code in groups of four, easier to compare by eye."""
    return " ".join(code[i : i + 4] for i in range(0, len(code), 4))


def _text(name: str, value: Any) -> str:
    if name.endswith("_fen"):
        return f"{wan_yuan(value)} 万元"
    if name == "kinds":
        return "、".join(PENALTY_KINDS_ZH[kind] for kind in value)
    return _PROCEDURES.get(value, str(value)) if isinstance(value, str) else str(value)
