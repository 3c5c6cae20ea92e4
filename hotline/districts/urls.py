"""Addresses of the room."""

from django.urls import path

from hotline.districts.views import api, inner, platforms

app_name = "districts"
urlpatterns = [
    path("hotline/district/", inner.district, name="desk"),
    path("hotline/tickets/<int:pk>/pass-on/", inner.assign, name="assign"),
    path("hotline/assignments/<int:pk>/<slug:code>/", inner.step, name="step"),
    path("hotline/districts/", platforms.platforms, name="platforms"),
    path("hotline/districts/new/", platforms.edit, name="platform-new"),
    path("hotline/districts/messages/", api.Messages.as_view(), name="messages"),
    path("hotline/districts/<int:pk>/", platforms.platform, name="platform"),
    path("hotline/districts/<int:pk>/change/", platforms.edit, name="platform-edit"),
    path("hotline/districts/<int:pk>/secret/", platforms.secret, name="secret"),
    path("hotline/districts/<int:pk>/pause/", platforms.pause, name="pause"),
    path("hotline/districts/push/<int:pk>/", platforms.push, name="push"),
    path("hotline/districts/push/<int:pk>/again/", platforms.send_again, name="push-again"),
    path("hotline/districts/push/<int:pk>/settle/", platforms.settle, name="push-settle"),
]
