"""The library's tables, one subject in each file. The library knows no applicants."""

from coi.models.area_import import AreaFile, AreaImport
from coi.models.boundary import Boundary
from coi.models.citation import FIRST_NAMED_NUMBER, Footnote, Originator, Source, footnote_mark, footnote_name
from coi.models.compiled import CompiledEdition
from coi.models.dead_link import DeadLink
from coi.models.draft import DraftEditor, DraftWork, Retirement
from coi.models.event import EventDataset, EventDay, EventMonth
from coi.models.event_import import EventFilePart, EventImport
from coi.models.figure import Figure, FigureRow
from coi.models.finding import Denial, Finding, FindingKey
from coi.models.place import Place, PlaceName
from coi.models.proposal import ProposedSource
from coi.models.proposed_change import ProposedChange
from coi.models.query import CuratorQuery
from coi.models.report import CoverageRow, Edition, Publication, Report, Section
from coi.models.search import SearchDocument
from coi.models.stamp import EDITIONS, LIBRARY, ContentStamp, renew_stamp, stamps, subject_of
from coi.models.vocabulary import Actor, EventKind, Trait

__all__ = [
    "EDITIONS",
    "FIRST_NAMED_NUMBER",
    "LIBRARY",
    "Actor",
    "AreaFile",
    "AreaImport",
    "Boundary",
    "CompiledEdition",
    "ContentStamp",
    "CoverageRow",
    "CuratorQuery",
    "DeadLink",
    "Denial",
    "DraftEditor",
    "DraftWork",
    "Edition",
    "EventDataset",
    "EventDay",
    "EventFilePart",
    "EventImport",
    "EventKind",
    "EventMonth",
    "Figure",
    "FigureRow",
    "Finding",
    "FindingKey",
    "Footnote",
    "Originator",
    "Place",
    "PlaceName",
    "ProposedChange",
    "ProposedSource",
    "Publication",
    "Report",
    "Retirement",
    "SearchDocument",
    "Section",
    "Source",
    "Trait",
    "footnote_mark",
    "footnote_name",
    "renew_stamp",
    "stamps",
    "subject_of",
]
