"""Addresses of check-ins and calls."""

from django.urls import path

from lagspill.assessments import views

urlpatterns = [
    path("min/<str:number>/egen-sjekk/", views.my_check_in, name="my-check-in"),
    path("min/<str:number>/egen-sjekk/lagre/", views.save_my_check_in, name="save-my-check-in"),
    path(
        "min/<str:number>/egen-sjekk/<uuid:answer_id>/", views.my_result, name="my-check-in-result"
    ),
    path(
        "min/<str:number>/egen-sjekk/<uuid:answer_id>/lesere/",
        views.set_my_readers,
        name="my-check-in-readers",
    ),
    path("min/<str:number>/ring-meg/", views.ask_for_my_call, name="ask-for-my-call"),
    path("min/<str:number>/ring-meg/ikke/", views.cancel_my_call, name="cancel-my-call"),
    path("arbeid/fil/<uuid:file_id>/egen-sjekk/", views.file_check_ins, name="file-check-ins"),
    path("arbeid/fil/<uuid:file_id>/egen-sjekk/be-om/", views.ask, name="ask-check-in"),
    path("arbeid/telefon/<uuid:request_id>/", views.call_request, name="call-request"),
]
