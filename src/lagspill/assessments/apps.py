"""Django's handle on assessments."""

from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "lagspill.assessments"
    label = "assessments"

    def ready(self) -> None:
        from lagspill.assessments import queries
        from lagspill.assessments import reactions as _reactions  # noqa: F401  # registers the handlers of facts
        from lagspill.people import rules

        rules.register_words(queries.item_words)
