"""Addresses of approvals.certificates."""

from django.urls import URLPattern, URLResolver, path

from approvals.certificates.views import citizen, overview, printing, register, types

app_name = "certificates"

urlpatterns: list[URLPattern | URLResolver] = [
    path("certificates/", citizen.mine, name="mine"),
    path("certificates/<int:pk>/", citizen.mine_one, name="mine-one"),
    path("certificates/<int:pk>/renew/", citizen.renew, name="renew"),
    path("certificates/use/<int:case_pk>/<int:material_pk>/<int:pk>/", citizen.use, name="use"),
    path("certificates/desk/", register.register, name="register"),
    path("certificates/desk/<int:pk>/", register.certificate, name="certificate"),
    path("certificates/desk/<int:pk>/propose/<str:step>/", register.propose, name="propose"),
    path("certificates/desk/<int:pk>/proposals/<int:proposal>/", register.decide, name="decide"),
    path("certificates/desk/figures/", overview.overview, name="overview"),
    path("certificates/desk/figures/rows/", overview.behind, name="behind"),
    path("certificates/desk/print/", printing.queue, name="queue"),
    path("certificates/desk/print/<int:pk>/", printing.one, name="print"),
    path("certificates/desk/print/<int:pk>/<str:act>/", printing.act, name="print-act"),
    path("certificates/desk/types/", types.types, name="types"),
    path("certificates/desk/types/new/", types.type_new, name="type-new"),
    path("certificates/desk/types/<int:pk>/", types.type_one, name="type"),
    path("certificates/desk/types/<int:pk>/version/", types.type_version, name="type-version"),
    path("certificates/desk/types/<int:pk>/links/", types.type_links, name="type-links"),
    path("certificates/desk/types/<int:pk>/close/", types.type_close, name="type-close"),
]
