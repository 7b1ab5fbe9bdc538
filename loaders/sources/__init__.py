"""The source kinds, one file each. A further kind is added by adding a file and its line here."""

from loaders.source import Source
from loaders.sources import commitments, honours, list_entries, penalties, permits, restorations, subjects
from registry.vocabulary import SourceKind

SOURCES: dict[SourceKind, Source] = {
    each.SOURCE.kind: each.SOURCE
    for each in (subjects, permits, penalties, list_entries, honours, commitments, restorations)
}
