"""A clerk's sitting: the item on which most waits, an answer and its reason, what it changed, and the next one."""

import io
import sys

import typer

from registry.actions import review, review_queue
from registry.actions.review import Judged
from registry.actions.review_queue import Shown
from registry.cli.options import key_given, moment, say
from registry.cli.review_items import print_sheet
from registry.errors import NoTerminal, Refusal
from registry.store.database import Database
from registry.vocabulary import Answer, Role

_ANSWERS = {"s": Answer.SAME, "d": Answer.DIFFERENT, "u": Answer.UNSURE}
_WORDS = {
    "同一": "s", "不同": "d", "不确定": "u", "跳过": "k", "撤销": "z", "退出": "q",
    "same": "s", "different": "d", "unsure": "u", "skip": "k", "undo": "z", "quit": "q",
}  # fmt: skip


def require_terminal() -> None:
    """Raises:
    NoTerminal: nobody is there to answer.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise NoTerminal(
            "逐项判定须在终端上进行。在程序或脚本中请用 chengxin review list --json 查看清单，"
            "用 chengxin review answer 记录编号 same|different|unsure --reason 理由 作出判定。",
            "to judge one item after the other takes a terminal. A program lists what waits by `chengxin review list "
            "--json` and answers by `chengxin review answer RECORD same|different|unsure --reason …`.",
        )


class Sitting:
    """One person at the terminal: what they passed over, and the answers that they can take back, newest last."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._passed: set[int] = set()
        self._given: list[tuple[int, int]] = []  # event, record
        if isinstance(sys.stdin, io.TextIOWrapper):
            sys.stdin.reconfigure(errors="replace")  # half a character may be left when one is erased

    def run(self) -> None:
        """Until nothing more waits for this person, or they leave."""
        shown = self._next()
        try:
            while shown or self._given:
                shown = self._put(shown) if shown else self._at_the_end()
        except typer.Abort:  # they leave, or the line is cut
            typer.echo()
        else:
            typer.echo(_no_more())
        typer.echo(
            say(
                f"本次判定 {len(self._given)} 项，跳过 {len(self._passed)} 项。",
                f"Answered in this sitting: {len(self._given)}; passed over: {len(self._passed)}.",
            )
        )

    def _next(self) -> Shown | None:
        with self._database.session() as session:
            return review_queue.next_for(session, key_given(), self._passed)

    def _shown(self, record: int) -> Shown | None:
        """The item of a record; none if it was answered meanwhile."""
        try:
            with self._database.session() as session:
                return review_queue.show(session, key_given(), record)
        except Refusal as refusal:
            _tell(refusal)
            return None

    def _put(self, shown: Shown) -> Shown | None:
        """Ask about one item until it is answered or left; returns the next one."""
        place = 0
        print_sheet(shown, place)
        while True:
            asked = _asked(
                say(
                    "s 同一  d 不同  u 不确定  k 跳过  z 撤销上一次  q 退出",
                    "s same  d different  u unsure  k skip  z undo last  q quit",
                )
            )
            if asked == "k":
                self._passed.add(shown.item.record)
                return self._next()
            if asked == "z":
                if (again := self._undone()) is not None:
                    return again
            elif asked in _ANSWERS:
                if self._answered(shown, place, _ANSWERS[asked]):
                    return self._next()
            elif asked.isdecimal() and 1 <= int(asked) <= len(shown.item.suggestions):
                place = int(asked) - 1
                print_sheet(shown, place)
            elif asked.isdecimal() and shown.item.kind == "cluster" and 1 <= int(asked) < len(shown.item.names):
                if (other := self._shown(shown.item.names[int(asked)].record)) is None:
                    return self._next()
                shown = other
                print_sheet(shown, place)
            elif asked:
                typer.echo(say(f"没有“{asked}”这个选项。", f"There is no choice {asked}."))

    def _at_the_end(self) -> Shown | None:
        """Nothing more waits: the last answer can still be taken back, and more may have come."""
        typer.echo(_no_more())
        asked = _asked(say("z 撤销上一次  q 退出  回车再看一次", "z undo last  q quit  Enter looks again"))
        return (self._undone() if asked == "z" else None) or self._next()

    def _answered(self, shown: Shown, place: int, answer: Answer) -> bool:
        item = shown.item
        reason = _reason()
        if not reason:
            return False
        subject = item.suggestions[place].code if item.kind == "suggestion" else None
        try:
            with self._database.session() as session:
                done = review.judge(
                    session, key_given(), item.record, answer, subject=subject, reason=reason, now=moment()
                )
        except Refusal as refusal:
            _tell(refusal)
            return False
        self._given.append((done.event, item.record))
        typer.echo(what_it_did(done, answer))
        return True

    def _undone(self) -> Shown | None:
        """Take back the newest answer of this sitting; returns its item."""
        if not self._given:
            typer.echo(
                say(
                    "本次尚未作出判定。更早的请用 chengxin review undo 台账编号 撤销。",
                    "You have answered nothing in this sitting; `chengxin review undo EVENT` takes back earlier ones.",
                )
            )
            return None
        reason = _reason()
        if not reason:
            return None
        event, record = self._given[-1]
        try:
            with self._database.session() as session:
                done = review.undo(session, key_given(), event, reason=reason, now=moment())
        except Refusal as refusal:
            _tell(refusal)
            return None
        self._given.pop()
        typer.echo(undone(event, done))
        return self._shown(record)


def what_it_did(done: Judged, answer: Answer) -> str:
    """What an answer changed."""
    told = say(
        f"台账第 {done.event} 条（{Role(done.role).zh}）：涉及 {done.records} 条记录；已确认 {done.confirmed}，"
        f"待复核 {done.waiting}。",
        f"Event {done.event} ({done.role}): covers {done.records} records; confirmed {done.confirmed}, "
        f"waiting for a second person {done.waiting}.",
    )
    return told + _consequence(done, answer)


def undone(event: int, by: int) -> str:
    """That an answer was taken back."""
    return say(
        f"台账第 {event} 条已撤销（台账第 {by} 条），恢复原状。",
        f"Event {event} is undone (event {by}): what was before stands again.",
    )


def _consequence(done: Judged, answer: Answer) -> str:
    if answer is Answer.DIFFERENT:
        return say("今后不再相互推荐。", " They are not suggested for each other again.")
    if answer is Answer.UNSURE:
        return say("已放到队尾，留待他人判定。", " It goes to the end of the queue, for somebody else.")
    if done.confirmed:
        return say("运行 chengxin publish 后生效。", " `chengxin publish` puts it into effect.")
    if done.waiting:
        return say("由另一人复核后方可公示。", " Nothing is shown before another person has checked it.")
    return say("记为同一主体，尚不知是哪一主体。", " They are held to be about one subject, whichever it is.")


def _no_more() -> str:
    return say("没有等您判定的了。", "Nothing more waits for your answer.")


def _asked(choices: str) -> str:
    told = str(typer.prompt(choices, prompt_suffix=" > ", default="", show_default=False)).strip().lower()
    asked = _WORDS.get(told, told)
    if asked == "q":
        raise typer.Abort
    return asked


def _reason() -> str:
    """Why; nothing goes back to the choices."""
    asked = say("理由（不写个人信息；直接回车则返回）", "Why (no personal data; Enter alone goes back)")
    return str(typer.prompt(asked, prompt_suffix=say("：", ": "), default="", show_default=False)).strip()


def _tell(refusal: Refusal) -> None:
    typer.echo(f"{say(refusal.zh, refusal.en)} [{refusal.code}]")
