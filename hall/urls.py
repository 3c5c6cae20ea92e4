"""Addresses of the hall."""

from django.urls import path

from hall import views

app_name = "hall"

urlpatterns = [
    path("admin/windows/", views.window_list, name="windows"),
    path("admin/windows/new/", views.window_new, name="window-new"),
    path("admin/windows/<int:window_id>/", views.window_page, name="window"),
    path("admin/windows/<int:window_id>/edit/", views.window_edit, name="window-edit"),
    path("admin/windows/<int:window_id>/close/", views.window_close, name="window-close"),
    path("admin/windows/<int:window_id>/reopen/", views.window_reopen, name="window-reopen"),
    path("admin/duties/<int:duty_id>/end/", views.duty_end, name="duty-end"),
]
