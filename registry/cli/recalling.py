"""`chengxin import --recall`: a delivery taken back, and the undoing of that."""

import json
from dataclasses import asdict

from registry.actions import recall as recalling
from registry.cli.options import key_given, moment, say
from registry.store.database import Database

_BY_MISTAKE = "报送错误 / sent by mistake"


def recall(database: Database, delivery: int, reason: str, *, undone: bool, as_json: bool) -> str:
    """Recall a delivery, or undo its recall; returns what is to be told of it."""
    if undone:
        back = recalling.undo(database, delivery, key=key_given(), reason=reason, now=moment())
        text = say(
            f"已撤销对第 {back.delivery} 批（{back.file}）的撤回：{back.records} 条记录将重新判定，"
            "请运行 chengxin link 和 chengxin publish。",
            f"Delivery {back.delivery} ({back.file}) counts again: run `chengxin link` and `chengxin publish`, "
            f"which judges {back.records} records.",
        )
        return json.dumps(asdict(back), ensure_ascii=False) if as_json else text
    taken = recalling.recall(database, delivery, key=key_given(), reason=reason or _BY_MISTAKE, now=moment())
    text = say(
        f"已撤回第 {taken.delivery} 批（{taken.file}）：终止 {taken.withdrawn} 条记录，{taken.retired} 条公示。",
        f"Recalled delivery {taken.delivery} ({taken.file}): "
        f"{taken.withdrawn} records and {taken.retired} publications withdrawn.",
    )
    if taken.already:
        text = say(
            f"第 {taken.delivery} 批（{taken.file}）此前已撤回，未作改动。",
            f"Delivery {taken.delivery} ({taken.file}) was recalled before: nothing changed.",
        )
    return json.dumps(asdict(taken), ensure_ascii=False) if as_json else text
