"""A file that has arrived is not asked for again, and its mark opens it for nobody else and for nothing else."""

import pytest
from django.core import signing
from django.test import RequestFactory

from portal.core import files
from procurement import uploads
from tests.tenders.objects import firm, picture

pytestmark = pytest.mark.django_db
KIND, OTHER = "bidders.licence", "awards.paper"


def sent(*marks: str, **new):
    return RequestFactory().post("/", {"kept": list(marks), **new})


def test_a_mark_brings_back_ones_own_file_of_its_kind_until_it_is_part_of_a_record():
    (_mine, agent), (_other, stranger) = firm(), firm()
    first = files.store(picture("first.png"), owner=agent, kind=KIND)
    ((mark, _file),) = uploads.marks([first])
    held = uploads.held(sent(mark, "nonsense", file=picture("second.png")), agent, "file", KIND)
    assert [one.name for one in held] == ["first.png", "second.png"]
    assert uploads.kept(sent(mark), stranger, KIND) == []
    assert uploads.kept(sent(mark), agent, OTHER) == []
    assert uploads.kept(sent(signing.dumps(first.pk, salt="another form")), agent, KIND) == []
    type(first).objects.filter(pk=first.pk).update(stream="bidders.bidder", stream_id=1)
    assert uploads.kept(sent(mark), agent, KIND) == []


def test_no_more_files_are_taken_than_a_form_may_bring():
    _firm, agent = firm()
    kept = [files.store(picture(f"{n}.png"), owner=agent, kind=KIND) for n in range(uploads.MOST - 1)]
    request = sent(*(mark for mark, _file in uploads.marks(kept)), file=[picture("a.png"), picture("b.png")])
    assert [one.name for one in uploads.held(request, agent, "file", KIND)][-1] == "a.png"
    assert len(uploads.held(request, agent, "file", KIND)) == uploads.MOST
