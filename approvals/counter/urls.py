"""Addresses of approvals.counter."""

from django.urls import path

from approvals.counter.views import handover, intake, kinds, papers, spot, windows, work

app_name = "counter"

urlpatterns = [
    path("desk/intake/", intake.intakes, name="intakes"),
    path("desk/intake/new/", intake.new, name="intake-new"),
    path("desk/intake/reader/v1/card", intake.demo_reader, name="demo-reader"),
    path("desk/intake/<int:pk>/item/", intake.choose, name="intake-item"),
    path("desk/intake/<int:pk>/", work.work, name="intake"),
    path("desk/intake/<int:pk>/renew/", work.renew, name="intake-renew"),
    path("desk/intake/<int:pk>/confirm/", work.confirm, name="intake-confirm"),
    path("desk/intake/<int:pk>/done/", work.done, name="intake-done"),
    path("desk/intake/<int:pk>/drop/", intake.drop, name="intake-drop"),
    path("desk/intake/<int:pk>/take-over/", intake.take_over, name="intake-take-over"),
    path("desk/papers/", papers.listed, name="papers"),
    path("desk/handover/", handover.listed, name="handovers"),
    path("desk/handover/new/", handover.new, name="handover-new"),
    path("desk/handover/<int:pk>/", handover.one, name="handover"),
    path("desk/<str:number>/left-papers/", papers.of_case, name="case-papers"),
    path("desk/<str:number>/spot/<slug:section>/", spot.correct, name="spot"),
    path("desk/<str:number>/brought/", spot.brought, name="brought"),
    path("desk/window-items/", windows.listed, name="windows"),
    path("desk/window-items/<int:pk>/", windows.one, name="window"),
    path("board/kinds/", kinds.kinds, name="kinds"),
]
