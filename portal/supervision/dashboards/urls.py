"""Addresses of the dashboards."""

from django.urls import URLPattern, path

from portal.supervision.dashboards.views import pages, screen

app_name = "dashboards"

urlpatterns: list[URLPattern] = [
    path("supervision/windows/", pages.window_list, name="windows"),
    path("supervision/windows/<str:code>/", pages.window, name="window"),
    path("supervision/windows/<str:code>/rows/", pages.window_rows, name="window-rows"),
    path("supervision/outside/", pages.outside_page, name="outside"),
    path("supervision/process/", pages.process_page, name="process"),
    path("supervision/process/steps/", pages.process_steps, name="process-steps"),
    path("supervision/process/cases/", pages.process_cases, name="process-cases"),
    path("supervision/screen/", screen.page, name="screen"),
    path("supervision/screen/feed/", screen.feed, name="screen-feed"),
    path("supervision/screens/", screen.devices, name="devices"),
    path("supervision/screens/new/", screen.device_new, name="device-new"),
    path("supervision/screens/<int:screen_id>/revoke/", screen.device_revoke, name="device-revoke"),
    # devices, by their secret
    path("supervision/wall/<str:token>/", screen.wall, name="wall"),
    path("supervision/wall/<str:token>/feed/", screen.wall_feed, name="wall-feed"),
]
