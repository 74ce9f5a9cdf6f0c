"""Django's handle on children."""

from django.apps import AppConfig


class ChildrenConfig(AppConfig):
    name = "lagspill.children"
    label = "children"

    def ready(self) -> None:
        from lagspill.children import operations
        from lagspill.people import rules as people

        people.set_child_door(operations.pass_on_named_child)
