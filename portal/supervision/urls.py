"""Addresses of the supervisors' pages."""

from django.urls import path

from portal.supervision.views import board

app_name = "supervision"
urlpatterns = [
    path("board/", board.board, name="board"),
    path("board/departments/<str:code>/", board.department, name="department"),
    path("board/items/<str:code>/", board.item, name="item"),
    path("board/cases/", board.cases, name="cases"),
    path("board/cases/<str:number>/remind/", board.remind_unit, name="remind"),
]
