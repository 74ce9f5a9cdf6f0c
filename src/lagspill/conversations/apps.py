"""Django's handle on conversations."""

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "lagspill.conversations"
    label = "conversations"

    def ready(self) -> None:
        from lagspill.conversations import jobs
        from lagspill.dispatch import rules as dispatch

        dispatch.register_sweep("conversations.invitations", jobs.sweep_invitations)
        dispatch.register_sweep("conversations.drafts", jobs.sweep_drafts)
