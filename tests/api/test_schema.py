"""The schema: pinned, complete, and kept by what the addresses really answer, whatever somebody sends."""

import copy
import json
from contextlib import contextmanager
from functools import lru_cache

import pytest
import schemathesis
import yaml
from django.core import signals
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from portal.api.management.commands.openapi import FILE, as_text
from portal.api.promise import breaks
from portal.api.urls_v1 import urlpatterns
from portal.api.views.docs import schema
from portal.wsgi import application
from tests import factories
from tests.api.objects import api, system, token
from tests.api.test_cases import CASES, filing, post

OPEN = "/api/v1/open/"  # open data: nobody has to say who they are
EXAMPLES = 4  # of each operation: about 150 requests, good ones and bad ones


@pytest.mark.once
def test_the_committed_schema_is_the_present_one_and_nothing_of_it_was_broken():
    old, new = yaml.safe_load(FILE.read_text(encoding="utf-8")), yaml.safe_load(as_text())
    assert breaks(old, new) == []
    assert old == new, "run `manage.py openapi --write`"


@pytest.mark.once
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda new: new["paths"].pop("/api/v1/cases"), "GET /api/v1/cases is gone"),
        (lambda new: new["paths"]["/api/v1/cases"]["get"]["parameters"].pop(), "the parameter"),
        (lambda new: new["components"]["schemas"]["Case"]["properties"].pop("number"), "Case.number is gone"),
        (
            lambda new: new["components"]["schemas"]["FilingInputRequest"]["required"].append("channel"),
            "FilingInputRequest.channel is newly required",
        ),
        (lambda new: new["paths"]["/api/v1/cases"]["get"].update({"x-scope": "cases:write"}), "another scope"),
    ],
)
def test_a_breaking_change_is_named(change, sentence):
    old = yaml.safe_load(as_text())
    new = copy.deepcopy(old)
    change(new)
    assert any(sentence in one for one in breaks(old, new))


@pytest.mark.once
def test_every_address_of_version_1_stands_in_the_schema_with_scope_and_refusals():
    paths = schema()["paths"]
    assert len(paths) >= len(urlpatterns)
    for path, methods in paths.items():
        for method, operation in methods.items():
            assert operation["summary"], (path, method)
            if path.startswith(OPEN):
                assert "429" in operation["responses"], (path, method)
                assert not {"security", "x-scope"} & set(operation), (path, method)
                continue
            assert {"401", "403", "429"} <= set(operation["responses"]), (path, method)
            assert operation.get("x-scope") or path == "/api/v1/me", (path, method)
            assert operation["security"] == [{"token": []}]


@pytest.mark.django_db
def test_the_schema_and_its_page_are_open_and_served_from_here(client):
    answer = client.get("/api/v1/schema")
    assert answer["Content-Type"] == "application/vnd.oai.openapi+json"
    assert json.loads(answer.content)["openapi"] == "3.1.0"
    page = client.get("/api/docs/").content.decode()
    assert "swagger-ui-bundle" in page
    assert "//" not in page.replace("http://127.0.0.1", "").split("<script")[1].split("</script>")[0]


# --- whatever somebody sends ------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def loaded():
    return schemathesis.openapi.from_wsgi("/api/v1/schema", application)


@contextmanager
def one_connection():
    """A request over WSGI ends by closing the connection, in which the test's transaction lives."""
    both = (signals.request_started, signals.request_finished)
    for signal in both:
        signal.disconnect(close_old_connections)
    yield
    for signal in both:
        signal.connect(close_old_connections)


@pytest.fixture
def world(db):
    """A case, a draft and a webhook, so that numbers that are guessed meet something; and a token for everything."""
    factories.item("SCJG-900", materials=1)
    client = system(rate_per_minute=100_000)
    writer = api(client=client)
    for n in range(3):
        made = post(writer, CASES, filing(external_id=f"OA-{n}", on_paper=["m0"], submit=n != 2))
        assert made.status_code == 201, made.content
    writer.post("/api/v1/webhooks", {"url": "https://example.org/", "events": ["case.accept"]}, format="json")
    text = token(client)[1]
    with one_connection():  # Django's own test client has connected the receivers again
        yield text


def _operations():
    return [(path, method) for path, methods in sorted(schema()["paths"].items()) for method in sorted(methods)]


@pytest.mark.once
@pytest.mark.slow
@pytest.mark.parametrize(("path", "method"), _operations(), ids=lambda one: str(one))
def test_no_request_is_answered_with_a_server_error_and_every_answer_keeps_the_schema(world, path, method):
    operation = loaded()[path][method.upper()]

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @_given(operation)
    def send(case):
        response = case.call(headers={"Authorization": f"Bearer {world}", "Accept-Language": "en"})
        assert response.status_code < 500, response.text
        case.validate_response(
            response, checks=[status_code_conformance, content_type_conformance, response_schema_conformance]
        )

    send()


def _given(operation):
    from hypothesis import given
    from hypothesis import strategies as st

    return given(
        st.one_of(
            operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
            operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
        )
    )
