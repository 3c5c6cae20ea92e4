"""Issuing: which step makes which paper, numbers without gaps, one paper for each key, and what ends one."""

import random

import pytest
from django.db import IntegrityError, transaction

from approvals.cases import actions
from approvals.cases.models import Case
from approvals.cases.papers import Handed, proof_of_return, receipt_of_materials
from approvals.cases.papers.facts import letters_of
from approvals.cases.papers.kinds import GRANTS, REFUSALS
from approvals.cases.papers.letters import LETTERS
from approvals.cases.papers.naming import PAPER_OF_STEP
from approvals.catalogue.models import Item
from portal.core import documents
from portal.core.actors import Actor
from portal.core.documents.lifecycle import DOCUMENT
from portal.core.documents.numbering import Series, normalise_document_number
from portal.core.errors import WrongState
from portal.core.events import events_of
from portal.core.models import Document, Job
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from tests import factories
from tests.documents.objects import FRIDAY, every_paper, filed, paper, permit, second_eyes, step

pytestmark = pytest.mark.django_db
FORMS_OF_A_PAPER = {"in_force", "superseded", "withdrawn", "revoked"}


def kinds_of(case: Case) -> list[str]:
    rows = Document.objects.filter(stream="cases.case", stream_id=case.pk).order_by("pk")
    return [row.kind.removeprefix("cases.") for row in rows]


def test_every_step_that_tells_something_issues_its_paper(people):
    made = every_paper(people)
    assert set(made) == set(LETTERS)
    for kind, document in made.items():
        assert document.kind == f"cases.{kind}"
        assert document.holds and document.holder.startswith("张三")


def test_a_case_collects_its_papers_from_filing_to_delivery(people):
    with driven_clock(factories.moment(FRIDAY)):
        case = filed(permit(people.department))
        case = step(people.clerk, case, "accept")
        case = step(people.clerk, case, "approve", text="")
        case = step(people.clerk, case, "issue", document_number="HZ-1")
        case = step(people.clerk, case, "deliver", way="post", proof="EMS 1234")
    assert kinds_of(case) == ["receipt", "acceptance", "decision", "delivery"]
    delivered = paper(case, "delivery").data
    assert paper(case, "decision").number in delivered and "HZ-1" in delivered and "EMS 1234" in delivered


def test_a_document_that_was_recorded_by_mistake_is_not_on_the_record_of_delivery(people):
    case = step(people.clerk, filed(permit(people.department)), "accept")
    case = step(people.clerk, case, "approve", text="")
    case = step(people.clerk, case, "issue", document_number="HZ-WRONG")
    case = step(people.supervisor, case, "correct", reason="号码写错")
    case = step(people.clerk, case, "deliver", way="window", proof="本人")
    assert "HZ-WRONG" not in paper(case, "delivery").data


def test_the_paper_is_named_in_the_event_of_its_step(people):
    case = step(people.clerk, filed(permit(people.department)), "accept")
    told = events_of(case)[-1]
    document = paper(case, "acceptance")
    assert told.data["papers"] == [
        {"id": document.pk, "number": document.number, "title": document.title, "title_en": document.title_en}
    ]


def test_a_step_that_fails_leaves_no_paper_and_no_gap(people):
    first = filed(permit(people.department))
    other = filed(permit(people.department))
    step(people.clerk, first, "accept")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        actions.steps.take(other, "accept", people.clerk, state_version=other.state_version)
        raise ZeroDivisionError
    other.refresh_from_db()
    step(people.clerk, other, "accept")
    numbers = [paper(one, "acceptance").number for one in (first, other)]
    assert [number.rpartition("〕")[2] for number in numbers] == ["1号", "2号"]
    assert Document.objects.filter(kind="cases.acceptance").count() == 2


def test_numbers_are_a_series_of_authority_kind_and_year(people):
    people.department.short_name = "市住建局"
    people.department.save()
    with driven_clock(factories.moment("2026-12-30 10:00")):
        case = step(people.clerk, filed(permit(people.department)), "accept")
        assert paper(case, "acceptance").number == "海住建受〔2026〕1号"
    with driven_clock(factories.moment("2027-01-04 10:00")):
        case = step(people.clerk, filed(permit(people.department)), "accept")
        assert paper(case, "acceptance").number == "海住建受〔2027〕1号"


@pytest.mark.parametrize(
    "short,letters",
    [
        ("市住建局", "海住建"),
        ("市市场监管局", "海市场监管"),
        ("市卫健委", "海卫健"),
        ("滨海街道", "海滨海"),
        ("局", "海局"),
    ],
)
def test_the_letters_of_an_authority(short, letters):
    assert letters_of(factories.department(code="X1", short_name=short)) == letters


@pytest.mark.parametrize(
    "typed",
    [
        "海住建受〔2026〕12号",
        "海住建受(2026)12",
        " 海住建受[2026] 012 号 ",
        "海住建受【２０２６】１２号",
        "海住建受〔2026〕第12号",
    ],
)
def test_a_typed_number_is_found_as_printed(typed):
    assert normalise_document_number(typed) == "海住建受〔2026〕12号"


def test_two_authorities_with_the_same_letters_never_share_a_number(people):
    other = factories.department(code="OTHER", short_name=people.department.short_name)
    cases = [filed(permit(dept)) for dept in (people.department, other)]
    assert len({paper(case, "receipt").number for case in cases}) == 2


def test_the_same_key_gives_the_same_paper(people):
    case = filed(permit(people.department))
    with transaction.atomic():
        again = receipt_of_materials(case, people.clerk)
    assert again == paper(case, "receipt")
    assert kinds_of(case) == ["receipt"]


def test_the_database_refuses_a_second_paper_of_a_key_and_of_a_number(people):
    case = filed(permit(people.department))
    document = paper(case, "receipt")
    for column in ("key", "number"):
        twin = Document.objects.get(pk=document.pk)
        twin.pk, twin.row_key = None, document.row_key
        setattr(twin, {"key": "number", "number": "key"}[column], "another")
        with pytest.raises(IntegrityError), transaction.atomic():
            twin.save(force_insert=True)


def test_a_paper_is_issued_in_a_transaction_only(people, transactional_db):
    case = factories.submitted()
    with pytest.raises(RuntimeError):
        documents.issue(
            case,
            documents.Paper("x", Series("海", "试"), documents.Authority("局"), documents.Addressee("人"), letters={}),
        )


def test_a_receipt_written_at_the_window_takes_the_place_of_the_first(people):
    case = filed(permit(people.department))
    first = paper(case, "receipt")
    with transaction.atomic():
        second = receipt_of_materials(case, people.clerk, [Handed("营业执照", form="copy", copies=3)])
    first.refresh_from_db()
    assert (first.state, first.superseded_by) == ("superseded", second)
    assert second.holds and first.state_on is not None


def test_a_supplement_has_a_receipt_of_its_own(people):
    person = factories.citizen()
    case = filed(permit(people.department), person)
    case = step(people.clerk, case, "ask_supplement", text="补", missing=[], limit_days=5)
    case = step(actor_of(person), case, "resubmit")
    assert kinds_of(case) == ["receipt", "supplement", "receipt"]


def test_a_correction_withdraws_the_paper_of_the_undone_step(people):
    case = step(people.clerk, filed(permit(people.department)), "accept")
    document = paper(case, "acceptance")
    case = step(people.supervisor, case, "correct", reason="点错了案件")
    document.refresh_from_db()
    assert (document.state, document.state_reason) == ("withdrawn", "点错了案件")
    assert events_of(document)[-1].event.type == "document.withdraw"
    assert events_of(case)[-1].data["papers_withdrawn"][0]["number"] == document.number
    case = step(people.clerk, case, "accept")
    later = paper(case, "acceptance")
    assert later.holds and later != document
    assert paper(case, "receipt").holds  # other papers of the case are not touched


def test_papers_of_imported_cases_are_not_ours(people):
    case = filed(permit(people.department))
    Case.objects.filter(pk=case.pk).update(imported=True)
    case.refresh_from_db()
    for call in (lambda: receipt_of_materials(case, people.clerk), lambda: proof_of_return(case, people.clerk, [])):
        with pytest.raises(WrongState), transaction.atomic():
            call()


def test_each_type_of_item_words_its_decision(people):
    for code, (title, _english, word) in GRANTS.items():
        item = permit(people.department)
        Item.objects.filter(pk=item.pk).update(type=code)
        case = step(people.clerk, filed(item), "accept")
        case = step(people.clerk, case, "approve", text="同意")
        document = paper(case, "decision")
        assert document.title == title and f"{word}〔" in document.number
        assert ("行政许可法" in document.data) == (code == "permit")


def test_each_type_of_item_words_its_refusal_with_remedies(people):
    for code, (title, _english, _word) in REFUSALS.items():
        item = permit(people.department)
        Item.objects.filter(pk=item.pk).update(type=code)
        case = step(people.clerk, filed(item), "accept")
        case = second_eyes(case, people.clerk, "refuse", people.head, grounds="理由甲")
        document = paper(case, "refusal")
        assert document.title == title
        for words in ("理由甲", "六十日", "六个月", "行政复议法", "行政诉讼法", "人民政府", "人民法院"):
            assert words in document.data


def test_who_is_filed_for_is_the_addressee_and_the_agent_is_named(people):
    from approvals.cases.models import CasePrincipal

    person = factories.citizen()
    case = filed(permit(people.department), person)
    CasePrincipal.objects.create(case=case, name="王老太", resident_number="x", phone="1", relation="spouse")
    case = step(people.clerk, case, "accept")
    document = paper(case, "acceptance")
    assert document.holder == "王老太"
    assert person.name in document.data and "经办人" in document.data


def test_what_a_paper_says_is_sealed_in_the_database(people):
    from django.db import connection

    case = filed(permit(people.department))
    with connection.cursor() as cursor:
        cursor.execute("SELECT holder, data FROM core_document WHERE stream_id = %s", [case.pk])
        for value in cursor.fetchone():
            assert case.applicant_name not in value and "材料" not in value


def test_inside_made_on_request_no_job_is_written(people):
    before = Job.objects.filter(name="core.make_document").count()
    with documents.made_on_request():
        case = filed(permit(people.department))
    assert paper(case, "receipt").making == "on_request"
    assert Job.objects.filter(name="core.make_document").count() == before


def test_every_named_step_exists():
    from approvals.cases.lifecycle import CASE

    assert set(PAPER_OF_STEP) <= CASE.transitions.keys()
    assert set(PAPER_OF_STEP.values()) <= LETTERS.keys()


def test_a_paper_walks_its_life_cycle_at_random_and_ends_once(people):
    chance = random.Random(7)
    case = filed(permit(people.department))
    steps = {"supersede": documents.supersede, "withdraw": documents.withdraw, "revoke": documents.revoke}
    assert set(steps) == DOCUMENT.transitions.keys() and set(DOCUMENT.states) == FORMS_OF_A_PAPER
    for _round in range(12):
        with transaction.atomic():
            one = receipt_of_materials(case, people.clerk, [Handed("甲")])
            for _try in range(3):
                code = chance.choice(list(steps))
                ended = not one.holds
                try:
                    if code == "supersede":
                        documents.supersede(one, paper(case, "receipt"), Actor.system("test"))
                    else:
                        steps[code](one, Actor.system("test"))
                except WrongState:
                    assert ended
                    continue
                assert not ended
                assert one.state == DOCUMENT.transitions[code].target and one.state_on is not None
            one.refresh_from_db()
            assert one.state in FORMS_OF_A_PAPER
