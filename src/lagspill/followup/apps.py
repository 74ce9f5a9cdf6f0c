"""Django's handle on followup."""

from django.apps import AppConfig


class FollowupConfig(AppConfig):
    name = "lagspill.followup"
    label = "followup"

    def ready(self) -> None:
        from lagspill.followup import reactions as _reactions  # noqa: F401  # registers the handlers of facts
