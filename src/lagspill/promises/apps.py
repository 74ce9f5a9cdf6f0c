"""Django's handle on promises."""

from django.apps import AppConfig


class PromisesConfig(AppConfig):
    name = "lagspill.promises"
    label = "promises"

    def ready(self) -> None:
        from lagspill.dispatch import rules as dispatch
        from lagspill.promises import jobs

        dispatch.register_sweep("promises.overdue", jobs.sweep_overdue)
