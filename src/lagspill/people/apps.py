"""Django's handle on people."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "lagspill.people"
    label = "people"

    def ready(self) -> None:
        from lagspill.access import queries as access
        from lagspill.dispatch import rules as dispatch
        from lagspill.people import jobs, queries, rules
        from lagspill.people import reactions as _reactions  # noqa: F401  # registers the handlers of facts

        access.set_kin_resolver(queries.find_care_recipients_of)
        dispatch.set_recipient_resolver(queries.find_recipient)
        rules.register_words(queries.own_words)
        dispatch.register_sweep("people.suspected", jobs.delete_old_suspected)
        dispatch.register_sweep("people.untold", jobs.mark_untold)
