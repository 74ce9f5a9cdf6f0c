"""Addresses of people."""

from django.urls import path

from lagspill.people.views import (
    ages,
    deaths,
    emergency,
    items,
    logs,
    own_items,
    own_parties,
    parties,
    registering,
    seeing,
)

urlpatterns = [
    path("arbeid/nodapning/", emergency.break_glass, name="break-glass"),
    path("arbeid/nodapning/lukk/", emergency.close, name="break-glass-close"),
    path("arbeid/nodapning/<uuid:opening_id>/", emergency.review, name="break-glass-review"),
    path("arbeid/personvern/logg/", logs.search, name="log-search"),
    path("arbeid/personvern/sporsmal/<uuid:question_id>/", logs.question, name="log-question"),
    path("min/<str:number>/hvem-har-lest/", logs.my_log, name="my-log"),
    path("min/<str:number>/hvem-har-lest/<uuid:entry_id>/", logs.my_line, name="my-log-line"),
    path("arbeid/tekst/<uuid:item_id>/", items.item, name="item"),
    path("arbeid/tekst/<uuid:item_id>/lesere/", items.readers, name="item-readers"),
    path("arbeid/tekst/<uuid:item_id>/svar/", items.answer, name="item-answer"),
    path("arbeid/tekst/<uuid:item_id>/kopi/", items.copy, name="item-copy"),
    path("arbeid/tekst/<uuid:item_id>/plikt/", items.must_record, name="item-must-record"),
    path("arbeid/tekst/<uuid:item_id>/gi-videre/", items.disclose, name="item-disclose"),
    path("arbeid/tekst/<uuid:item_id>/fortalt/", items.told, name="item-told"),
    path("arbeid/fil/<uuid:file_id>/til-kortet/", items.entry, name="file-entry"),
    path("arbeid/fil/<uuid:file_id>/se-som/<str:role>/", seeing.file_see_as, name="file-see-as"),
    path("arbeid/lagring/", seeing.storage_policy, name="storage-policy"),
    path("min/<str:number>/tekst/", own_items.my_items, name="my-items"),
    path("min/<str:number>/tekst/<uuid:item_id>/", own_items.my_item, name="my-item"),
    path(
        "min/<str:number>/tekst/<uuid:item_id>/lesere/",
        own_items.my_readers,
        name="my-item-readers",
    ),
    path("min/<str:number>/tekst/<uuid:item_id>/svar/", own_items.my_answer, name="my-item-answer"),
    path("min/<str:number>/tekst/<uuid:item_id>/angre/", own_items.my_undo, name="my-item-undo"),
    path("min/<str:number>/se-som/<str:role>/", seeing.my_see_as, name="my-see-as"),
    path("arbeid/person/<uuid:person_id>/dodsfall/", deaths.death, name="death"),
    path("arbeid/person/<uuid:person_id>/dodsfall/angre/", deaths.undo_death, name="death-undo"),
    path("arbeid/personvern/mapper/", deaths.dead_files, name="dead-files"),
    path("arbeid/personvern/mapper/<uuid:file_id>/", deaths.dead_file, name="dead-file"),
    path(
        "arbeid/personvern/innsyn/<uuid:opening_id>/slutt/", deaths.end_opening, name="opening-end"
    ),
    path("arbeid/parorende/ny/", registering.register, name="register-caregiver"),
    path("arbeid/sok/", registering.search, name="search-caregivers"),
    path("arbeid/kort/", registering.my_cards, name="my-cards"),
    path("arbeid/fil/<uuid:file_id>/alder/", ages.age, name="file-age"),
    path("arbeid/fil/<uuid:file_id>/kontakt/", registering.reach, name="file-reach"),
    path("min/kode/", registering.code, name="my-code"),
    path("arbeid/person/<uuid:person_id>/samtykke/", parties.parties, name="parties"),
    path("arbeid/person/<uuid:person_id>/samtykke/nytt/", parties.new_consent, name="consent-new"),
    path("arbeid/person/<uuid:person_id>/samtykke/nei/", parties.note_no, name="consent-no"),
    path(
        "arbeid/person/<uuid:person_id>/samtykke/grunnlag/", parties.new_ground, name="ground-new"
    ),
    path("arbeid/person/<uuid:person_id>/vurdering/", parties.new_capacity, name="capacity-new"),
    path(
        "arbeid/person/<uuid:person_id>/representant/",
        parties.new_representation,
        name="representation-new",
    ),
    path("arbeid/person/<uuid:person_id>/nermest/", parties.new_nearest, name="nearest-new"),
    path("arbeid/samtykke/<uuid:consent_id>/", parties.consent, name="consent"),
    path("arbeid/grunnlag/<uuid:ground_id>/slutt/", parties.end_ground, name="ground-end"),
    path(
        "arbeid/representant/<uuid:representation_id>/slutt/",
        parties.end_representation,
        name="representation-end",
    ),
    path("arbeid/nermest/<uuid:designation_id>/slutt/", parties.end_nearest, name="nearest-end"),
    path("arbeid/fil/<uuid:file_id>/fortalt/", parties.tell, name="tell"),
    path("min/<str:number>/om/<uuid:person_id>/", own_parties.my_parties, name="my-parties"),
    path(
        "min/<str:number>/om/<uuid:person_id>/samtykke/",
        own_parties.my_new_consent,
        name="my-consent-new",
    ),
    path(
        "min/<str:number>/om/<uuid:person_id>/nermest/",
        own_parties.my_nearest,
        name="my-nearest",
    ),
    path("min/<str:number>/samtykke/<uuid:consent_id>/", own_parties.my_consent, name="my-consent"),
]
