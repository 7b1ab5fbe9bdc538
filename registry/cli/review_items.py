"""What waits for people, as the terminal shows it: a few lines in a list, or a sheet to judge by."""

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from registry.actions.differences import Piece
from registry.actions.review_items import Item, Named, Suggestion
from registry.actions.review_queue import Shown
from registry.cli.options import say
from registry.vocabulary import Answer, Role

_DOCUMENTS = 8  # of an item that are shown; `chengxin review show` has all
_NOTHING = "—"


def lines(item: Item) -> list[str]:
    """An item in a list."""
    told = [
        f"[{item.record}] {_numbers(item) or say('无代码', 'no code')}  {item.name}",
        f"   {_weight(item)}{say('：', ': ')}{say(item.because.zh, item.because.en)}",
    ]
    for suggestion in item.suggestions:
        told += _suggested(suggestion)
    if item.kind == "cluster":
        told += [f"   {_bodies(item.names[0])}", *(line for one in item.names[1:] for line in _named(one))]
    return [*told, *_answers(item)]


def print_sheet(shown: Shown, place: int) -> None:
    """An item beside its suggestion at `place`, identifiers before names, and its records."""
    item = shown.item
    console = Console()
    console.rule(style="dim")
    console.print(Text(_weight(item)))
    if item.kind != "link":  # there it is the first reason of the suggestion
        console.print(Text(say(item.because.zh, item.because.en)))
    if item.suggestions:
        _print_pair(console, item.suggestions[place])
    else:
        _print_cluster(console, item)
    _print_records(console, shown)
    for line in _answers(item):
        console.print(Text(line))
    others = [(number, one) for number, one in enumerate(item.suggestions, start=1) if number != place + 1]
    if others:
        console.print(Text(say("其他疑似主体（输入编号并排查看）：", "Others it may be (type the number to see one):")))
    for number, one in others:
        console.print(Text(f"  {number}  {one.code}  {_plain(one.subject_name)}  {one.score:.2f}  {_because(one)}"))


def _print_pair(console: Console, one: Suggestion) -> None:
    delivered, register = say("报送", "delivered"), say("登记库", "register")
    table = Table("", delivered, register, "", box=box.SIMPLE_HEAD, pad_edge=False)
    for fact in one.facts:
        agrees = {True: say("一致", "agree"), False: say("不一致", "differ"), None: ""}[fact.agrees]
        record, subject = fact.record, fact.subject
        if fact.personal:
            record, subject = (value and say("已留存", "kept") for value in (record, subject))
        if fact.record or fact.subject:
            style = "bold red" if fact.agrees is False else None
            row = (say(fact.zh, fact.en), record or _NOTHING, subject or _NOTHING, agrees)
            table.add_row(*map(Text, row), style=style)
    console.print(table)
    told = one.name if _plain(one.subject_name) != one.name else None
    status = say("临时主体，登记库未报送", "provisional, not registered") if one.provisional else one.status
    beside = say("，", ", ").join(filter(None, (told and say(f"现用名 {told}", f"now {told}"), status)))
    names = Table.grid(padding=(0, 3, 0, 0))  # one over the other, so that the characters stand under each other
    names.add_row(Text(delivered), _styled(one.record_name))
    names.add_row(Text(register), _styled(one.subject_name) + Text(f"  ({beside})" if beside else ""))
    console.print(names)
    console.print(Text("\n" + say(f"相似度 {one.score:.2f}：", f"Likeness {one.score:.2f}: ") + _because(one)))


def _print_cluster(console: Console, item: Item) -> None:
    console.print(Text(f"\n {item.name}  {_numbers(item)}", style="bold"))
    console.print(Text(f"    {_bodies(item.names[0])}\n"))
    for number, one in enumerate(item.names[1:], start=1):
        console.print(Text(f" {number}  ") + _styled(one.this_name) + Text("  |  ") + _styled(one.item_name))
        console.print(Text(f"    {_likeness(one)}\n    {_bodies(one)}\n"))
    console.print(
        Text(
            say(
                "登记库中没有相似名称的主体：下列记录是否关于同一主体？",
                "No subject bears a name like it: are these records about one subject?",
            )
        )
    )
    if len(item.names) > 1:
        console.print(
            Text(
                say(
                    "“不同”指最上方的名称与其余名称不是同一主体；输入编号可将另一名称置于最上方。",
                    "`different` tells the uppermost name apart from the rest; type a number to put another there.",
                )
            )
        )


def _print_records(console: Console, shown: Shown) -> None:
    for one in shown.records[:_DOCUMENTS]:
        told = (one.document, one.title, one.decided_on, one.body)
        name = "" if one.name == shown.item.name else f"{one.name}  "
        console.print(Text(f" [{one.record}] {name}{'  '.join(filter(None, told))}"))
    if (more := len(shown.records) - _DOCUMENTS) > 0:
        console.print(Text(say(f" 另有 {more} 条。", f" And {more} more.")))


def _numbers(item: Item) -> str:
    return " ".join(filter(None, (item.code, item.organisation_code, item.registration_number)))


def _weight(item: Item) -> str:
    return say(
        f"待判定 {item.waiting} 条（不利信息 {item.negative} 条），报送单位 {item.bodies} 家",
        f"{item.waiting} wait, {item.negative} of them negative; bodies that delivered: {item.bodies}",
    )


def _suggested(one: Suggestion) -> list[str]:
    agreeing = [say(fact.zh, fact.en) for fact in one.facts if fact.agrees]
    differing = [say(fact.zh, fact.en) for fact in one.facts if fact.agrees is False]
    return [
        f" → {one.code}  {one.name}  {one.status or ''}  {one.score:.2f}",
        f"   {_because(one)}",
        f"   {_marked(one.record_name)}  |  {_marked(one.subject_name)}",
        say(
            f"   一致：{'、'.join(agreeing) or '无'}；不一致：{'、'.join(differing) or '无'}",
            f"   agree: {', '.join(agreeing) or 'none'}; disagree: {', '.join(differing) or 'none'}",
        ),
    ]


def _named(one: Named) -> list[str]:
    return [
        f" ~ [{one.record}] {one.name}",
        f"   {_likeness(one)}",
        f"   {_marked(one.this_name)}  |  {_marked(one.item_name)}",
        f"   {_bodies(one)}",
    ]


def _likeness(one: Named) -> str:
    return say(f"相似度 {one.score:.2f}：", f"Likeness {one.score:.2f}: ") + _because(one)


def _bodies(one: Named) -> str:
    return say(f"{one.waiting} 条，报送单位：", f"{one.waiting} from: ") + say("、", ", ").join(one.bodies)


def _because(one: Suggestion | Named) -> str:
    return say("；".join(why.zh for why in one.because), "; ".join(why.en for why in one.because))


def _answers(item: Item) -> list[str]:
    return [
        say(
            f"   {one.person}（{Role(one.role).zh}）：{Answer(one.answer).zh} {one.about}（台账第 {one.event} 条）",
            f"   {one.person} ({one.role}): {one.answer} {one.about} (event {one.event})",
        )
        for one in item.answers
    ]


def _marked(pieces: list[Piece]) -> str:
    return "".join(f"【{one.text}】" if one.differs else one.text for one in pieces)


def _styled(pieces: list[Piece]) -> Text:
    return Text.assemble(*((f"【{one.text}】", "bold red") if one.differs else one.text for one in pieces))


def _plain(pieces: list[Piece]) -> str:
    return "".join(one.text for one in pieces)
