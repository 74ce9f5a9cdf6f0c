"""Django's handle on agreements."""

from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "lagspill.agreements"
    label = "agreements"

    def ready(self) -> None:
        from lagspill.agreements import reactions as _reactions  # noqa: F401  # registers the handlers of facts
