"""Addresses of the red and blue board."""

from django.urls import path

from hall.board import views

app_name = "board"

urlpatterns = [
    path("red-blue/", views.public, name="public"),
    path("boards/", views.boards, name="boards"),
    path("boards/<int:board_id>/", views.board, name="board"),
    path("boards/<int:board_id>/publish/", views.publish, name="publish"),
    path("boards/<int:board_id>/correct/", views.correct, name="correct"),
    path("boards/rows/<int:row_id>/", views.row, name="row"),
]
