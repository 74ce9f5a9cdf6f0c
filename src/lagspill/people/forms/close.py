"""Forms about who is close: said by the care recipient, only suspected, met, how somebody was told, who of the family reads."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lagspill.people.forms.registering import AGE_GROUPS, relation_choices
from lagspill.people.operations import NewCaregiver
from lagspill.people.queries import Relative, words_for
from lagspill.people.rules import (
    ASKS_AGE,
    AgeGroup,
    Channel,
    Reach,
    SuspectedFrom,
    ToldFirst,
)
from lagspill.ui.fields import Line, Phone

HOW_YES = (
    ("in_person", _("Ansikt til ansikt: setningen ble vist eller lest")),
    ("phone", _("På telefon: setningen ble lest høyt")),
    ("paper", _("På papir")),
)


class _ReachesSomebody(forms.Form):
    """How to reach somebody safely, and how old they are where that may matter."""

    phone = Phone(label=_("Telefon"), required=False)
    note = Line(
        label=_("Noe vi må passe på når vi tar kontakt?"),
        help_text=_("For eksempel: ring etter klokka fire, ikke legg igjen beskjed."),
        max_length=300,
        required=False,
    )
    age_group = forms.ChoiceField(
        label=_("Hvor gammel?"), choices=AGE_GROUPS, widget=forms.RadioSelect, required=False
    )

    def check_reach(self, given: dict[str, Any], code: str) -> None:
        """Say what is missing: an age where somebody may be a child, a way to reach others."""
        if code in ASKS_AGE and not given.get("age_group"):
            self.add_error("age_group", _("Velg alder. Barn og unge følges opp på en annen måte."))
        is_child = given.get("age_group") == AgeGroup.UNDER_SIXTEEN
        has_reach = given.get("phone") or given.get("note") or "phone" in self.errors
        if not is_child and not has_reach:
            self.add_error(
                "phone", _("Skriv et telefonnummer, eller si under hvordan vi kan nå dem.")
            )

    def reach(self) -> Reach:
        """How to reach them."""
        given = self.cleaned_data
        return Reach(Channel.PHONE, phone=given["phone"], note=given["note"])

    def age(self) -> AgeGroup:
        """How old; a grown-up where it was not asked."""
        return AgeGroup(self.cleaned_data["age_group"] or AgeGroup.ADULT)


class OwnCloseForm(_ReachesSomebody):
    """The care recipient says who is close to them."""

    name = Line(label=_("Navn"), max_length=120)
    relation = forms.ChoiceField(label=_("Hva er de for deg?"))
    field_order = ("name", "relation", "age_group", "phone", "note")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["relation"]
        field.choices = [("", _("Velg")), *relation_choices()]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        self.check_reach(given, given.get("relation", ""))
        return given

    def new_caregiver(self) -> NewCaregiver:
        """What was typed, for the operation."""
        given = self.cleaned_data
        return NewCaregiver(
            name=given["name"], code=given["relation"], reach=self.reach(), age_group=self.age()
        )


class SuspectedForm(forms.Form):
    """Perhaps a caregiver: three facts, and nothing more."""

    name = Line(label=_("Navn"), max_length=120)
    relation = forms.ChoiceField(label=_("Hva er de for den som får hjelp?"))
    source = forms.ChoiceField(label=_("Hvem sa det?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        relation: Any = self.fields["relation"]
        relation.choices = [("", _("Velg")), *relation_choices()]
        source: Any = self.fields["source"]
        source.choices = [(c.value, words_for("suspected_from", c.value)) for c in SuspectedFrom]


class MetForm(_ReachesSomebody):
    """Somebody has been in contact with a suspected caregiver, who is one."""

    field_order = ("phone", "note", "age_group")

    def __init__(self, *args: Any, code: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.code = code

    @property
    def asks_age(self) -> bool:
        """True where they may be a child."""
        return self.code in ASKS_AGE

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        self.check_reach(given, self.code)
        return given


class ToldFirstForm(forms.Form):
    """How somebody was told that they are registered."""

    how = forms.ChoiceField(label=_("Hvordan fikk de vite det?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["how"]
        ways = [way for way in ToldFirst if way is not ToldFirst.ANSWERED]
        field.choices = [(way.value, words_for("told", way.value)) for way in ways]


class RelationYesForm(forms.Form):
    """How the caregiver said yes to the care recipient knowing, as staff write it down."""

    how = forms.ChoiceField(
        label=_("Hvordan ble det sagt?"), choices=HOW_YES, widget=forms.RadioSelect
    )


class FamilyReadersForm(forms.Form):
    """Who of the family reads an item; nobody is a choice."""

    family = forms.MultipleChoiceField(
        label=_("Hvem i familien kan lese dette?"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, relatives: Sequence[Relative], **options: Any) -> None:
        chosen = [str(one.person_id) for one in relatives if one.is_reader]
        super().__init__(*args, **{"initial": {"family": chosen}, **options})
        field: Any = self.fields["family"]
        field.choices = [(str(one.person_id), f"{one.name} ({one.label})") for one in relatives]

    def person_ids(self) -> list[uuid.UUID]:
        """Who was chosen."""
        return [uuid.UUID(text) for text in self.cleaned_data["family"]]
