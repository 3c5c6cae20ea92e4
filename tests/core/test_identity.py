"""Identity numbers, firm codes, telephones and names: living people pass, typing errors do not."""

import datetime as dt

import pytest

from portal.core import identity
from portal.core.errors import Invalid
from portal.core.time import driven_clock


def a_number(first17: str) -> str:
    """A resident number with the check character worked out the other way: as a remainder of powers of two."""
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(first17))
    rest = (1 - total) % 11
    return first17 + ("X" if rest == 10 else str(rest))


GOOD = a_number("11010519491231002")


def refused(number: str) -> str:
    with pytest.raises(Invalid) as error:
        identity.check_resident_number(number)
    assert error.value.message
    return error.value.code


def test_the_worked_example_of_the_standard_passes() -> None:
    assert GOOD == "11010519491231002X"
    told = identity.check_resident_number("11010519491231002x")
    assert (told.number, told.birth, told.sex, told.division) == (GOOD, dt.date(1949, 12, 31), "female", "110105")


def test_a_child_born_today_in_a_district_founded_yesterday_passes() -> None:
    with driven_clock(dt.datetime(2026, 11, 21, 8, tzinfo=dt.UTC)):
        told = identity.check_resident_number(a_number("33019920261121001"))
    assert told.birth == dt.date(2026, 11, 21)
    assert told.sex == "male"


def test_blanks_full_width_and_dashes_are_forgiven() -> None:
    assert identity.check_resident_number(" １１０１０５ 19491231-002ｘ ").number == GOOD


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("", "resident_format"),
        ("110105491231002", "resident_format"),
        (GOOD + "1", "resident_format"),
        ("1101051949123100XX", "resident_format"),
        (a_number("00010519491231002"), "resident_division"),
        (a_number("11000019491231002"), "resident_division"),
        (a_number("11010519490231002"), "resident_birth"),
        (a_number("11010518490101002"), "resident_birth"),
        (a_number("11010520990101002"), "resident_birth"),
    ],
)
def test_an_impossible_number_is_refused_with_its_reason(number: str, code: str) -> None:
    assert refused(number) == code


def test_every_single_wrong_digit_and_every_swap_is_found() -> None:
    for place in range(17):
        for digit in "0123456789":
            if digit != GOOD[place]:
                refused(GOOD[:place] + digit + GOOD[place + 1 :])
    for place in range(16):
        if GOOD[place] != GOOD[place + 1]:
            refused(GOOD[:place] + GOOD[place + 1] + GOOD[place] + GOOD[place + 2 :])


def test_age_counts_completed_years() -> None:
    told = identity.check_resident_number(GOOD)
    assert told.age_on(dt.date(2026, 12, 30)) == 76
    assert told.age_on(dt.date(2026, 12, 31)) == 77


def test_a_firm_code_is_checked_and_normalised() -> None:
    assert identity.check_uscc(" 91110000600037341l ") == "91110000600037341L"
    for wrong, code in (
        ("91110000600037342L", "uscc_check"),
        ("9111000060003734", "uscc_format"),
        ("I" * 18, "uscc_format"),
    ):
        with pytest.raises(Invalid) as error:
            identity.check_uscc(wrong)
        assert error.value.code == code


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("13800001234", "13800001234"),
        ("+86 138-0000-1234", "13800001234"),
        ("0086 138 0000 1234", "13800001234"),
        ("8613800001234", "13800001234"),
        ("（0512）6234 5678", "051262345678"),
        ("+86 512 6234 5678", "051262345678"),
        ("+86 10 6552 9988", "01065529988"),
        ("0512-62345678转801", "051262345678-801"),
        ("0512-62345678-801", "051262345678-801"),
        ("400-820-8820", "4008208820"),
        ("12345", "12345"),
        ("+852 2345 6789", "+85223456789"),
    ],
)
def test_one_telephone_has_one_form(typed: str, number: str) -> None:
    assert identity.check_phone(typed) == number
    assert identity.normalise_phone(identity.normalise_phone(typed)) == number


@pytest.mark.parametrize("typed", ["", "1380000123", "138000012345", "23456", "12800001234", "+8613800"])
def test_what_cannot_be_called_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        identity.check_phone(typed)


def test_a_landline_takes_no_text_messages() -> None:
    with pytest.raises(Invalid) as error:
        identity.check_phone("0512-62345678", mobile=True)
    assert error.value.code == "mobile_format"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("张 三", "张三"),
        ("阿卜杜拉•买买提", "阿卜杜拉·买买提"),
        ("𠮷田", "𠮷田"),
        ("  John   Smith ", "John Smith"),
        ("O'Neill", "O'Neill"),
        ("José Ñandú", "José Ñandú"),
    ],
)
def test_real_names_pass(typed: str, name: str) -> None:
    assert identity.check_name(typed) == name


@pytest.mark.parametrize("typed", ["", "张", "张3", "张三<b>", "13800001234", "a" * 51, "张三😀"])
def test_what_is_no_name_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        identity.check_name(typed)


def test_masks_keep_no_more_than_is_needed_to_recognise() -> None:
    assert identity.mask_resident(GOOD) == "1101**********002X"
    assert identity.mask_phone("13800001234") == "138****1234"
    assert identity.mask_phone("051262345678") == "**********78"
    assert identity.mask_name("张三丰") == identity.mask_name("张三") == "张*"
    assert identity.mask_name("欧阳修") == "欧阳*"
    assert identity.mask_name("John Smith") == "J*"
    assert identity.mask_resident("123") == "***"
    assert identity.mask_name("") == ""
    assert identity.mask_address("海州市新城区人民路100号5幢") == "海州市新城区****"
