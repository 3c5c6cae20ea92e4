"""Numbers that people read out: never twice, and a typing error is found."""

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable
from itertools import pairwise

import pytest
from django.db import connection, transaction

from portal.core import numbers
from portal.core.actions import action
from portal.core.models import NumberCounter

DAY = dt.date(2026, 11, 21)


@pytest.mark.django_db
def test_numbers_count_up_for_each_prefix_department_and_day() -> None:
    def serial(prefix: str, department_code: str, day: dt.date) -> int:
        number = numbers.next_number(prefix, department_code, day)
        assert number.startswith(f"{prefix}-{day:%Y%m%d}-{department_code}-")
        assert numbers.check_number(number)
        return int(number.split("-")[3])

    first = serial("SP", "SCJG", DAY)
    assert 1 <= first <= 3  # a serial whose check character would be I or O is passed over
    second = serial("SP", "SCJG", DAY)
    assert first < second <= first + 3
    assert serial("SP", "GAJ", DAY) <= 3
    assert serial("GD", "SCJG", DAY) <= 3
    assert serial("SP", "SCJG", dt.date(2026, 11, 22)) <= 3


@pytest.mark.django_db
def test_a_number_never_ends_in_a_letter_that_is_read_as_a_digit() -> None:
    given = [numbers.next_number("SP", "SCJG", DAY) for _ in range(200)]
    assert not {number[-1] for number in given} & {"I", "O"}
    assert len(set(given)) == 200
    assert NumberCounter.objects.get().last > 200  # some serials were passed over


@pytest.mark.django_db(transaction=True)
def test_a_number_is_taken_inside_a_transaction_only() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        numbers.next_number("SP", "SCJG", DAY)


def test_every_single_typing_error_and_every_swap_of_neighbours_is_found() -> None:
    good = numbers.compose("SP", "SCJG", DAY, 123)
    assert numbers.check_number(good)
    characters = [place for place, character in enumerate(good) if character != "-"]
    for place in characters[:-1]:
        for other in numbers.ALPHABET:
            typed = good[:place] + other + good[place + 1 :]
            assert numbers.check_number(typed) == (other == good[place]), typed
    missed = 0
    for a, b in pairwise(characters):
        swapped = list(good)
        swapped[a], swapped[b] = swapped[b], swapped[a]
        missed += "".join(swapped) != good and numbers.check_number("".join(swapped))
    assert missed == 0


def test_a_number_is_recognised_however_it_was_typed() -> None:
    good = numbers.compose("SP", "SCJG", DAY, 123)
    assert numbers.check_number(f"  {good.lower()} ")
    assert numbers.check_number(good.replace("-", "—").replace("SP", "ＳＰ"))
    assert not numbers.check_number("")
    assert not numbers.check_number("SP-20261121-SCJG-000123")
    assert numbers.normalise_number("sp 20261121 scjg 000123 x") == "SP-20261121-SCJG-000123-X"


def test_the_check_character_is_iso_7064_mod_37_36() -> None:
    assert numbers.check_character("A12425GABC1234002") == "M"  # the worked example of the Global Release Identifier


def test_a_query_code_is_unguessable_and_has_no_ambiguous_letter() -> None:
    codes = {numbers.query_code() for _ in range(2000)}
    assert len(codes) == 2000
    assert {len(code) for code in codes} == {8}
    assert not set("".join(codes)) & set("0O1IL2Z5S8BQDUV")
    assert numbers.normalise_query_code(" 34ac-efgh ") == "34ACEFGH"


THREADS, EACH = 8, 200


@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_eight_counters_at_once_never_give_a_number_twice() -> None:
    given, failures = race(numbers.next_number)
    assert not failures
    assert len(given) == THREADS * EACH
    assert max(Counter(given).values()) == 1


@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_race_would_show_a_counter_that_reads_before_it_writes() -> None:
    given, _failures = race(read_then_write)
    assert max(Counter(given).values()) > 1


def read_then_write(prefix: str, department_code: str, day: dt.date) -> str:
    row, _made = NumberCounter.objects.get_or_create(prefix=prefix, department_code=department_code, day=day)
    row.last += 1
    row.save()
    return numbers.compose(prefix, department_code, day, row.last)


def race(take: Callable[[str, str, dt.date], str]) -> tuple[list[str], list[Exception]]:
    given: list[str] = []
    failures: list[Exception] = []
    start = threading.Barrier(THREADS)
    one = action(take)

    def work() -> None:
        start.wait()
        try:
            for _ in range(EACH):
                given.append(one("SP", "SCJG", DAY))
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return given, failures


@pytest.mark.django_db(transaction=True)
def test_a_number_of_a_transaction_that_failed_is_given_again() -> None:
    class Stop(Exception):
        pass

    given = []
    with pytest.raises(Stop), transaction.atomic():
        given.append(numbers.next_number("SP", "SCJG", DAY))
        raise Stop
    with transaction.atomic():
        given.append(numbers.next_number("SP", "SCJG", DAY))
    assert given[0] == given[1]
