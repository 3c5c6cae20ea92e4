"""Addresses of the workbench."""

from django.urls import path

from approvals.cases.views import conclude, desk, papers, steps

urlpatterns = [
    path("desk/", desk.desk_list, name="desk"),
    path("desk/<str:number>/", desk.desk_case, name="desk-case"),
    path("desk/<str:number>/take-over/", desk.take_over, name="take-over"),
    path("desk/<str:number>/at-once/", conclude.conclude, name="at-once"),
    path("desk/<str:number>/proposals/<int:proposal_id>/", desk.decide, name="proposal"),
    path("desk/<str:number>/papers/<int:pk>/send/", papers.send, name="paper-send"),
    path("desk/<str:number>/papers/<int:pk>/again/", papers.again, name="paper-again"),
    path("desk/<str:number>/step/<str:code>/", steps.step, name="step"),
]
