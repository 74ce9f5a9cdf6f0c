"""Writes about invitations, talks, statements and preparation, by subject. Callers say `conversations.operations.<act>`."""

from lagspill.conversations.operations.ending import end_in_file as end_in_file
from lagspill.conversations.operations.invitations import answer_invitation as answer_invitation
from lagspill.conversations.operations.invitations import cancel_invitation as cancel_invitation
from lagspill.conversations.operations.invitations import expire_invitations as expire_invitations
from lagspill.conversations.operations.invitations import (
    letter_becomes_call as letter_becomes_call,
)
from lagspill.conversations.operations.invitations import mark_posted as mark_posted
from lagspill.conversations.operations.invitations import record_answer as record_answer
from lagspill.conversations.operations.invitations import send_invitation as send_invitation
from lagspill.conversations.operations.invitations import write_letter as write_letter
from lagspill.conversations.operations.preparation import mark_topic as mark_topic
from lagspill.conversations.operations.preparation import save_preparation as save_preparation
from lagspill.conversations.operations.preparation import share_preparation as share_preparation
from lagspill.conversations.operations.preparation import (
    take_back_preparation as take_back_preparation,
)
from lagspill.conversations.operations.statements import (
    change_statement_audience as change_statement_audience,
)
from lagspill.conversations.operations.statements import delete_old_drafts as delete_old_drafts
from lagspill.conversations.operations.statements import place_statement as place_statement
from lagspill.conversations.operations.statements import save_draft as save_draft
from lagspill.conversations.operations.statements import warn_of_old_drafts as warn_of_old_drafts
from lagspill.conversations.operations.talks import cancel_talk as cancel_talk
from lagspill.conversations.operations.talks import hold_talk as hold_talk
from lagspill.conversations.operations.talks import plan_talk as plan_talk
from lagspill.conversations.operations.talks import set_presence as set_presence
from lagspill.conversations.operations.talks import start_talk as start_talk
