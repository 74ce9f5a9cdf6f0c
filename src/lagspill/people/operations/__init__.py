"""Writes about persons, files, relations and items, by subject. Callers say `people.operations.<act>`."""

from lagspill.people.operations.binding import bind_file as bind_file
from lagspill.people.operations.binding import bind_own_file as bind_own_file
from lagspill.people.operations.binding import make_binding_code as make_binding_code
from lagspill.people.operations.by_hand import LooksLike as LooksLike
from lagspill.people.operations.by_hand import NewCaregiver as NewCaregiver
from lagspill.people.operations.by_hand import register_by_hand as register_by_hand
from lagspill.people.operations.file_staff import add_coordinator_to_unit as add_coordinator_to_unit
from lagspill.people.operations.file_staff import add_coordinators as add_coordinators
from lagspill.people.operations.file_staff import add_file_staff as add_file_staff
from lagspill.people.operations.file_staff import end_coordinator_in_unit as end_coordinator_in_unit
from lagspill.people.operations.items import change_audience as change_audience
from lagspill.people.operations.items import note_copies as note_copies
from lagspill.people.operations.items import place_item as place_item
from lagspill.people.operations.items import set_relations as set_relations
from lagspill.people.operations.items import touch_item as touch_item
from lagspill.people.operations.items import write_item as write_item
from lagspill.people.operations.persons import add_person as add_person
from lagspill.people.operations.persons import set_pin as set_pin
from lagspill.people.operations.persons import set_reach as set_reach
from lagspill.people.operations.persons import start_service as start_service
from lagspill.people.operations.registration import Registered as Registered
from lagspill.people.operations.registration import agree_to_relation as agree_to_relation
from lagspill.people.operations.registration import designate as designate
from lagspill.people.operations.registration import move_relation as move_relation
from lagspill.people.operations.registration import register_caregiver as register_caregiver
