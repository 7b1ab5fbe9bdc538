"""What is wrong with a command as it was typed, in one sentence: an option, a value, a command that there is not."""

from datetime import datetime
from enum import Enum

from typer._click.exceptions import BadOptionUsage, BadParameter, MissingParameter, NoSuchOption, UsageError

from registry.errors import BadQuery

_OTHERWISE = (  # what the framework says, and the same in Chinese
    ("No such command", "没有这条命令"),
    ("unexpected extra argument", "参数过多"),
)


def misused(error: UsageError) -> BadQuery:
    """The refusal that says so, and where the right way stands."""
    zh, en = _told(error)
    command = error.ctx.command_path if error.ctx else "chengxin"
    return BadQuery(f"{zh}；用法见 {command} --help。", f"{en}; see {command} --help.")


def _told(error: UsageError) -> tuple[str, str]:
    if isinstance(error, BadParameter) and error.param is not None:
        name = error.param.opts[0]
        if isinstance(error, MissingParameter):
            return f"缺少 {name}", f"{name} is missing"
        zh, en = _expected(getattr(getattr(error.param, "type_descriptor", None), "annotation", None))
        return f"{name} 的值无效，应为{zh}", f"{name} has no such value: give {en}"
    if isinstance(error, NoSuchOption):
        near = " / ".join(sorted(error.possibilities or ()))
        hints = (f"（是否为 {near}？）", f" (did you mean {near}?)") if near else ("", "")
        return f"没有选项 {error.option_name}{hints[0]}", f"there is no option {error.option_name}{hints[1]}"
    if isinstance(error, BadOptionUsage):
        return f"选项 {error.option_name} 后缺少值", f"the option {error.option_name} lacks its value"
    message = error.format_message().rstrip(".")
    return next((zh for form, zh in _OTHERWISE if form in message), "命令写法有误"), message


def _expected(kind: object) -> tuple[str, str]:
    """What a value must be, by the type that the command declares."""
    if isinstance(kind, type) and issubclass(kind, Enum):
        values = [str(each.value) for each in kind]
        return f" {'、'.join(values)} 之一", f"one of {', '.join(values)}"
    if kind is datetime:
        return " 2026-10-08 这样的日期", "a day, as 2026-10-08"
    if kind in (int, float):
        return "数字", "a number"
    return "帮助中所写的值", "what its help says"
