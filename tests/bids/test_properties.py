"""Policy and queryset say the same; the life of an opening holds however it is walked; roots and paths of any length."""

import random
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.public import PrivateKey

from portal.core.errors import DomainError, WrongState
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.roles import Role
from procurement.bids import actions, own, policies
from procurement.bids.lifecycle import OPENING, STATES, TONES
from procurement.bids.models import Opening, Submission
from procurement.bids.reading import clean_fields, list_of_files
from procurement.tenders.actions import LotDraft
from tests import factories
from tests.bids.objects import bid, closed, opened, receiving, three
from tests.factories import moment
from tests.tenders.objects import bidder

LOTS = [LotDraft(name="一标段", budget_fen=100_000_000, control_price_fen=98_000_000, bond_fen=0)]


@pytest.mark.django_db
def test_policy_and_queryset_see_the_same_submissions():
    officers = three()
    sealed, done = receiving(officers, lots=LOTS), receiving(officers, lots=LOTS)
    pair = [bidder() for _n in range(3)]
    for who in pair:
        bid(sealed, who)
        bid(done, who)
    closed(done)
    opened(done, (officers[0], officers[1]))
    people = [agent.user for _profile, agent in pair[:2]]
    people += [factories.citizen(), officers[0].actor.user]
    people += [factories.staff(role) for role in (Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR, Role.CLERK)]
    rows = list(Submission.objects.select_related("bidder", "book__lot__project__opening"))
    for person in people:
        seen = set(Submission.objects.visible_to(person).values_list("pk", flat=True))
        assert seen == {one.pk for one in rows if policies.may_see_submission(person, one)}
    assert Submission.objects.visible_to(officers[0].actor.user).count() == 3  # nothing of the sealed tender


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(6))
def test_a_random_walk_meets_only_the_steps_of_the_table(seed):
    """Every action at every moment: what the table does not know is refused, and what ended stays ended."""
    chance = random.Random(seed)
    officers = three()
    key = PrivateKey.generate() if seed > 3 else None  # the last ones with the bidder's own layer
    project = receiving(officers, lots=LOTS, own_layer=key is not None)
    sent = [bid(project, own=key) for _n in range(chance.choice((1, 3)))]
    if chance.random() < 0.8:
        closed(project)
    tries = [
        lambda: actions.lapse(officers[0].actor, project.pk),
        lambda: actions.finish(officers[0].actor, project.pk),
        lambda: actions.issue_record(officers[0].actor, project.pk),
        lambda: opened(project, (officers[0], officers[1])),
        lambda: actions.follow(project.pk),
        actions.settle_due,
    ]
    if key:
        tries += [
            lambda: actions.conclude(officers[0].actor, project.pk),
            lambda: own.carry_on(project.pk),
            lambda: actions.give_own_key(actor_of(sent[0].sent_by, Role.AGENT), sent[0].pk, bytes(32)),
        ]
    edges = {
        (source, one.target or source) for one in OPENING.transitions.values() for source in one.sources
    }  # fmt: skip
    with driven_clock(moment("2026-12-14 10:30")):
        for _turn in range(12):
            before = Opening.objects.get().state
            with suppress(DomainError):  # refused by a sentence; anything else is a crash and fails the test
                chance.choice(tries)()
            after = Opening.objects.get().state
            path = {before, after}
            assert before == after or (before, after) in edges or path <= {"closed", "opening", "decrypting", "opened"}
            if OPENING.states[before].ended:
                assert after == before


def test_every_state_has_a_tone_and_no_button_leaves_an_ended_one():
    assert set(TONES) == {state.code for state in STATES}
    ended = {state.code for state in STATES if state.ended}
    assert not any(one.sources & ended for one in OPENING.transitions.values())


@pytest.mark.django_db
def test_a_step_of_a_wrong_state_is_refused():
    project = receiving(officers := three(), lots=LOTS)
    with driven_clock(moment("2026-12-01 10:00")), pytest.raises(WrongState):
        actions.lapse(officers[0].actor, project.pk)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(["price_fen", "period_days", "quality", "leader", "files", "x"]), JUNK))
def test_whatever_a_bidder_writes_into_the_opening_fields_what_is_read_out_has_its_form(given_fields):
    told = clean_fields(given_fields)
    assert set(told) == {"price_fen", "period_days", "quality", "leader"}
    assert told["price_fen"] is None or (type(told["price_fen"]) is int and 0 < told["price_fen"] < 10**16)
    assert told["period_days"] is None or 0 < told["period_days"] < 100_000
    assert len(told["quality"]) <= 200
    assert len(told["leader"]) <= 100
    listed = list_of_files(given_fields)
    assert listed is None or all(size > 0 for _name, size in listed)
