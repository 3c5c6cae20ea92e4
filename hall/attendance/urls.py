"""Addresses of hall.attendance."""

from django.urls import path

from hall.attendance.views import device, manager, own

app_name = "attendance"

urlpatterns = [
    path("attendance/", own.own, name="own"),
    path("attendance/clock/", own.clock, name="clock"),
    path("attendance/scan/<str:public_id>/<int:minute>/<slug:code>/", own.scan, name="scan"),
    path("hall/clocks/<str:public_id>/", device.device, name="device"),
    path("hall/clocks/<str:public_id>/code.svg", device.picture, name="device-code"),
    path("hall/attendance/", manager.day, name="day"),
    path("hall/attendance/sheet/", manager.sheet, name="sheet"),
    path("hall/attendance/sheet/export/", manager.export, name="sheet-export"),
    path("hall/attendance/shifts/<int:shift_id>/", manager.shift, name="shift"),
    path("hall/attendance/empty-posts/", manager.empty_posts, name="empty-posts"),
    path("hall/attendance/empty-posts/<int:post_id>/", manager.empty_post, name="empty-post"),
    path("hall/attendance/hours/", manager.patterns, name="patterns"),
    path("hall/attendance/hours/<int:pattern_id>/end/", manager.pattern_end, name="pattern-end"),
    path("hall/attendance/clocks/", manager.devices, name="devices"),
    path("hall/attendance/clocks/<int:device_id>/close/", manager.device_close, name="device-close"),
]
