"""Django's handle on agreements."""

from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "lagspill.agreements"
    label = "agreements"

    def ready(self) -> None:
        from lagspill.agreements import queries  # app ready: needs the app registry
        from lagspill.agreements import reactions as _reactions  # noqa: F401  # registers the handlers of facts
        from lagspill.people import rules

        rules.register_words(queries.item_words)
