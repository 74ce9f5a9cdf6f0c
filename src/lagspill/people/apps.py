"""Django's handle on people."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "lagspill.people"
    label = "people"

    def ready(self) -> None:
        from lagspill.people import reactions  # noqa: F401 -- app ready: registers the handlers of facts
