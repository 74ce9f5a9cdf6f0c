"""Django's handle on promises."""

from django.apps import AppConfig


class PromisesConfig(AppConfig):
    name = "lagspill.promises"
    label = "promises"

    def ready(self) -> None:
        from lagspill.dispatch import rules as dispatch
        from lagspill.people import rules as people
        from lagspill.promises import jobs, queries

        dispatch.register_sweep("promises.overdue", jobs.sweep_overdue)
        people.register_words(queries.item_words)
