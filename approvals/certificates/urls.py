"""Addresses of approvals.certificates."""

from django.urls import URLPattern, URLResolver, path

from approvals.certificates.views import citizen, printing, register, types

app_name = "certificates"

urlpatterns: list[URLPattern | URLResolver] = [
    path("certificates/", citizen.mine, name="mine"),
    path("certificates/<int:pk>/", citizen.mine_one, name="mine-one"),
    path("certificates/<int:pk>/renew/", citizen.renew, name="renew"),
    path("certificates/use/<int:case_pk>/<int:material_pk>/<int:pk>/", citizen.use, name="use"),
    path("desk/certificates/", register.register, name="register"),
    path("desk/certificates/<int:pk>/", register.certificate, name="certificate"),
    path("desk/certificates/<int:pk>/propose/<str:step>/", register.propose, name="propose"),
    path("desk/certificates/<int:pk>/proposals/<int:proposal>/", register.decide, name="decide"),
    path("desk/certificates/print/", printing.queue, name="queue"),
    path("desk/certificates/print/<int:pk>/", printing.one, name="print"),
    path("desk/certificates/print/<int:pk>/<str:act>/", printing.act, name="print-act"),
    path("desk/certificates/types/", types.types, name="types"),
    path("desk/certificates/types/new/", types.type_new, name="type-new"),
    path("desk/certificates/types/<int:pk>/", types.type_one, name="type"),
    path("desk/certificates/types/<int:pk>/version/", types.type_version, name="type-version"),
    path("desk/certificates/types/<int:pk>/links/", types.type_links, name="type-links"),
    path("desk/certificates/types/<int:pk>/close/", types.type_close, name="type-close"),
]
