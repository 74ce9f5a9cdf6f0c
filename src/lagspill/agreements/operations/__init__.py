"""Writes about agreements, by subject. Callers say `agreements.operations.<act>`."""

from lagspill.agreements.operations.answers import confirm as confirm
from lagspill.agreements.operations.answers import give_answer as give_answer
from lagspill.agreements.operations.answers import propose as propose
from lagspill.agreements.operations.answers import reopen as reopen
from lagspill.agreements.operations.answers import take_lead as take_lead
from lagspill.agreements.operations.answers import withdraw as withdraw
from lagspill.agreements.operations.closing import cover_gaps as cover_gaps
from lagspill.agreements.operations.closing import drop_open as drop_open
from lagspill.agreements.operations.copies import make_agreement_pdf as make_agreement_pdf
from lagspill.agreements.operations.copies import make_extract_pdf as make_extract_pdf
from lagspill.agreements.operations.drafts import NewLine as NewLine
from lagspill.agreements.operations.drafts import add_line as add_line
from lagspill.agreements.operations.drafts import change_line as change_line
from lagspill.agreements.operations.drafts import move_line as move_line
from lagspill.agreements.operations.drafts import remove_line as remove_line
from lagspill.agreements.operations.drafts import start_draft as start_draft
from lagspill.agreements.operations.drafts import take_statement as take_statement
