"""Reads about invitations, talks, statements and preparation. Callers say `conversations.queries.<read>`."""

from lagspill.conversations.queries.invitations import InvitationView as InvitationView
from lagspill.conversations.queries.invitations import Proposal as Proposal
from lagspill.conversations.queries.invitations import (
    get_current_invitation as get_current_invitation,
)
from lagspill.conversations.queries.invitations import get_invitation as get_invitation
from lagspill.conversations.queries.invitations import list_leads as list_leads
from lagspill.conversations.queries.invitations import list_overdue as list_overdue
from lagspill.conversations.queries.invitations import propose as propose
from lagspill.conversations.queries.item_words import item_words as item_words
from lagspill.conversations.queries.talks import DraftView as DraftView
from lagspill.conversations.queries.talks import PreparedView as PreparedView
from lagspill.conversations.queries.talks import StatementView as StatementView
from lagspill.conversations.queries.talks import TalkView as TalkView
from lagspill.conversations.queries.talks import get_talk as get_talk
from lagspill.conversations.queries.talks import list_drafts as list_drafts
from lagspill.conversations.queries.talks import list_prepared as list_prepared
from lagspill.conversations.queries.talks import list_statements as list_statements
from lagspill.conversations.queries.talks import list_talks as list_talks
from lagspill.conversations.queries.words import Block as Block
from lagspill.conversations.queries.words import InvitationWords as InvitationWords
from lagspill.conversations.queries.words import first_words as first_words
from lagspill.conversations.queries.words import invitation_words as invitation_words
from lagspill.conversations.queries.words import letter_data as letter_data
from lagspill.conversations.queries.words import place_words as place_words
