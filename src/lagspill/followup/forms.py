"""Forms of work: the filters of the list as codes in the address, and who work is given to."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from lagspill.followup.queries import Colleague, Filters
from lagspill.followup.rules import Kind, Span, Who


class FilterForm(forms.Form):
    """The filters of the list. A code that is none is left out: an old address still opens the list."""

    who = forms.ChoiceField(choices=[(who.value, who.value) for who in Who], required=False)
    kind = forms.ChoiceField(choices=[(kind.value, kind.value) for kind in Kind], required=False)
    unit = forms.UUIDField(required=False)
    due = forms.ChoiceField(choices=[(span.value, span.value) for span in Span], required=False)

    def filters(self) -> Filters:
        """What the list is narrowed to."""
        self.is_valid()
        held = self.cleaned_data
        return Filters(
            Who(held.get("who") or Who.ALL.value),
            Kind(held["kind"]) if held.get("kind") else None,
            held.get("unit"),
            Span(held["due"]) if held.get("due") else None,
        )


def address_of(filters: Filters, **changed: str) -> str:
    """The query of the address that holds these filters, with some of them changed; "" takes one out."""
    held = {
        "who": "" if filters.who is Who.ALL else filters.who.value,
        "kind": filters.kind.value if filters.kind else "",
        "unit": str(filters.unit_id or ""),
        "due": filters.span.value if filters.span else "",
    }
    return "?" + urlencode({key: value for key, value in {**held, **changed}.items() if value})


class GiveForm(forms.Form):
    """The colleague who gets the work."""

    staff = forms.TypedChoiceField(
        label=_("Hvem skal ha oppgaven?"), coerce=uuid.UUID, empty_value=None
    )

    def __init__(
        self, data: Mapping[str, str] | None = None, *, colleagues: Sequence[Colleague]
    ) -> None:
        super().__init__(data)
        self.fields["staff"].choices = [  # type: ignore[attr-defined]  # a choice field has them
            ("", _("Velg en kollega")),
            *((str(each.id), _with_title(each)) for each in colleagues),
        ]


def _with_title(colleague: Colleague) -> str:
    return f"{colleague.name}, {colleague.title}" if colleague.title else colleague.name
