"""Tables of persons, files, relations and items. The envelope of an item is here; its words are with its capability."""

from lagspill.people.models.files import BindingCode as BindingCode
from lagspill.people.models.files import File as File
from lagspill.people.models.files import FileParty as FileParty
from lagspill.people.models.files import FileStaff as FileStaff
from lagspill.people.models.items import AudienceChange as AudienceChange
from lagspill.people.models.items import Item as Item
from lagspill.people.models.items import ItemCopy as ItemCopy
from lagspill.people.models.items import ItemFamily as ItemFamily
from lagspill.people.models.persons import Person as Person
from lagspill.people.models.persons import Pin as Pin
from lagspill.people.models.persons import Service as Service
from lagspill.people.models.relations import Designation as Designation
from lagspill.people.models.relations import ItemRelation as ItemRelation
from lagspill.people.models.relations import Relation as Relation
