"""Why a record is held or not publishable, in one sentence each."""

from enum import StrEnum


class Because(StrEnum):
    """Why a record is held or not publishable. `zh` and `en` are the sentences people see."""

    zh: str
    en: str

    def __new__(cls, value: str, zh: str = "", en: str = "") -> "Because":
        member = str.__new__(cls, value)
        member._value_ = value
        member.zh = zh
        member.en = en
        return member

    # the gate: who it is about
    UNLINKED = ("unlinked", "没有可用的标识，尚未关联到主体", "no usable identifier: not linked to a subject yet")
    LINK_UNCONFIRMED = ("link_unconfirmed", "关联待经办、复核两人确认", "the link waits for a maker and a checker")
    CHECKER_AWAITED = (
        "checker_awaited",
        "关联已由经办提出，待另一人复核",
        "a maker has proposed the link: it waits for another person as checker",
    )
    NAME_DISAGREES = (
        "name_disagrees",
        "名称与该代码的主体现用名、曾用名均不一致，待判定",
        "the name is neither a current nor a former name of the code's subject",
    )
    PROVISIONAL_SUBJECT = (
        "provisional_subject",
        "代码有效但登记库中尚无此主体，不利信息暂不公示",
        "valid code, but the register does not know the subject: negative records are held",
    )
    NATURAL_PERSON = ("natural_person", "自然人信息只计数，不公示", "about a natural person: counted, never published")
    INDIVIDUAL_BUSINESS = (
        "individual_business",
        "个体工商户信息暂按自然人对待，不公示",
        "about an individual business: treated as a natural person until the office signs otherwise",
    )
    WITHDRAWN_BEFORE = (
        "withdrawn_before",
        "该决定此前已终止公示，新版本待审",
        "an earlier version was withdrawn: the new one waits for review",
    )
    SAME_DECISION = (
        "same_decision",
        "经认定与此前版本为同一决定，不另行公示",
        "held to be the same decision as an earlier version: shown as that one, if that is not withdrawn",
    )
    CONFLICTING_VERSION = (
        "conflicting_version",
        "另一来源单位报送了同一决定的不同内容，待审",
        "another source body delivered other content for the same decision",
    )
    # a restoration decided elsewhere: itself never shown
    RESTORATION_DONE = (
        "restoration_done",
        "所修复的记录已据此终止公示",
        "what it restores is withdrawn; the restoration itself is not shown",
    )
    NOTHING_TO_RESTORE = (
        "nothing_to_restore",
        "尚未收到所修复的决定或名单条目；一经收到即不公示",
        "what it restores has not been delivered yet: once it is, it will not be shown",
    )
    RESTORED_BY_ANOTHER = (
        "restored_by_another",
        "修复机关不是作出决定或者报送的单位，待核实",
        "the restoring body neither decided nor delivered what it restores: to be verified",
    )
    # the law: whether and how long
    NOT_IN_CATALOGUE = (
        "not_in_catalogue",
        "不属于公共信用信息目录所列类别，不得归集公示",
        "of no category of the catalogue of public credit information",
    )
    NO_RULE = ("no_rule", "规则库中没有适用的规则", "no rule of the rulebook covers this record")
    RULE_UNVERIFIED = (
        "rule_unverified",
        "所依据的规则值未经核实签认",
        "rests on a value of the law that nobody has verified and signed",
    )
    BEFORE_FIRST_VERSION = (
        "before_first_version",
        "决定日期早于规则库最早版本",
        "decided before the first version of the rule that is written down",
    )
    KIND_NEEDS_REVIEW = (
        "kind_needs_review",
        "处罚类别无法确定档次，待审",
        "the tier cannot be told from the kind of penalty",
    )
    AMOUNT_UNDECIDED = (
        "amount_undecided",
        "罚款数额的档次没有已签认的标准，待审",
        "no signed local threshold decides the tier of this fine",
    )
    NOT_SHOWN_BY_RULE = ("not_shown_by_rule", "依规则不予公示", "the rule says that this is not published")
    NOT_OPEN = ("not_open", "报送单位标明不向社会公开", "marked by its source as not open to the public")
    NOT_IN_FORCE = ("not_in_force", "报送状态为撤销、无效或异议", "delivered as revoked, void or disputed")
    UNKNOWN_LIST = ("unknown_list", "规则库中没有此名单", "the rulebook does not know this list")
    NO_INSTRUMENT = ("no_instrument", "缺少列入决定文号", "the instrument number of the listing decision is missing")
    NO_GROUND = ("no_ground", "缺少列入事由", "the ground of listing is missing")
    NO_NOTICE = ("no_notice", "缺少事先告知日期", "no attested date of notice before listing")
    NO_SERVICE = ("no_service", "缺少决定送达日期", "no attested date of service of the decision")
    NOTICE_OUT_OF_ORDER = (
        "notice_out_of_order",
        "告知、决定、送达日期次序不合规则",
        "the dates of notice, decision and service are not in lawful order",
    )
