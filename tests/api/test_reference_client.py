"""The reference client against a real server: what integrators copy has to work."""

import importlib.util
import socket
import threading
import time
from pathlib import Path

import pytest
from django.conf import settings as django_settings

from approvals.cases.models import Case
from portal.api import fanout
from portal.core.jobs import run_due_jobs
from tests import factories
from tests.api.objects import system, token
from tests.api.test_cases import filing
from tests.cases.filing_objects import pdf
from tests.packages.test_sent_in import Sender
from tests.pledges.objects import Lane

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
FILE = Path(django_settings.BASE_DIR) / "docs" / "api-client" / "client.py"


@pytest.fixture(scope="module")
def reference():
    spec = importlib.util.spec_from_file_location("reference_client", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def portal(reference, live_server):
    factories.item("SCJG-900", materials=1)
    return reference.Portal(live_server.url, token(system())[1], language="en", sleep=lambda _seconds: None)


def test_it_files_reads_steps_and_follows_cursors(portal, reference):
    made = [portal.file(filing(external_id=f"OA-{n}", on_paper=["m0"])) for n in range(3)]
    assert {row["id"] for row in portal.pages("/cases", limit=2)} == {one["id"] for one in made}
    key = reference.new_key()
    again = [portal.file(filing(external_id="once", on_paper=["m0"]), key=key) for _ in range(2)]
    assert again[0] == again[1]
    taken = portal.take(made[0]["id"], "accept")
    assert taken["state"] == "accepted"
    with pytest.raises(reference.Problem) as stale:
        portal.take(made[0]["id"], "forward", etag=made[0].etag)
    assert (stale.value.status, stale.value.code) == (412, "stale")
    with pytest.raises(reference.Problem) as faulty:
        portal.file({"external_id": "x"})
    assert {one["pointer"] for one in faulty.value.errors} == {"#/item", "#/applicant"}


def test_it_uploads_and_downloads(portal):
    draft = portal.file(filing(submit=False))
    content = pdf().read()
    row = portal.upload(draft["id"], "平面图.pdf", content, material="m0")
    assert portal.download(f"/cases/{draft['id']}/materials/{row['id']}/file") == content
    assert portal.take(draft["id"], "submit")["state"] == "submitted"


def test_it_files_a_package_with_its_files(reference, live_server):
    sender = Sender()
    portal = reference.Portal(live_server.url, token(sender.system)[1], language="en", sleep=lambda _seconds: None)
    asked = portal.call("POST", "/packages/birth/guide", {"guide": {"card": "no"}})
    files = {one["key"]: [portal.leave(f"{one['name']}.pdf", pdf().read())] for one in asked["materials"]}
    body = {**sender.body(guide={"card": "no"}), "on_paper": [], "files": files}
    key = reference.new_key()
    made, again = (portal.file_package(body, key=key) for _try in range(2))
    assert made == again
    status = portal.get(f"/package-filings/{made['id']}")
    assert [part["state"] for part in status["parts"]] == ["submitted"] * 2
    first = portal.get(f"/cases/{made['parts'][0]['case']}/materials")["results"]
    assert first and all(row["file"]["mime"] == "application/pdf" for row in first)


def test_it_brings_what_was_promised(reference, live_server):
    lane = Lane()
    promise = lane.promised()
    portal = reference.Portal(
        live_server.url, token(system(dept=lane.item.department))[1], language="en", sleep=lambda _seconds: None
    )
    path, key = f"/cases/{promise.case_id}/promises", reference.new_key()
    assert [row["state"] for row in portal.get(path)["results"]] == ["promised"]
    for _try in range(2):
        portal.bring(promise.case_id, promise.pk, "体检.pdf", pdf().read(), key=key)
    assert [row["state"] for row in portal.get(path)["results"]] == ["brought"]


def test_it_sends_a_file_of_records_in_and_its_department_alone_is_taken(portal):
    lines = [
        "external_id,item_code,item_name,department_code,kind,submitted_at,channel",
        "R-1,SCJG-900,事项,SCJG,promise,2026-03-02T09:00:00+08:00,counter",
        "R-2,ZJJ-1,别人的,ZJJ,promise,2026-03-02T09:00:00+08:00,counter",
    ]
    job = portal.send_file("/imports", "cases.csv", "\n".join(lines).encode(), "text/csv", {"form": "cases"})
    run_due_jobs()
    done = portal.get(f"/imports/{job['id']}")
    assert (done["state"], done["counts"]["created"], done["counts"]["rejected"]) == ("done", 1, 1)
    assert "R-2" in portal.download(f"/imports/{job['id']}/errors").decode()
    assert Case.objects.get(external_id="R-1").imported


def test_it_checks_who_sends_a_webhook(portal, reference, settings):
    settings.DEMO = True
    fanout.forget()
    got = []
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    hook = portal.call("POST", "/webhooks", {"url": f"http://127.0.0.1:{port}/", "events": ["case.submit"]})
    secret = hook["secret"]
    server = reference.receiver(port, secret, lambda uid, message: got.append((uid, message)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        made = portal.file(filing(on_paper=["m0"]))
        run_due_jobs()
    finally:
        server.shutdown()
        server.server_close()
        fanout.forget()
    assert [message["data"]["number"] for _uid, message in got] == [made["number"]]
    headers = {"webhook-id": "a", "webhook-timestamp": str(int(time.time())), "webhook-signature": "v1,AAAA"}
    with pytest.raises(reference.BadSignature):
        reference.verify(secret, headers, b"{}")
    with pytest.raises(reference.BadSignature):
        reference.verify(secret, {**headers, "webhook-timestamp": "1"}, b"{}")
