"""Whom the rows of the made-up city are about: a place in the register, and how a department wrote that subject."""

import polars as pl

from registry.identifiers import ALPHABET
from tests.city.draws import Draws, at
from tests.city.subjects import person
from tests.city.words import COUNTIES

LOCAL_CODES = {**COUNTIES, "察哈尔经济技术开发区": "150971"}  # that of the zone is the office's own
_WRONG = ALPHABET[1:] + ALPHABET[1]  # never 0, which would look like a number from a spreadsheet


def fated(*fates: str) -> pl.Expr:
    """Whether a row has one of these fates."""
    return pl.col("fate").is_in(fates)


def about(register: pl.DataFrame, draws: Draws) -> pl.Expr:
    """The subject's place in the register; one row in five is about one of the fifty-odd that offend often."""
    places = register.with_row_index("place").with_columns(pl.col("place").cast(pl.Int64))
    organisations = places.filter(~pl.col("individual"))["place"]
    renamed = places.filter(pl.col("renamed_on").is_not_null())["place"]
    individual = places.filter(pl.col("individual"))["place"]
    often = max(organisations.len() // 50, 1)
    return (
        pl.when(fated("former"))
        .then(at(renamed, draws.below("renamed subject", renamed.len())))
        .when(fated("individual"))
        .then(at(individual, draws.below("individual subject", individual.len())))
        .when(draws.chance("often", 20))
        .then(at(organisations, draws.below("frequent subject", often)))
        .otherwise(at(organisations, draws.below("subject", organisations.len())))
    )


def concerned(lines: pl.DataFrame, register: pl.DataFrame) -> pl.DataFrame:
    """The lines beside the subjects they are `about` (`subject.<column>`) and the name of the next one."""
    subjects = register[lines["about"].cast(pl.UInt32)].select(pl.all().name.prefix("subject."))
    following = register["name"][((lines["about"] + 1) % register.height).cast(pl.UInt32)].alias("next_name")
    same = pl.col("next_name") == pl.col("subject.name")
    return pl.concat([lines, subjects, following.to_frame()], how="horizontal").with_columns(
        fate=pl.when(fated("misnamed") & same).then(pl.lit("plain")).otherwise("fate")
    )


def wrong_check(code: pl.Expr) -> pl.Expr:
    """A unified code with a check character that is not its own."""
    return code.str.slice(0, 17) + code.str.slice(17, 1).replace_strict(list(ALPHABET), list(_WRONG))


def party(draws: Draws) -> dict[str, pl.Expr]:
    """Whom the row is about, as this department wrote it."""
    known = ~fated("person", "uncoded")
    code = pl.col("subject.uscc")
    name = (
        pl.when(fated("person"))
        .then(person(draws, "person"))
        .when(fated("former"))
        .then("subject.former_name")
        .when(fated("misnamed"))
        .then("next_name")
        .otherwise("subject.name")
    )
    narrow = name.str.replace_many(["（", "）"], ["(", ")"])
    return {
        "name": pl.when(draws.chance("narrow", 20)).then(narrow).otherwise(name),
        "category": pl.when(fated("person"))
        .then(pl.lit("自然人"))
        .when(fated("individual"))
        .then(pl.lit("个体工商户"))
        .otherwise(pl.lit("法人及非法人组织")),
        "uscc": pl.when(fated("bad_code")).then(wrong_check(code)).when(known).then(code),
        "registration_number": pl.when(known & draws.chance("has number", 45)).then("subject.registration_number"),
        "organisation_code": pl.when(known & draws.chance("has organisation", 45)).then("subject.organisation_code"),
        "representative": pl.when(~fated("person")).then("subject.representative"),
        "representative_paper": pl.when(~fated("person") & draws.chance("paper", 30)).then(pl.lit("身份证")),
        "representative_number": pl.when(~fated("person") & draws.chance("paper", 30)).then(
            _masked(draws, "representative number")
        ),
        "local_code": pl.col("subject.county").replace_strict(LOCAL_CODES, return_dtype=pl.String),
        "paper": pl.when(fated("person")).then(pl.lit("身份证")),
        "paper_number": pl.when(fated("person")).then(_masked(draws, "number")),
    }


def _masked(draws: Draws, purpose: str) -> pl.Expr:
    """An identity number with its birth date starred out, so that it is nobody's."""
    return "150902********" + (draws.below(purpose, 9000) + 1000).cast(pl.String)
