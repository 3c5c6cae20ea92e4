"""Addresses of joint review."""

from django.urls import path

from approvals.projects.views import appointments, board, citizen, figures, plans, requests, stages

app_name = "projects"
HERE = "projects/"
ONE = "projects/<slug:code>/"

urlpatterns = [
    path("my/projects/", citizen.mine, name="mine"),
    path("my/projects/points/<int:pk>/", citizen.mend, name="mend"),
    path("my/projects/<slug:code>/", citizen.mine_one, name="mine-one"),
    path("my/projects/<slug:code>/case/", citizen.link, name="link"),
    path(HERE, board.board, name="board"),
    path(f"{HERE}new/", board.new, name="new"),
    path(f"{HERE}figures/", figures.figures, name="figures"),
    path(f"{HERE}plans/", plans.plans, name="plans"),
    path(f"{HERE}plans/<slug:stage>/", plans.plan_new, name="plan-new"),
    path(f"{HERE}requests/", requests.request_list, name="requests"),
    path(f"{HERE}requests/<int:pk>/", requests.request_page, name="request"),
    path(f"{HERE}requests/<int:pk>/<slug:act>/", requests.request_act, name="request-act"),
    path(f"{HERE}tasks/", requests.task_list, name="tasks"),
    path(f"{HERE}tasks/<int:pk>/", requests.task_done, name="task"),
    path(f"{HERE}appointments/<int:pk>/", appointments.appointment, name="appointment"),
    path(f"{HERE}appointments/<int:pk>/find/<int:invitation_id>/", appointments.find, name="find"),
    path(f"{HERE}appointments/<int:pk>/<slug:act>/", appointments.appointment_act, name="appointment-act"),
    path(f"{HERE}points/<int:pk>/<slug:act>/", appointments.point, name="point"),
    path(ONE, board.project_page, name="project"),
    path(f"{ONE}edit/", board.edit, name="edit"),
    path(f"{ONE}key/", board.key, name="key"),
    path(f"{ONE}milestones/", board.milestone, name="milestone"),
    path(f"{ONE}milestones/<int:pk>/", board.reach, name="reach"),
    path(f"{ONE}meetings/", appointments.meeting, name="meeting"),
    path(f"{ONE}step/<slug:act>/", board.step, name="step"),
    path(f"{ONE}stages/<slug:stage>/open/", stages.open_stage, name="stage-open"),
    path(f"{ONE}stages/<slug:stage>/ask/", stages.ask, name="stage-ask"),
    path(f"{ONE}stages/<slug:stage>/close/", stages.close, name="stage-close"),
    path(f"{ONE}stages/<slug:stage>/appointments/", appointments.new, name="appointment-new"),
]
