"""A browser that is signed in as one of the small world's actors, without going through the sign-in page."""

from __future__ import annotations

from django.conf import settings
from django.test import Client

from lagspill.kernel.actor import Actor


def browser_of(actor: Actor, *, language: str = "nb") -> Client:
    """A test client whose session is the actor's, as `access.sign_in` would have written it."""
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    held = {"kind": actor.kind.value}
    if actor.is_staff:
        held |= {"staff": str(actor.id), "municipality": str(actor.municipality)}
    else:
        held |= {"identity": str(actor.id)}
    session = client.session
    session["lagspill"] = held
    session.save()
    return client
