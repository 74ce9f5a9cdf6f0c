"""Forms of people, by subject. Callers say `forms.<Form>`."""

from lagspill.people.forms.registering import SOMEBODY_ELSE as SOMEBODY_ELSE
from lagspill.people.forms.registering import CodeForm as CodeForm
from lagspill.people.forms.registering import ReachForm as ReachForm
from lagspill.people.forms.registering import RegisterForm as RegisterForm
from lagspill.people.forms.registering import SearchForm as SearchForm
from lagspill.people.forms.registering import relation_choices as relation_choices
