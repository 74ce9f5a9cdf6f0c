"""Forms of people, by subject. Callers say `forms.<Form>`."""

from lagspill.people.forms.ages import AgeForm as AgeForm
from lagspill.people.forms.break_glass import BreakGlassForm as BreakGlassForm
from lagspill.people.forms.break_glass import ReviewForm as ReviewForm
from lagspill.people.forms.deaths import DeathForm as DeathForm
from lagspill.people.forms.deaths import OpeningForm as OpeningForm
from lagspill.people.forms.items import AnswerForm as AnswerForm
from lagspill.people.forms.items import AudienceForm as AudienceForm
from lagspill.people.forms.items import DisclosureForm as DisclosureForm
from lagspill.people.forms.items import DisclosureToldForm as DisclosureToldForm
from lagspill.people.forms.items import EntryForm as EntryForm
from lagspill.people.forms.items import TakenAnswerForm as TakenAnswerForm
from lagspill.people.forms.parties import CapacityForm as CapacityForm
from lagspill.people.forms.parties import ConsentForm as ConsentForm
from lagspill.people.forms.parties import GroundForm as GroundForm
from lagspill.people.forms.parties import HowForm as HowForm
from lagspill.people.forms.parties import NearestForm as NearestForm
from lagspill.people.forms.parties import NoForm as NoForm
from lagspill.people.forms.parties import RepresentationForm as RepresentationForm
from lagspill.people.forms.parties import SaidConsentForm as SaidConsentForm
from lagspill.people.forms.parties import ToldForm as ToldForm
from lagspill.people.forms.registering import SOMEBODY_ELSE as SOMEBODY_ELSE
from lagspill.people.forms.registering import CodeForm as CodeForm
from lagspill.people.forms.registering import ReachForm as ReachForm
from lagspill.people.forms.registering import RegisterForm as RegisterForm
from lagspill.people.forms.registering import SearchForm as SearchForm
from lagspill.people.forms.registering import relation_choices as relation_choices
