"""Addresses of the workbench."""

from django.urls import path

from approvals.cases.views import desk, steps

urlpatterns = [
    path("desk/", desk.desk_list, name="desk"),
    path("desk/<str:number>/", desk.desk_case, name="desk-case"),
    path("desk/<str:number>/take-over/", desk.take_over, name="take-over"),
    path("desk/<str:number>/at-once/", desk.accept_and_approve, name="at-once"),
    path("desk/<str:number>/proposals/<int:proposal_id>/", desk.decide, name="proposal"),
    path("desk/<str:number>/step/<str:code>/", steps.step, name="step"),
]
