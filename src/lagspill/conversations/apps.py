"""Django's handle on conversations; registers what falls due."""

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "lagspill.conversations"
    label = "conversations"

    def ready(self) -> None:
        from lagspill.conversations import jobs, queries  # app ready: needs the app registry
        from lagspill.conversations import reactions as _reactions  # noqa: F401  # registers the handlers of facts
        from lagspill.dispatch import rules
        from lagspill.people import rules as people

        rules.register_sweep("conversations.expire", jobs.expire_invitations)
        rules.register_sweep("conversations.drafts_warn", jobs.warn_of_old_drafts)
        rules.register_sweep("conversations.drafts_delete", jobs.delete_old_drafts)
        people.register_words(queries.item_words)
