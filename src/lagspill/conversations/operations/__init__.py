"""Writes of conversations, by subject. Callers say `conversations.operations.<act>`."""

from lagspill.conversations.operations.invitations import GivenAnswer as GivenAnswer
from lagspill.conversations.operations.invitations import NewInvitation as NewInvitation
from lagspill.conversations.operations.invitations import answer_invitation as answer_invitation
from lagspill.conversations.operations.invitations import expire_invitations as expire_invitations
from lagspill.conversations.operations.invitations import mark_posted as mark_posted
from lagspill.conversations.operations.invitations import send_invitation as send_invitation
from lagspill.conversations.operations.preparation import save_preparation as save_preparation
from lagspill.conversations.operations.preparation import share_preparation as share_preparation
from lagspill.conversations.operations.talks import change_readers as change_readers
from lagspill.conversations.operations.talks import delete_old_drafts as delete_old_drafts
from lagspill.conversations.operations.talks import hold_talk as hold_talk
from lagspill.conversations.operations.talks import place_statement as place_statement
from lagspill.conversations.operations.talks import save_draft as save_draft
from lagspill.conversations.operations.talks import set_presence as set_presence
from lagspill.conversations.operations.talks import start_talk as start_talk
