"""Addresses of ratings: those who rate, the window's tablet, the staff, everybody."""

from django.urls import path

from hall.ratings.views import calls, grievances, public, rating, rectifying, staff, tablet

app_name = "ratings"

urlpatterns = [
    path("rate/<str:token>/", rating.rate, name="rate"),
    path("rate/<str:token>/thanks/", rating.thanks, name="thanks"),
    path("rate/<str:token>/qr.svg", rating.qr, name="qr"),
    path("tablet/<str:secret>/", tablet.tablet, name="tablet"),
    path("tablet/<str:secret>/next/", tablet.tablet_next, name="tablet-next"),
    path("satisfaction/", public.satisfaction, name="public"),
    path("feedback/", grievances.new, name="grievance-new"),
    path("feedback/received/", grievances.received, name="grievance-received"),
    path("feedback/track/", grievances.track, name="grievance-track"),
    path("ratings/", staff.ratings, name="list"),
    path("ratings/reasons/", staff.reasons, name="reasons"),
    path("ratings/ask/", tablet.ask, name="ask"),
    path("ratings/tablets/", tablet.tablets, name="tablets"),
    path("ratings/tablets/<int:tablet_id>/revoke/", tablet.tablet_revoke, name="tablet-revoke"),
    path("ratings/calls/", calls.calls, name="calls"),
    path("ratings/calls/<int:invitation_id>/", calls.call, name="call"),
    path("ratings/calls/<int:invitation_id>/take/", calls.call_take, name="call-take"),
    path("ratings/calls/<int:invitation_id>/note/", calls.call_note, name="call-note"),
    path("ratings/<int:rating_id>/review/", staff.review, name="review"),
    path("rectifications/", rectifying.rectifications, name="rectifications"),
    path("rectifications/<int:work_id>/", rectifying.rectification, name="rectification"),
    path("rectifications/<int:work_id>/handler/", rectifying.handler, name="handler"),
    path("rectifications/<int:work_id>/step/<slug:code>/", rectifying.step, name="step"),
    path("grievances/", grievances.grievances, name="grievances"),
    path("grievances/new/", grievances.at_window, name="grievance-window"),
    path("grievances/<int:grievance_id>/", grievances.grievance, name="grievance"),
    path("grievances/<int:grievance_id>/handler/", grievances.grievance_handler, name="grievance-handler"),
    path("grievances/<int:grievance_id>/step/<slug:code>/", grievances.grievance_step, name="grievance-step"),
]
