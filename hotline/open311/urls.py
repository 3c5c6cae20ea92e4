"""Addresses of hotline.open311: GeoReport v2, each with the form behind a dot."""

from django.urls import path, register_converter

from hotline.open311.views import georeport as views

app_name = "open311"


class Form:
    """json or xml."""

    regex = "json|xml"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class Token:
    """What a client chose as its key."""

    regex = r"[A-Za-z0-9_\-]{16,120}"
    to_python = Form.to_python
    to_url = Form.to_url


register_converter(Form, "georeport_form")
register_converter(Token, "georeport_token")

urlpatterns = [
    path("open311/v2/discovery.<georeport_form:form>", views.discovery, name="discovery"),
    path("open311/v2/services.<georeport_form:form>", views.services, name="services"),
    path("open311/v2/services/<slug:code>.<georeport_form:form>", views.definition, name="definition"),
    path("open311/v2/requests.<georeport_form:form>", views.requests, name="requests"),
    path("open311/v2/requests/<slug:number>.<georeport_form:form>", views.request_, name="request"),
    path("open311/v2/tokens/<georeport_token:token>.<georeport_form:form>", views.token, name="token"),
]
