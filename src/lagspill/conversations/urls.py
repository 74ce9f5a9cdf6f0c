"""Addresses of conversations."""

from django.urls import path

from lagspill.conversations.views import inviting, mine, talking

urlpatterns = [
    path("arbeid/fil/<uuid:file_id>/invitasjon/", inviting.invite, name="invite"),
    path("arbeid/fil/<uuid:file_id>/samtale/", inviting.start_talk, name="start-talk"),
    path("arbeid/invitasjon/<uuid:invitation_id>/", inviting.invitation, name="invitation"),
    path("arbeid/invitasjon/<uuid:invitation_id>/brev/", inviting.letter, name="invitation-letter"),
    path(
        "arbeid/invitasjon/<uuid:invitation_id>/postlagt/",
        inviting.posted,
        name="invitation-posted",
    ),
    path(
        "arbeid/invitasjon/<uuid:invitation_id>/trekk/",
        inviting.take_back,
        name="invitation-take-back",
    ),
    path(
        "arbeid/invitasjon/<uuid:invitation_id>/svar/",
        inviting.record_answer,
        name="invitation-answer",
    ),
    path("arbeid/samtale/<uuid:talk_id>/", talking.talk, name="talk"),
    path("arbeid/samtale/<uuid:talk_id>/utsagn/", talking.statement, name="talk-statement"),
    path("arbeid/samtale/<uuid:talk_id>/til-stede/", talking.presence, name="talk-presence"),
    path("arbeid/samtale/<uuid:talk_id>/tid/", talking.plan, name="talk-plan"),
    path("arbeid/samtale/<uuid:talk_id>/ferdig/", talking.hold, name="talk-hold"),
    path("arbeid/samtale/<uuid:talk_id>/avlys/", talking.call_off, name="talk-call-off"),
    path("arbeid/utsagn/<uuid:statement_id>/lesere/", talking.readers, name="statement-readers"),
    path(
        "min/<str:number>/invitasjon/<uuid:invitation_id>/",
        mine.my_invitation,
        name="my-invitation",
    ),
    path(
        "min/<str:number>/forberedelse/<uuid:talk_id>/", mine.my_preparation, name="my-preparation"
    ),
    path("min/<str:number>/samtale/<uuid:talk_id>/", mine.my_talk, name="my-talk"),
    path(
        "min/<str:number>/samtale/<uuid:talk_id>/avlys/", mine.my_call_off, name="my-talk-call-off"
    ),
    path("min/<str:number>/utsagn/<uuid:statement_id>/lesere/", mine.my_readers, name="my-readers"),
]
