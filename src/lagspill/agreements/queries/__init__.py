"""Reads of agreements, by subject: versions and their lines, the card, and what leaves as a document."""

from lagspill.agreements.queries.card import CardPerson as CardPerson
from lagspill.agreements.queries.card import CardView as CardView
from lagspill.agreements.queries.card import get_card as get_card
from lagspill.agreements.queries.documents import ExtractView as ExtractView
from lagspill.agreements.queries.documents import agreement_data as agreement_data
from lagspill.agreements.queries.documents import extract_data as extract_data
from lagspill.agreements.queries.documents import list_extracts as list_extracts
from lagspill.agreements.queries.documents import municipality_words as municipality_words
from lagspill.agreements.queries.family import FamilyView as FamilyView
from lagspill.agreements.queries.family import get_family as get_family
from lagspill.agreements.queries.gaps import count_gaps as count_gaps
from lagspill.agreements.queries.intact import list_broken as list_broken
from lagspill.agreements.queries.item_words import item_words as item_words
from lagspill.agreements.queries.versions import AgreementView as AgreementView
from lagspill.agreements.queries.versions import LineView as LineView
from lagspill.agreements.queries.versions import VersionView as VersionView
from lagspill.agreements.queries.versions import find_current as find_current
from lagspill.agreements.queries.versions import find_open as find_open
from lagspill.agreements.queries.versions import get_line as get_line
from lagspill.agreements.queries.versions import get_version as get_version
from lagspill.agreements.queries.versions import list_owners as list_owners
from lagspill.agreements.queries.versions import list_statements as list_statements
from lagspill.agreements.queries.versions import list_versions as list_versions
