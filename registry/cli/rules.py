"""`chengxin rules`: the law that the registry applies, as it is written down."""

from collections import Counter
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Annotated

import msgspec
import polars as pl
import typer
from rich.console import Console
from rich.table import Table

from registry.actions import signing
from registry.cli.options import (
    DatabaseOption,
    JsonOption,
    key_given,
    law_of,
    moment,
    named_rules,
    own_rules,
    registry_at,
    say,
    today,
)
from registry.errors import FileRefused, RuleNotWritten
from registry.rulebook import Basis, Rulebook, load
from registry.rulebook.manual import measures_of, plain
from registry.rulebook.trying import answered
from registry.store.database import default_place
from registry.store.reading import is_demo
from registry.vocabulary import Confidence

app = typer.Typer(
    no_args_is_help=True, help="The law that the registry applies: list it, show a rule, check it, try it."
)
RulesOption = Annotated[
    Path | None,
    typer.Option(
        help="An office's own rules, laid over the packaged; default $CHENGXIN_RULES, else rules/ beside the database.",
        show_default=False,
    ),
]


@app.command("list", epilog="Example: chengxin rules list")
def list_rules(*, rules: RulesOption = None, as_json: JsonOption = False, database: DatabaseOption = None) -> None:
    """Every rule, with the days since when its versions apply and how surely they were read."""
    book, demo = _law(rules, database)
    if as_json:
        typer.echo(msgspec.json.encode({"digest": book.digest, "demo": demo, "rules": [*book.bases.values()]}))
        return
    _say_demo(demo)
    table = Table(
        "rule", say("规则", "title"), say("版本", "since"), say("部分", "part"), say("核实程度", "confidence")
    )
    for name, parts in groupby(book.bases.values(), key=lambda basis: basis.rule):
        for basis in parts:
            table.add_row(name, say(basis.title.zh, basis.title.en), str(basis.since), basis.part, basis.confidence)
    Console().print(table)


@app.command("show", epilog="Example: chengxin rules show penalties")
def show_rule(
    rule: Annotated[str, typer.Argument(help="A rule as listed, e.g. penalties or lists.tax_serious; or one basis.")],
    *,
    rules: RulesOption = None,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """All versions of a rule: what it says, on which article, and what its subject can do."""
    book, demo = _law(rules, database)
    parts = _parts(book, rule)
    if as_json:
        typer.echo(msgspec.json.encode(parts))
        return
    _say_demo(demo)
    for basis in parts:
        typer.echo(_told(basis, demo=demo and basis.basis in book.unsigned))


@app.command("check", epilog="Example: chengxin rules check")
def check_rules(*, rules: RulesOption = None, as_json: JsonOption = False, database: DatabaseOption = None) -> None:
    """Read every rule and say how surely; a broken file is refused with its line."""
    book, demo = _law(rules, database)
    parts = Counter(str(basis.confidence) for basis in book.bases.values())
    told = {
        "digest": book.digest,
        "rules": len({basis.rule for basis in book.bases.values()}),
        "versions": len({(basis.rule, basis.since) for basis in book.bases.values()}),
        "parts": {str(sure): parts[sure] for sure in Confidence},
        "unverified": sorted(book.unsigned),
        "calendar_through": book.calendar.through,
        "demo": demo,
    }
    if as_json:
        typer.echo(msgspec.json.encode(told))
        return
    _say_demo(demo)
    typer.echo(
        say(
            f"规则 {told['rules']} 条，版本 {told['versions']} 个；各部分："
            f"法规原文 {parts['text']}，转引 {parts['secondary']}，未核实 {parts['unverified']}。",
            f"{told['rules']} rules in {told['versions']} versions; parts read in the text {parts['text']}, "
            f"secondary {parts['secondary']}, unverified {parts['unverified']}.",
        )
    )
    for key in sorted(book.unsigned):
        typer.echo(say(f"  未核实：{key}", f"  unverified: {key}"))
    typer.echo(
        say(
            f"工作日已公布至{book.calendar.through}年，此后的期限为暂定。",
            f"Working days are announced through {book.calendar.through}; a period that ends later is provisional.",
        )
    )


@app.command(
    "sign", epilog="Example: chengxin rules sign lists.tax_serious --version 2022-02-01 --document 集信用办〔2026〕3号"
)
def sign_rule(
    rule: Annotated[str, typer.Argument(help="A rule as listed, e.g. lists.tax_serious.")],
    version: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day since which the version applies.")],
    document: Annotated[str, typer.Option(help="The document by which the office decided so.")],
    by: Annotated[
        str | None, typer.Option(help="Who signs, by name or number: refused if the key is another's.")
    ] = None,
    *,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Sign a version as it stands, with your key: a maker first, then somebody else as checker. / 签认规则。"""
    with registry_at(database) as opened, opened.session() as session:
        done = signing.sign(
            session,
            key_given(),
            load(own_rules(opened.folder)),
            rule,
            version.date(),
            document=document,
            by=by,
            on=today(),
            now=moment(),
        )
    if as_json:
        typer.echo(msgspec.json.encode(done))
    elif done.complete:
        typer.echo(say(f"{rule}/{done.version} 已由两人签认。", f"{rule}/{done.version} is signed by two."))
    else:
        typer.echo(
            say(f"{rule}/{done.version} 待另一人复核签认。", f"{rule}/{done.version} waits for a checker to sign.")
        )


@app.command("try", epilog="Example: chengxin rules try CASES.csv --out OUT.csv")
def try_rules(
    cases: Annotated[Path, typer.Argument(help="CSV with case_id, question, on and what each question needs.")],
    out: Annotated[Path, typer.Option("--out", help="The CSV to write: the same rows with the answers.")],
    rules: Annotated[
        Path | None, typer.Option(help="An office's own rules, laid over the packaged; default $CHENGXIN_RULES.")
    ] = None,
) -> None:
    """Apply the law to the rows of a file, without a database, unsigned values included."""
    told = answered(_table(cases), load(rules or named_rules()))
    try:
        told.write_csv(out)
    except OSError as error:
        raise FileRefused(f"无法写入 {out}。", f"cannot write {out}.", file=str(out)) from error


def _law(rules: Path | None, database: str | None) -> tuple[Rulebook, bool]:
    """The law as the registry here has signed it, and whether that is a demo; where there is none, as it is written."""
    here = default_place()
    if database is None and "://" not in here and not Path(here).exists():
        return load(rules or own_rules(Path(here).parent)), False
    with registry_at(database) as opened:
        book = law_of(opened, rules)
        with opened.session() as session:
            return book, is_demo(session)


def _say_demo(demo: bool) -> None:
    if demo:
        typer.echo(
            say(
                "演示库：未核实、未签认的规则值在此也适用，不得用于真实公示。",
                "A demo: values of the law that nobody has verified and signed apply here too. Not for real use.",
            )
        )


def _table(file: Path) -> pl.DataFrame:
    """The rows of a CSV as text, untouched: UTF-8, else GB18030, as spreadsheets here save it."""
    try:
        delivered = file.read_bytes()
        encoding = "utf8" if _is_utf8(delivered) else "gb18030"
        return pl.read_csv(delivered, infer_schema=False, missing_columns="insert", encoding=encoding)
    except OSError as error:
        reason = error.strerror or str(error)
        raise FileRefused(f"无法读取 {file}：{reason}。", f"cannot read {file}: {reason}.", file=str(file)) from error
    except (pl.exceptions.PolarsError, UnicodeDecodeError) as error:
        reason = str(error).partition("\n")[0]
        raise FileRefused(
            f"{file} 不是 UTF-8 或 GB18030 编码的 CSV：{reason}。",
            f"{file} is no CSV in UTF-8 or GB18030: {reason}.",
            file=str(file),
        ) from error


def _is_utf8(delivered: bytes) -> bool:
    try:
        delivered.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _parts(book: Rulebook, rule: str) -> list[Basis]:
    parts = [basis for basis in book.bases.values() if rule in (basis.rule, basis.basis)]
    if not parts:
        raise RuleNotWritten(f"规则库中没有规则 {rule}。", f"the rulebook has no rule {rule}.", rule=rule)
    return parts


def _told(basis: Basis, *, demo: bool) -> str:
    lines = [basis.basis, f"  {say(basis.part_title.zh, basis.part_title.en)}"]
    lines += [f"  {name} = {plain(value)}" for name, value in basis.values.items()]
    lines += [say(f"  措施：{measures}", f"  measures: {measures}") for measures in measures_of(basis)]
    lines += [
        f"  《{cited.instrument}》（{cited.number}）{cited.article} [{cited.confidence}, {cited.checked}]"
        for cited in basis.citations
    ]
    lines += [say(f"  已签认：{basis.signed}", f"  signed: {basis.signed}")] if basis.signed else []
    lines += (
        [say("  未核实、未签认：仅在演示库中适用", "  unverified and unsigned: applied in a demo only")] if demo else []
    )
    remedies = (basis.note, basis.how_to_object, basis.how_to_restore)
    return "\n".join([*lines, *(f"  {say(said.zh, said.en)}" for said in remedies if said), ""])
