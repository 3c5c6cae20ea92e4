"""Addresses of hotline.province."""

from django.urls import path

from hotline.province.views import incoming, log

app_name = "province"

urlpatterns = [
    path("hotline/province/", log.exchanges, name="exchanges"),
    path("hotline/province/in/", incoming.incoming, name="in"),
    path("hotline/province/<int:exchange_id>/", log.exchange, name="exchange"),
    path("hotline/province/<int:exchange_id>/again/", log.send_again, name="again"),
    path("hotline/province/<int:exchange_id>/settle/", log.settle, name="settle"),
]
