"""Forms of people: registering a caregiver, reaching them safely, the code of an invitation, a name to search for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lagspill.kernel import content
from lagspill.people.operations import NewCaregiver
from lagspill.people.queries import PersonLine
from lagspill.people.rules import ASKS_AGE, AgeGroup, Channel, Protection, Reach
from lagspill.ui.fields import Line, Phone

SOMEBODY_ELSE = "other"
AGE_GROUPS = (
    (AgeGroup.ADULT.value, _("18 år eller mer")),
    (AgeGroup.SIXTEEN_SEVENTEEN.value, _("16 eller 17 år")),
    (AgeGroup.UNDER_SIXTEEN.value, _("Under 16 år")),
)
BLOCKABLE = (
    (Channel.EMAIL.value, _("Ikke e-post")),
    (Channel.LETTER.value, _("Ikke brev hjem")),
    (Channel.SMS.value, _("Ikke SMS")),
    (Channel.IN_PERSON.value, _("Ikke hjemme hos dem")),
)
PROTECTIONS = (
    (Protection.NONE.value, _("Nei")),
    (Protection.CONFIDENTIAL.value, _("Ja, fortrolig (kode 7)")),
    (Protection.STRICT.value, _("Ja, strengt fortrolig (kode 6)")),
)


def relation_choices() -> list[tuple[str, str]]:
    """What a caregiver may be to the care recipient, in the reader's language."""
    return [(code, str(words.label)) for code, words in content.relations().items()]


class RegisterForm(forms.Form):
    """A new caregiver in three fields; who they help is chosen from the actor's own list or written."""

    name = Line(label=_("Navn"), max_length=120)
    relation = forms.ChoiceField(label=_("Hva er de for den de hjelper?"))
    phone = Phone(
        label=_("Hvordan når vi dem trygt?"),
        help_text=_("Telefonnummeret de helst vil bli ringt på."),
        required=False,
    )
    note = Line(
        label=_("Noe vi må passe på når vi tar kontakt?"),
        help_text=_("For eksempel: ring etter klokka fire, ikke legg igjen beskjed."),
        max_length=300,
        required=False,
    )
    age_group = forms.ChoiceField(
        label=_("Hvor gammel er den pårørende?"),
        choices=AGE_GROUPS,
        widget=forms.RadioSelect,
        required=False,
    )
    care_recipient = forms.ChoiceField(label=_("Hvem hjelper de?"))
    care_recipient_name = Line(label=_("Navnet på den de hjelper"), max_length=120, required=False)
    asks_check_in = forms.BooleanField(label=_("Be om en egen-sjekk"), required=False)
    same_as = forms.UUIDField(widget=forms.HiddenInput, required=False)
    is_someone_else = forms.BooleanField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, served: Sequence[PersonLine], **options: Any) -> None:
        super().__init__(*args, **options)
        self.served = {str(person.id): person for person in served}
        relation: Any = self.fields["relation"]
        relation.choices = [("", _("Velg")), *relation_choices()]
        recipient: Any = self.fields["care_recipient"]
        names = [(key, person.name or str(_("Uten navn"))) for key, person in self.served.items()]
        first = [] if len(names) == 1 else [("", _("Velg"))]
        recipient.choices = [*first, *names, (SOMEBODY_ELSE, _("En annen"))]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("relation") in ASKS_AGE and not given.get("age_group"):
            self.add_error("age_group", _("Velg alder. Barn og unge følges opp på en annen måte."))
        if given.get("care_recipient") == SOMEBODY_ELSE and not given.get("care_recipient_name"):
            self.add_error("care_recipient_name", _("Skriv navnet på den de hjelper."))
        is_child = given.get("age_group") == AgeGroup.UNDER_SIXTEEN
        has_reach = given.get("phone") or given.get("note") or "phone" in self.errors
        if not is_child and not has_reach:
            self.add_error(
                "phone", _("Skriv et telefonnummer, eller si under hvordan vi kan nå dem.")
            )
        return given

    def new_caregiver(self) -> NewCaregiver:
        """What was typed, for the operation."""
        given = self.cleaned_data
        person = self.served.get(given["care_recipient"])
        return NewCaregiver(
            name=given["name"],
            code=given["relation"],
            reach=Reach(Channel.PHONE, phone=given["phone"], note=given["note"]),
            age_group=AgeGroup(given["age_group"] or AgeGroup.ADULT),
            care_recipient_id=person.id if person else None,
            care_recipient_name="" if person else given["care_recipient_name"],
            same_as=given["same_as"],
            is_someone_else=given["is_someone_else"],
            asks_check_in=given["asks_check_in"],
        )


class ReachForm(forms.Form):
    """How a caregiver can be reached safely; stands above every channel rule."""

    channel = forms.ChoiceField(
        label=_("Hva passer best?"),
        choices=(
            (Channel.PHONE.value, _("Ring")),
            (Channel.EMAIL.value, _("E-post")),
            (Channel.LETTER.value, _("Brev")),
            (Channel.IN_PERSON.value, _("Ansikt til ansikt")),
        ),
        widget=forms.RadioSelect,
    )
    phone = Phone(label=_("Telefon"), required=False)
    email = forms.EmailField(label=_("E-post"), max_length=254, required=False)
    address = Line(label=_("Adresse for brev"), max_length=200, required=False)
    note = Line(label=_("Noe vi må passe på?"), max_length=300, required=False)
    blocked = forms.MultipleChoiceField(
        label=_("Dette skal vi ikke bruke"),
        choices=BLOCKABLE,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    protected = forms.ChoiceField(
        label=_("Er adressen skjermet?"),
        choices=PROTECTIONS,
        widget=forms.RadioSelect,
        required=False,
        help_text=_("Skjermet: ingen brev, og bare du og de andre med ansvar ser hvor de bor."),
    )

    NEEDS = {Channel.PHONE: "phone", Channel.EMAIL: "email", Channel.LETTER: "address"}

    def __init__(self, *args: Any, may_protect: bool, sees_address: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not may_protect:
            del self.fields["protected"]
        if not sees_address:
            del self.fields["address"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        wanted = self.NEEDS.get(Channel(given["channel"])) if given.get("channel") else None
        if wanted in self.fields and not given.get(wanted) and wanted not in self.errors:
            self.add_error(wanted, _("Fyll ut dette, siden det er slik vi skal ta kontakt."))
        return given

    def reach(self) -> Reach:
        """What was typed, for the operation."""
        given = self.cleaned_data
        return Reach(
            Channel(given["channel"]),
            given["phone"],
            given["email"],
            given.get("address", ""),
            given["note"],
            frozenset(Channel(code) for code in given["blocked"]),
        )

    def protection(self) -> Protection | None:
        """What was chosen; none for those who are not asked."""
        chosen = self.cleaned_data.get("protected")
        return None if chosen is None else Protection(chosen)


class ProtectionForm(forms.Form):
    """Whether a care recipient's address is protected."""

    protected = forms.ChoiceField(
        label=_("Er adressen skjermet?"),
        choices=PROTECTIONS,
        widget=forms.RadioSelect,
        required=False,
    )

    def protection(self) -> Protection:
        """What was chosen."""
        return Protection(self.cleaned_data["protected"])


class SearchForm(forms.Form):
    """A name to search for. Sent by POST: names never stand in an address."""

    name = Line(label=_("Navn"), max_length=120)


class CodeForm(forms.Form):
    """The code from an invitation, typed by the caregiver."""

    code = Line(
        label=_("Koden fra brevet"),
        help_text=_("Den ser slik ut: 1824-ABCD-EFGH. Store og små bokstaver er det samme."),
        max_length=40,
    )
