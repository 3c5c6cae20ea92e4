"""Sign-in through a national identity provider: a real exchange with a provider on this machine."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from django.urls import reverse

from portal.core.time import now
from portal.people.models import Citizen
from tests import factories

pytestmark = pytest.mark.django_db
CLIENT, SECRET = "portal", "a secret of the provider that is long enough for HS256"


class Provider(BaseHTTPRequestHandler):
    """Gives the token and the claims that the test has put into its server."""

    def do_POST(self):
        self.server.asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        token = jwt.encode(self.server.token, SECRET, algorithm="HS256")
        self._answer({"access_token": "t", "id_token": token})

    def do_GET(self):
        self._answer(self.server.claims)

    def _answer(self, body):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_args):
        """Quiet."""


@pytest.fixture
def provider(settings):
    server = HTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    settings.OIDC_RP_CLIENT_ID, settings.OIDC_RP_CLIENT_SECRET = CLIENT, SECRET
    settings.OIDC_RP_SIGN_ALGO, settings.OIDC_OP_ISSUER = "HS256", url
    settings.OIDC_OP_AUTHORIZATION_ENDPOINT = f"{url}/authorize"
    settings.OIDC_OP_TOKEN_ENDPOINT, settings.OIDC_OP_USER_ENDPOINT = f"{url}/token", f"{url}/userinfo"
    server.url = url
    yield server
    server.shutdown()
    server.server_close()


def come_back(client, provider, *, claims=None, **token):
    """Go to the provider and come back with its code."""
    to = urlsplit(client.get(reverse("people:national-sign-in"))["Location"])
    asked = {name: values[0] for name, values in parse_qs(to.query).items()}
    provider.token = {"iss": provider.url, "sub": "s-1", "aud": CLIENT, "nonce": asked["nonce"], **token}
    provider.claims = {"sub": "s-1", "name": "王小明", "id_number": factories.resident_number(7), **(claims or {})}
    return client.get(reverse("people:national-callback"), {"code": "c", "state": asked["state"]})


def signed_in(client):
    return client.session.get("_auth_user_id")


def test_a_verified_subject_gets_an_account_once(client, provider):
    assert come_back(client, provider).status_code == 302
    citizen = Citizen.objects.get()
    assert citizen.verified_at is not None and citizen.user.name == "王小明" and "s-1" not in citizen.subject_blind
    assert provider.asked["code_verifier"]  # PKCE
    client.logout()
    come_back(client, provider)
    assert signed_in(client) == str(Citizen.objects.get().user_id)


def test_the_verified_citizen_of_this_number_is_the_same_person(client, provider):
    known = factories.citizen()
    Citizen.objects.update(resident_number="", resident_blind="")
    citizen = Citizen.objects.get(user=known)
    citizen.resident_number, citizen.verified_at = factories.resident_number(7), now()
    citizen.save()
    come_back(client, provider)
    assert signed_in(client) == str(known.pk)


def test_a_number_that_somebody_only_typed_proves_nothing(client, provider):
    typed = factories.citizen()
    citizen = Citizen.objects.get(user=typed)
    citizen.resident_number = factories.resident_number(7)
    citizen.save()
    come_back(client, provider)
    assert signed_in(client) not in (None, str(typed.pk))


@pytest.mark.parametrize(
    "wrong",
    [{"aud": "another"}, {"iss": "https://evil.example"}, {"nonce": "x"}, {"exp": 1}, {"claims": {"sub": "s-2"}}],
)
def test_a_wrong_answer_signs_nobody_in(client, provider, wrong):
    assert come_back(client, provider, **wrong)["Location"] == reverse("people:sign-in")
    assert signed_in(client) is None and not Citizen.objects.exists()


def test_a_state_is_taken_once(client, provider):
    come_back(client, provider)
    client.logout()
    again = client.get(reverse("people:national-callback"), {"code": "c", "state": "made-up"})
    assert again["Location"] == reverse("people:sign-in") and signed_in(client) is None


def test_without_a_provider_there_is_no_such_page_and_no_button(client):
    assert client.get(reverse("people:national-sign-in")).status_code == 404
    assert reverse("people:national-sign-in") not in client.get(reverse("people:sign-in")).content.decode()
