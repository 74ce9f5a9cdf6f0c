"""Who may read what, in two faces that must agree (`visible_…` and `can_…`)."""

from lagspill.people.policy.cards import can_see_card as can_see_card
from lagspill.people.policy.cards import visible_cards as visible_cards
from lagspill.people.policy.closing import can_close_file as can_close_file
from lagspill.people.policy.files import FILE_STAFF_ROLES as FILE_STAFF_ROLES
from lagspill.people.policy.files import can_open_file as can_open_file
from lagspill.people.policy.files import can_register_caregiver as can_register_caregiver
from lagspill.people.policy.files import files_as_staff as files_as_staff
from lagspill.people.policy.files import kin_files as kin_files
from lagspill.people.policy.files import not_of_kin as not_of_kin
from lagspill.people.policy.files import now_between as now_between
from lagspill.people.policy.files import served_persons as served_persons
from lagspill.people.policy.files import visible_files as visible_files
from lagspill.people.policy.items import can_read_item as can_read_item
from lagspill.people.policy.items import capacities as capacities
from lagspill.people.policy.items import items_concerning as items_concerning
from lagspill.people.policy.items import readable as readable
from lagspill.people.policy.items import visible_items as visible_items
from lagspill.people.policy.parties import can_see_consent as can_see_consent
from lagspill.people.policy.parties import can_see_parties as can_see_parties
from lagspill.people.policy.parties import can_verify as can_verify
from lagspill.people.policy.parties import read_for as read_for
from lagspill.people.policy.parties import represented as represented
from lagspill.people.policy.parties import visible_consents as visible_consents
from lagspill.people.policy.parties import visible_parties as visible_parties
from lagspill.people.policy.readers import Readers as Readers
from lagspill.people.policy.readers import readers_of as readers_of
