"""Addresses of this room."""

from django.urls import path

from procurement.oversight.views import firms, leads, signs

app_name = "oversight"

urlpatterns = [
    path("trading/oversight/", leads.leads, name="leads"),
    path("trading/oversight/signs/", signs.signs, name="signs"),
    path("trading/oversight/method/", signs.method, name="method"),
    path("trading/oversight/leads/<slug:number>/", leads.lead, name="lead"),
    path("trading/oversight/leads/<slug:number>/letters/new/", leads.letter_new, name="letter-new"),
    path("trading/oversight/leads/<slug:number>/letters/<int:inquiry_id>/", leads.answer, name="answer"),
    path("trading/oversight/leads/<slug:number>/notes/new/", leads.note_new, name="note-new"),
    path("trading/oversight/leads/<slug:number>/files/new/", leads.files_new, name="files-new"),
    path("trading/oversight/leads/<slug:number>/evidence/<int:evidence_id>/", leads.evidence, name="evidence"),
    path("trading/oversight/tenders/<slug:number>/", signs.tender, name="tender"),
    path("trading/oversight/firms/<int:organisation_id>/", firms.firm, name="firm"),
    path("trading/oversight/firms/<int:one_id>/with/<int:other_id>/", firms.pair, name="pair"),
]
