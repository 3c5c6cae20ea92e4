"""Addresses of procurement.tenders."""

from django.urls import path

from procurement.tenders.views import bidder, bonds, desk, downloads, failed, inviting, public

app_name = "tenders"

urlpatterns = [
    path("tenders/", public.tenders, name="list"),
    path("tenders/openings/", public.openings, name="openings"),
    path("tenders/openings.ics", public.openings_file, name="openings-file"),
    path("tenders/<slug:number>/", public.tender, name="tender"),
    path("tenders/<slug:number>/opening.ics", public.opening_file, name="opening-file"),
    path("tenders/<slug:number>/documents/<int:document_id>/", public.document, name="document"),
    path("tenders/<slug:number>/ask/", bidder.ask, name="ask"),
    path("tenders/<slug:number>/lots/<int:lot>/bond/", bidder.bond_new, name="bond-new"),
    path("my/tenders/", bidder.mine, name="mine"),
    path("my/tenders/follow/", bidder.follow, name="follow"),
    path("trading/tenders/", desk.desk, name="desk"),
    path("trading/tenders/new/", desk.new, name="new"),
    path("trading/tenders/failed-lots/", failed.listing, name="failed-lots"),
    path("trading/tenders/<slug:number>/", desk.project, name="project"),
    path("trading/tenders/<slug:number>/edit/", desk.edit, name="edit"),
    path("trading/tenders/<slug:number>/documents/", desk.documents, name="documents"),
    path("trading/tenders/<slug:number>/documents/<int:document_id>/withdraw/", desk.withdraw, name="withdraw"),
    path("trading/tenders/<slug:number>/downloads/", downloads.downloads, name="downloads"),
    path("trading/tenders/<slug:number>/announce/", desk.announce, name="announce"),
    path("trading/tenders/<slug:number>/invitations/", inviting.invitations, name="invitations"),
    path("trading/tenders/<slug:number>/invitations/<int:invitation_id>/remove/", inviting.remove, name="uninvite"),
    path("trading/tenders/<slug:number>/change/", desk.change, name="change"),
    path("trading/tenders/<slug:number>/repeat/", desk.repeat, name="repeat"),
    path("trading/tenders/<slug:number>/lots/<int:lot>/failed/", failed.page, name="failed-lot"),
    path("trading/tenders/<slug:number>/questions/<int:question_id>/", desk.answer, name="answer"),
    path("trading/bonds/", bonds.bonds, name="bonds"),
    path("trading/bonds/old/", bonds.old, name="bonds-old"),
    path("trading/bonds/<int:bond_id>/", bonds.bond_one, name="bond-one"),
]
