"""What every page's frame needs. Reads the request only; what costs a query is put there by the views."""

from typing import Any

from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, Any]:
    """Names of the frame's context; filled by the shell's views and middleware."""
    return {}
