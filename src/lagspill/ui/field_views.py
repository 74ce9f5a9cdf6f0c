"""What the field components need to know about a form field: kind, texts, ids, options, the finished control."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Option:
    """One radio button or checkbox of a group."""

    id: str
    value: str
    label: str
    description: str
    icon: str
    control: SafeString


class FieldView:
    """One bound field, ready to render. Options may have more to them: see `fields.explained`."""

    def __init__(self, bound: BoundField) -> None:
        self.bound = bound
        self.field = bound.field
        self.widget = bound.field.widget

    @property
    def kind(self) -> str:
        """'group', 'checkbox', 'hidden' or 'single'."""
        if self.bound.is_hidden:
            return "hidden"
        if isinstance(self.widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
            return "group"
        if isinstance(self.widget, forms.CheckboxInput):
            return "checkbox"
        return "single"

    @property
    def id(self) -> str:
        return self.bound.id_for_label or self.bound.auto_id or f"id_{self.bound.html_name}"

    @property
    def group_id(self) -> str:
        """A group is reached from the error summary through its first button."""
        return self.bound.auto_id or f"id_{self.bound.html_name}"

    @property
    def label(self) -> str:
        return str(self.bound.label)

    @property
    def description(self) -> str:
        return str(self.field.help_text)

    @property
    def errors(self) -> list[str]:
        return [sentence for error in self.bound.errors.as_data() for sentence in self._say(error)]

    def _say(self, error: ValidationError) -> list[str]:
        """What went wrong; in place of Django's one sentence for everything left empty, one that says what to do."""
        if (
            error.code != "required"
            or error.message != forms.Field.default_error_messages["required"]
        ):
            return [str(text) for text in error.messages]
        if self.kind == "checkbox":
            return [_("Kryss av her for å gå videre.")]
        if self.kind == "group" or isinstance(self.widget, forms.Select):
            return [_("Velg det som passer.")]
        return [_("Dette må fylles ut.")]

    @property
    def optional(self) -> bool:
        return not self.field.required

    @property
    def error_id(self) -> str:
        return f"{self.group_id}-error"

    @property
    def description_id(self) -> str:
        return f"{self.group_id}-help"

    @property
    def described_by(self) -> str:
        ids = [self.description_id] if self.description else []
        if self.errors:
            ids.append(self.error_id)
        return " ".join(ids)

    @property
    def target(self) -> str:
        """Where a link in the error summary leads: something that takes focus."""
        return f"{self.group_id}_0" if self.kind == "group" else self.id

    @cached_property
    def control(self) -> SafeString:
        """The input, select or textarea with our class and its ties to description and error."""
        attrs: dict[str, str | bool] = {"class": "ds-input"}
        if self.described_by:
            attrs["aria-describedby"] = self.described_by
        if self.errors:
            attrs["aria-invalid"] = "true"
        return self.bound.as_widget(attrs=attrs)

    @property
    def options(self) -> Iterator[Option]:
        """The buttons of a group, one by one."""
        descriptions = getattr(self.field, "descriptions", {})
        icons = getattr(self.field, "icons", {})
        attrs = {"class": "ds-input"}
        if self.errors:
            attrs["aria-invalid"] = "true"
        for sub in self.bound.subwidgets:
            value = str(sub.data["value"])
            extra = dict(attrs)
            if value in descriptions:
                extra["aria-describedby"] = f"{sub.id_for_label}-help"
            sub.data["attrs"].update(extra)
            yield Option(
                id=sub.id_for_label,
                value=value,
                label=sub.choice_label,
                description=descriptions.get(value, ""),
                icon=icons.get(value, ""),
                control=sub.tag(wrap_label=False),
            )


@dataclass(frozen=True)
class Problem:
    """One line of the error summary."""

    text: str
    target: str


def problems(form: forms.BaseForm) -> list[Problem]:
    """Every error of a form in page order, those that belong to no field first."""
    found = [Problem(str(text), "") for text in form.non_field_errors()]
    for bound in form:
        view = FieldView(bound)
        target = "" if bound.is_hidden else view.target
        between = " " if view.label.endswith(("?", "!", ".", ":")) else ": "
        found.extend(Problem(f"{view.label}{between}{text}", target) for text in view.errors)
    return found
