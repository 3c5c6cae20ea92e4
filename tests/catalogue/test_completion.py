"""Imported drafts are completed in bulk: in a table on the page, and by an Excel file that comes back."""

import io
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from approvals.catalogue import editing
from approvals.catalogue.models import Item, ItemVersion
from portal.core.errors import NotAllowed
from portal.core.exchange import actions as exchange
from portal.core.jobs import run_due_jobs
from portal.core.models import ImportJob
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db


def url(name: str, *args: Any) -> str:
    return reverse(f"catalogue:{name}", args=args)


def imported(count: int) -> list[ItemVersion]:
    dept = factories.department()
    made = []
    for n in range(count):
        item = Item.objects.create(code=f"IMP-{n:03d}", name=f"导入事项{n}", department=dept, source="old")
        made.append(ItemVersion.objects.create(item=item, number=1))
    return made


def row(version: ItemVersion, was: str, **figures: str) -> dict[str, str]:
    cells = {"kind": "promise", "legal_days": "", "promised_days": "", "fee_fen": "", "visits": "", **figures}
    return {f"v{version.pk}-{name}": value for name, value in {**cells, "was": was}.items()}


def test_good_rows_are_saved_and_bad_ones_stay_as_typed(head):
    first, second, third = imported(3)
    was = "promise|||||"
    data: dict[str, Any] = {"row": [v.item_id for v in (first, second, third)]}
    data |= row(first, was, legal_days="20", promised_days="5", fee_fen="0", visits="1", online="on")
    data |= row(second, was, legal_days="5", promised_days="九天")
    data |= row(third, was)
    answer = head.post(url("admin-bulk"), data)
    assert answer.status_code == 422 and "九天" in answer.content.decode()
    first.refresh_from_db()
    assert (first.legal_days, first.promised_days, first.fee_fen, first.visits, first.online) == (20, 5, 0, 1, True)
    assert ItemVersion.objects.get(pk=second.pk).legal_days is None
    assert first.created_by == head.user and ItemVersion.objects.get(pk=third.pk).created_by is None
    data = {"row": [second.item_id]} | row(second, was, legal_days="5", promised_days="9")
    assert "promised_days" in head.post(url("admin-bulk"), data).context["bad"][0].errors


def test_a_row_that_somebody_else_changed_is_not_overwritten(head, author):
    version = imported(1)[0]
    editing.edit_columns(author, version.pk, {"promised_days": 3})
    data = {"row": [version.item_id]} | row(version, "promise|||||", promised_days="9")
    assert head.post(url("admin-bulk"), data).status_code == 422
    assert ItemVersion.objects.get(pk=version.pk).promised_days == 3


def test_the_table_has_fifty_rows_a_page_in_a_fixed_number_of_queries(head, django_assert_max_num_queries):
    imported(60)
    with django_assert_max_num_queries(12):
        answer = head.get(url("admin-bulk"))
    assert len(answer.context["rows"]) == 50
    assert len(head.get(url("admin-bulk"), {"cursor": answer.context["next"]}).context["rows"]) == 10


def test_excel_goes_out_and_comes_back_through_the_same_rules(cast):
    client = cast.client("administrator")
    first, second, _third = imported(3)
    Item.objects.filter(pk=first.item_id).update(name="=1+1")
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(url("admin-bulk-export")).content))
    page = sheet.active
    assert [page.cell(2, 1).value, page.cell(2, 2).value] == ["IMP-000", "=1+1"]
    assert page.cell(2, 2).data_type == "s" or page.cell(2, 2).value == "=1+1"
    for line, cells in ((2, ("承诺件", 20, 5, "12.5", 1, "是")), (3, ("promise", 5, 9, 0, 0, "no"))):
        for column, cell in enumerate(cells, start=5):
            page.cell(line, column).value = cell
    out = io.BytesIO()
    sheet.save(out)
    upload = SimpleUploadedFile("drafts.xlsx", out.getvalue())
    answer = client.post(url("admin-bulk-upload"), {"file": upload})
    assert answer.status_code == 302, answer.content.decode()
    job = ImportJob.objects.get()
    shown = client.get(answer["Location"])
    assert shown.status_code == 200 and len(shown.context["preview"].rejected) == 1
    assert ItemVersion.objects.get(pk=first.pk).promised_days is None  # nothing before it is started
    exchange.start(actor_of(cast.person("administrator"), Role.ADMINISTRATOR), job.pk)
    run_due_jobs(50)
    first.refresh_from_db()
    assert (first.kind, first.legal_days, first.promised_days, first.fee_fen, first.visits) == (
        "promise",
        20,
        5,
        1250,
        1,
    )
    assert first.online and ItemVersion.objects.get(pk=second.pk).promised_days is None
    counts = ImportJob.objects.get().counts()
    assert (counts["created"], counts["updated"], counts["rejected"]) == (0, 2, 1)
    assert job.rejects.get().line == 3


def test_a_file_that_is_no_workbook_is_refused_in_words(cast):
    upload = SimpleUploadedFile("a.xlsx", b"PK\x03\x04 broken")
    answer = cast.client("administrator").post(url("admin-bulk-upload"), {"file": upload})
    assert answer.status_code == 422 and "file" in answer.context["form"].errors


def test_only_those_who_may_write_the_item_complete_it(cast):
    from approvals.catalogue import completion

    version = imported(1)[0]
    clerk = actor_of(cast.person("clerk"), Role.CLERK)
    with pytest.raises(NotAllowed):
        completion.complete(clerk, version.pk, {"promised_days": 1})
