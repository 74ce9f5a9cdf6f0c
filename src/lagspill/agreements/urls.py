"""Addresses of agreements and of the card."""

from django.urls import path

from lagspill.agreements.views import card, citizen, drafting, family, following

urlpatterns = [
    path("arbeid/fil/<uuid:file_id>/avtale/", drafting.draft, name="agreement-draft"),
    path("arbeid/avtale/<uuid:version_id>/", following.agreement, name="agreement"),
    path("arbeid/avtale/<uuid:version_id>/ta-inn/", drafting.take, name="agreement-take"),
    path(
        "arbeid/avtale/<uuid:version_id>/linje/<slug:kind>/",
        drafting.new_line,
        name="agreement-line-new",
    ),
    path("arbeid/avtale/linje/<uuid:line_id>/", drafting.line, name="agreement-line"),
    path("arbeid/avtale/linje/<uuid:line_id>/flytt/", drafting.move, name="agreement-line-move"),
    path(
        "arbeid/avtale/linje/<uuid:line_id>/ta-ut/", drafting.remove, name="agreement-line-remove"
    ),
    path("arbeid/avtale/<uuid:version_id>/foresla/", drafting.propose, name="agreement-propose"),
    path("arbeid/avtale/<uuid:version_id>/ja/", following.confirm, name="agreement-confirm"),
    path("arbeid/avtale/<uuid:version_id>/svar/", following.record_answer, name="agreement-answer"),
    path("arbeid/avtale/<uuid:version_id>/utkast/", following.reopen, name="agreement-reopen"),
    path("arbeid/avtale/<uuid:version_id>/overta/", following.take_lead, name="agreement-lead"),
    path("arbeid/avtale/<uuid:version_id>/avslutt/", following.withdraw, name="agreement-withdraw"),
    path("arbeid/avtale/<uuid:version_id>/pdf/", following.pdf, name="agreement-pdf"),
    path("arbeid/avtale/<uuid:version_id>/journal/", following.extract, name="agreement-extract"),
    path("min/<str:number>/avtale/<uuid:version_id>/", citizen.my_agreement, name="my-agreement"),
    path("min/<str:number>/avtale/<uuid:version_id>/pdf/", citizen.my_pdf, name="my-agreement-pdf"),
    path("min/<str:number>/familien/<uuid:person_id>/", family.my_family, name="my-family"),
    path("kort/<uuid:person_id>/", card.card, name="card"),
    path("kort/<uuid:person_id>/liste/", card.pin, name="card-pin"),
]
