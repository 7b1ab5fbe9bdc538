"""The words of the registry: the standard term in Chinese once, English in the code. See docs/words.md."""

from enum import StrEnum
from typing import Self

from registry.vocabulary.because import Because as Because


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
    OTHER = ("other", "其他")  # so called: 法律、行政法规规定的其他行政处罚
    UNNAMED = ("unnamed", "未列明")  # words that are no kind of the law, 责令改正 for one; no penalty for sure


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
    """What a version is of an earlier one that was withdrawn or that it contradicts (版本认定); until two people have
    said so, it `waits`."""

    SAME = ("same", "同一决定")
    NEW = ("new", "独立的新决定")
    REPLACES = ("replaces", "取代此前版本")
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
    SAME_DECISION = ("same_decision", "同一决定，不另行公示")
    OWN_DECISION = ("own_decision", "独立的新决定，依法公示")
    REPLACES_EARLIER = ("replaces_earlier", "取代此前版本，依法公示")
    UNDOING = ("undoing", "待复核撤销认定")
    RULING_UNDONE = ("ruling_undone", "认定已撤销")


class Confidence(StrEnum):
    """How surely a value of the law was read (docs/rules.md)."""

    TEXT = "text"
    SECONDARY = "secondary"
    UNVERIFIED = "unverified"
