"""A room is entered only by its own paths, and nothing else about its addresses changes."""

import sys
from types import ModuleType

import pytest
from django.http import HttpResponse
from django.urls import Resolver404, URLPattern, URLResolver, include, path
from django.urls.resolvers import RegexPattern, get_resolver

from portal.core.addresses import room

pytestmark = pytest.mark.once


def _here(request, **_kwargs):
    return HttpResponse()


def _resolver(monkeypatch, *patterns: URLPattern | URLResolver) -> URLResolver:
    module = ModuleType("some_room_urls")
    module.app_name, module.urlpatterns = "some", list(patterns)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return URLResolver(RegexPattern(r"^/"), [room(module.__name__)])


def _found(resolver: URLResolver, path: str) -> str | None:
    try:
        return resolver.resolve(path).view_name
    except Resolver404:
        return None


def test_a_path_is_found_with_its_namespace_and_arguments(monkeypatch):
    resolver = _resolver(monkeypatch, path("", _here, name="home"), path("desk/<int:pk>/", _here, name="one"))
    assert _found(resolver, "/") == "some:home"
    assert resolver.resolve("/desk/7/").kwargs == {"pk": 7}
    assert _found(resolver, "/desk/7/") == "some:one"
    assert _found(resolver, "/desk/") is None


def test_a_path_of_another_room_is_not_tried(monkeypatch):
    resolver = _resolver(monkeypatch, path("desk/<int:pk>/", _here, name="one"))
    with pytest.raises(Resolver404) as error:
        resolver.resolve("/counter/7/")
    assert error.value.args[0]["tried"] == [[resolver.url_patterns[0]]]


def test_what_begins_with_something_variable_is_always_tried(monkeypatch):
    resolver = _resolver(monkeypatch, path("<slug:word>/", _here, name="any"), path("desk/", _here, name="desk"))
    assert _found(resolver, "/counter/") == "some:any"


def test_rooms_within_a_room_count_as_its_own(monkeypatch):
    inner = ([path("queue/", _here, name="queue")], "inner")
    resolver = _resolver(monkeypatch, path("", include(inner)), path("tickets/", include(inner, namespace="other")))
    assert _found(resolver, "/queue/") == "some:inner:queue"
    assert _found(resolver, "/tickets/queue/") == "some:other:queue"
    assert _found(resolver, "/calls/queue/") is None


def test_no_room_of_the_portal_has_to_be_tried_for_every_request():
    """An address that begins with something variable would make all rooms behind it slower."""
    always = [entry.namespace for entry in get_resolver("portal.urls").url_patterns
              if isinstance(entry, URLResolver) and getattr(entry.pattern, "_first", ()) is None]  # fmt: skip
    assert always == []
