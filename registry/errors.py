"""The one family of refusals: each has a stable code and one clear sentence in Chinese and in English.

A refusal says what is wrong, where, and what to do. Faulty rows are not errors: they are sorted
(`loaders.sorting`). Only what stops a whole command or request is raised.
"""


class Refusal(Exception):  # noqa: N818  (a refusal is the domain's word; it is not our fault)
    """Anything the registry declines to do. `code` is stable: other programs rely on it."""

    code = "refused"

    def __init__(self, zh: str, en: str, **where: object) -> None:
        super().__init__(f"{zh} / {en}")
        self.zh = zh
        self.en = en
        self.where = where


class FileRefused(Refusal):
    """A delivered file cannot be judged row by row: unreadable, or its header is not a known layout."""

    code = "file-refused"


class FileTooLarge(FileRefused):
    """An upload is larger than any delivery may be."""

    code = "file-too-large"


class UnknownUpload(Refusal):
    """An upload number that this inbox never gave."""

    code = "unknown-upload"


class UploadSetAside(Refusal):
    """An upload broke the worker off so often that it is not tried again."""

    code = "upload-set-aside"


class UnknownDepartment(Refusal):
    """A department code that is not in the office's register of departments."""

    code = "unknown-department"


class OfficeFileBroken(Refusal):
    """The office's register of departments or counties is incomplete or contradicts itself."""

    code = "office-file-broken"


class UnknownDelivery(Refusal):
    """A delivery number that this registry never issued."""

    code = "unknown-delivery"


class RecallRefused(Refusal):
    """A delivery cannot be recalled, or its recall undone, like this."""

    code = "recall-refused"


class NotFound(Refusal):
    """Nothing is public under this identifier today. Expired, withdrawn and never-existing look the same."""

    code = "not-found"


class BadQuery(Refusal):
    """A question that cannot be asked in this form."""

    code = "bad-query"


class NoTerminal(Refusal):
    """What is done in a conversation is asked for where nobody can answer."""

    code = "no-terminal"


class DatabaseNotReady(Refusal):
    """The database does not exist, is of another version, or cannot be opened."""

    code = "database-not-ready"


class RuleBroken(Refusal):
    """A rule file of the rulebook is incomplete or contradicts itself."""

    code = "rule-broken"


class SignatureRefused(Refusal):
    """A version of a rule cannot be signed like this: two different people and one document stand behind each."""

    code = "signature-refused"


class RuleNotWritten(Refusal):
    """The day asked about lies before the first version of the rule: refused, never guessed."""

    code = "rule-not-written"


class LawUnsettled(RuleNotWritten):
    """A case needs a value of the law that nobody has read, or that is not signed: it waits until the office has."""


class KeyRefused(Refusal):
    """No key, or one that is unknown, retired, or of a person who was disabled; all the same."""

    code = "key-refused"


class NotPermitted(Refusal):
    """The person who acts has no role that allows this."""

    code = "not-permitted"


class PersonRefused(Refusal):
    """A person cannot be entered, changed or disabled like this."""

    code = "person-refused"


class LedgerBroken(Refusal):
    """The ledger is not what it was: an event was changed, removed or moved, or its end is missing."""

    code = "ledger-broken"


class JudgementRefused(Refusal):
    """A judgement on whom a record is about cannot be given or taken back like this."""

    code = "judgement-refused"


class TwoCodes(JudgementRefused):
    """It would put two valid unified codes together: two codes are two subjects."""

    code = "two-codes"


class Contradicted(JudgementRefused):
    """It says the opposite of a judgement that stands; that one must be undone first."""

    code = "contradicts-judgement"


class FourEyes(Refusal):
    """The second of two people must be another one than the first, and comes after."""

    code = "four-eyes"


class HidingRefused(Refusal):
    """Nothing can be hidden, or shown again, under this name."""

    code = "hiding-refused"


class BackupRefused(Refusal):
    """A backup cannot be made there, or what is there cannot be restored."""

    code = "backup-refused"


class RegistryBusy(Refusal):
    """Another process is writing, and has been for longer than somebody at a door should wait."""

    code = "registry-busy"


class StorageRefused(Refusal):
    """The disk or the database does not take what is written: no room left, read-only, or damaged. Nothing was kept."""

    code = "storage-refused"


class ClockBehind(Refusal):
    """The clock stands before what was recorded last: in that order nobody could say later what was public when."""

    code = "clock-behind"


class EventRefused(Refusal):
    """What befell a subject cannot be entered, confirmed or taken back like this."""

    code = "event-refused"


class CaseRefused(Refusal):
    """A case cannot be opened, or its next step taken, like this."""

    code = "case-refused"


class NotYet(CaseRefused):
    """A period that the law gives somebody is not over."""

    code = "not-yet"


class Moved(Refusal):
    """The subject is under another unified code now."""

    code = "moved"

    def __init__(self, to: str) -> None:
        super().__init__(f"该代码已换发为 {to}。", f"this code was replaced by {to}.", to=to)
        self.to = to
