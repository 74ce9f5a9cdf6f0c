"""Facts of other capabilities that open and clear work, one module for each. Runs in the transaction of the act."""

from lagspill.followup.reactions import agreements as agreements
from lagspill.followup.reactions import assessments as assessments
from lagspill.followup.reactions import children as children
from lagspill.followup.reactions import consents as consents
from lagspill.followup.reactions import conversations as conversations
from lagspill.followup.reactions import deaths as deaths
from lagspill.followup.reactions import items as items
from lagspill.followup.reactions import logs as logs
from lagspill.followup.reactions import people as people
from lagspill.followup.reactions import promises as promises
