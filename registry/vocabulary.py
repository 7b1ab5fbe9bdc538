"""The words of the registry: the standard term in Chinese once, English in the code. See docs/words.md."""

from enum import StrEnum
from typing import Self


class Word(StrEnum):
    """A word of the registry with its Chinese term, `zh`."""

    zh: str

    def __new__(cls, value: str, zh: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.zh = zh
        return member


class SourceKind(Word):
    """A kind of source (数据来源类别): what departments deliver, one small file each in `loaders.sources`."""

    SUBJECTS = ("subjects", "企业登记")
    PERMITS = ("permits", "行政许可")
    PENALTIES = ("penalties", "行政处罚")
    LIST_ENTRIES = ("list-entries", "名单条目")
    HONOURS = ("honours", "守信荣誉")
    COMMITMENTS = ("commitments", "信用承诺")
    RESTORATIONS = ("restorations", "信用修复结果")


class Category(StrEnum):
    """Kind of counterparty (行政相对人类别)."""

    ORGANISATION = "organisation"  # 法人及非法人组织
    INDIVIDUAL_BUSINESS = "individual_business"  # 个体工商户
    NATURAL_PERSON = "natural_person"  # 自然人


class PenaltyKind(StrEnum):
    """Kinds of administrative penalty (处罚类别): 行政处罚法 (2021) Art. 9, and the merged value of 2018."""

    zh: str

    def __new__(cls, value: str, zh: str = "") -> "PenaltyKind":
        member = str.__new__(cls, value)
        member._value_ = value
        member.zh = zh
        return member

    WARNING = ("warning", "警告")
    CRITICISM = ("criticism", "通报批评")
    FINE = ("fine", "罚款")
    CONFISCATE_GAINS = ("confiscate_gains", "没收违法所得")
    CONFISCATE_GOODS = ("confiscate_goods", "没收非法财物")
    SUSPEND_LICENCE = ("suspend_licence", "暂扣许可证件")
    DOWNGRADE = ("downgrade", "降低资质等级")
    REVOKE_LICENCE = ("revoke_licence", "吊销许可证件")
    SUSPEND_OR_REVOKE = ("suspend_or_revoke", "暂扣或者吊销许可证件")  # the old merged value, held for review
    RESTRICT_BUSINESS = ("restrict_business", "限制开展生产经营活动")
    SUSPEND_BUSINESS = ("suspend_business", "责令停产停业")
    CLOSE = ("close", "责令关闭")
    RESTRICT_OCCUPATION = ("restrict_occupation", "限制从业")
    DETENTION = ("detention", "行政拘留")
    OTHER = ("other", "其他")  # or a kind no table names


class Outcome(StrEnum):
    """What becomes of an accepted record: every one has exactly one current outcome."""

    SHOWN = "shown"  # 公示, from and until by its rule
    HELD = "held"  # 暂不公示, with the reason
    UNPUBLISHABLE = "unpublishable"  # 不予公示, with the article


class How(StrEnum):
    """How a record was linked (关联) to its subject."""

    CODE = "code"  # unified social credit code 统一社会信用代码
    ORGANISATION_CODE = "organisation_code"  # 组织机构代码, also characters 9-17 of the unified code
    REGISTRATION_NUMBER = "registration_number"  # 工商注册号
    NAME = "name"  # the only bearer of the name that day, and a second fact agrees 名称及佐证
    MAKER = "maker"  # one person held them to be the same 经办判定
    MAKER_AND_CHECKER = "maker_and_checker"  # two people did 经办、复核判定


class LinkState(StrEnum):
    """Whether a link may carry a publication."""

    CONFIRMED = "confirmed"  # 已确认
    REVIEW = "review"  # 待判定: waits for a maker and a checker


class Answer(Word):
    """What people answer about whom a record is about (判定)."""

    SAME = ("same", "同一")
    DIFFERENT = ("different", "不同")
    UNSURE = ("unsure", "不确定")


class Befell(Word):
    """What befalls a subject (主体变动): an event with a day, never an edit."""

    DEREGISTERED = ("deregistered", "注销")
    MERGED = ("merged", "合并")
    DIVIDED = ("divided", "分立")
    CODE_REPLACED = ("code_replaced", "换发统一社会信用代码")


class Withdrawn(Word):
    """Why a record must not be shown (终止公示的原因); the last two can end, and then it is judged again."""

    RECALLED = ("recalled", "报送有误，已撤回")
    RESTORED = ("restored", "信用修复")
    REMOVED = ("removed", "移出名单")
    REVOKED = ("revoked", "原决定被撤销")
    CORRECTED = ("corrected", "更正")
    UPHELD = ("upheld", "异议成立")
    SHIELDED = ("shielded", "破产重整、和解期间屏蔽")
    HIDDEN = ("hidden", "应急停止展示")


class Change(Word):
    """What the change feed tells of a public item (变更): that it is there, reads otherwise, or is public no more."""

    ADDED = ("added", "新增")
    CORRECTED = ("corrected", "更正")
    WITHDRAWN = ("withdrawn", "终止公示")


class UploadState(Word):
    """How an uploaded file stands (上传状态): the worker has not come to it, reads it, took it in, or refused it."""

    WAITING = ("waiting", "排队等待")
    READING = ("reading", "正在读取")
    TAKEN = ("taken", "已接收")
    REFUSED = ("refused", "已退回")


class Until(Word):
    """Until when a personal value is kept (保存期限)."""

    DISPLAY_ENDS = ("display_ends", "公示终止")
    DEREGISTERED = ("deregistered", "主体注销且公示终止")


class Ruling(Word):
    """What a version of a withdrawn decision is (版本认定); until two people have said so, it `waits`."""

    SAME = ("same", "同一决定")
    NEW = ("new", "独立的新决定")
    WAITS = ("waits", "待认定")


class Role(Word):
    """What a person of the office may do (角色)."""

    MAKER = ("maker", "经办")
    CHECKER = ("checker", "复核")
    AUDITOR = ("auditor", "审计")
    ADMINISTRATOR = ("administrator", "管理员")


class Procedure(Word):
    """A kind of case (办理程序)."""

    LISTING = ("listing", "列入")
    OBJECTION = ("objection", "异议")
    REVOCATION = ("revocation", "撤回")
    BANKRUPTCY = ("bankruptcy", "破产重整")
    RESTORATION = ("restoration", "信用修复")
    VERSION = ("version", "版本认定")


class Stage(Word):
    """How far a case has come (办理状态): worked out from its steps and the day, never stored."""

    PROPOSED = ("proposed", "已提出")
    ANSWERING = ("answering", "陈述申辩期内")
    TO_DECIDE = ("to_decide", "待决定")
    TO_SERVE = ("to_serve", "待送达")
    LISTED = ("listed", "列入中")
    REMOVING = ("removing", "待复核移出")
    EXPIRED = ("expired", "期满")
    REMOVED = ("removed", "已移出")
    DROPPED = ("dropped", "不予列入")
    EXAMINING = ("examining", "核查中")
    WITH_SOURCE = ("with_source", "来源单位核查中")
    UPHELD = ("upheld", "异议成立")
    REJECTED = ("rejected", "异议不成立")
    REFERRED = ("referred", "按前次答复")
    REPORTED = ("reported", "待复核")
    WITHDRAWN = ("withdrawn", "已终止公示")
    DISMISSED = ("dismissed", "不成立")
    SHIELDED = ("shielded", "屏蔽中")
    ENDING = ("ending", "待复核结束")
    PERFORMED = ("performed", "执行完毕，可申请正式修复")
    FAILED = ("failed", "执行不能，恢复公示")
    APPLIED = ("applied", "已申请")
    ACCEPTED = ("accepted", "已受理")
    NOT_ACCEPTED = ("not_accepted", "不予受理")
    REFUSED = ("refused", "不予修复")
    RESTORING = ("restoring", "已准予修复，停止共享、解除措施待确认")
    RESTORED = ("restored", "已修复")
    DOUBTED = ("doubted", "虚假材料待复核")
    UNDONE = ("undone", "修复已撤销")
    SAME_DECISION = ("same_decision", "同一决定，不再公示")
    OWN_DECISION = ("own_decision", "独立的新决定，依法公示")
    UNDOING = ("undoing", "待复核撤销认定")
    RULING_UNDONE = ("ruling_undone", "认定已撤销")


class Confidence(StrEnum):
    """How surely a value of the law was read (docs/rules.md)."""

    TEXT = "text"
    SECONDARY = "secondary"
    UNVERIFIED = "unverified"


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
        "与此前已终止公示的决定为同一决定，不再公示",
        "held to be the same decision as the one that was withdrawn, and as long as that is",
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
