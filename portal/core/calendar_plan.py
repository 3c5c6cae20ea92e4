"""Which days are off and which weekends are worked: the State Council's plans, and fixed rules where none exists."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from chinese_calendar import constants as published

from portal.core.workdays import DayFacts, DayKind

FIRST_YEAR, LAST_YEAR = 2000, 2060
FIRST_PUBLISHED = 2004
LAST_PUBLISHED = max(published.holidays).year

# The library's names of holidays as our codes; their words stand in `core.calendar`.
CODES = {
    "New Year's Day": "new_year",
    "Spring Festival": "spring_festival",
    "Tomb-sweeping Day": "qingming",
    "Labour Day": "labour_day",
    "Dragon Boat Festival": "dragon_boat",
    "Mid-autumn Festival": "mid_autumn",
    "National Day": "national_day",
    "Anti-Fascist 70th Day": "victory_70",
}

# First day of the first month, fifth of the fifth, fifteenth of the eighth month of the lunar year, as MMDD.
_LUNAR = {
    2000: "0205 0606 0912",
    2001: "0124 0625 1001",
    2002: "0212 0615 0921",
    2003: "0201 0604 0911",
    2004: "0122 0622 0928",
    2005: "0209 0611 0918",
    2006: "0129 0531 1006",
    2007: "0218 0619 0925",
    2008: "0207 0608 0914",
    2009: "0126 0528 1003",
    2010: "0214 0616 0922",
    2011: "0203 0606 0912",
    2012: "0123 0623 0930",
    2013: "0210 0612 0919",
    2014: "0131 0602 0908",
    2015: "0219 0620 0927",
    2016: "0208 0609 0915",
    2017: "0128 0530 1004",
    2018: "0216 0618 0924",
    2019: "0205 0607 0913",
    2020: "0125 0625 1001",
    2021: "0212 0614 0921",
    2022: "0201 0603 0910",
    2023: "0122 0622 0929",
    2024: "0210 0610 0917",
    2025: "0129 0531 1006",
    2026: "0217 0619 0925",
    2027: "0206 0609 0915",
    2028: "0126 0528 1003",
    2029: "0213 0616 0922",
    2030: "0203 0605 0912",
    2031: "0123 0624 1001",
    2032: "0211 0612 0919",
    2033: "0131 0601 0908",
    2034: "0219 0620 0927",
    2035: "0208 0610 0916",
    2036: "0128 0530 1004",
    2037: "0215 0618 0924",
    2038: "0204 0607 0913",
    2039: "0124 0527 1002",
    2040: "0212 0614 0920",
    2041: "0201 0603 0910",
    2042: "0122 0622 0928",
    2043: "0210 0611 0917",
    2044: "0130 0531 1005",
    2045: "0217 0619 0925",
    2046: "0206 0608 0915",
    2047: "0126 0529 1004",
    2048: "0214 0615 0922",
    2049: "0202 0604 0911",
    2050: "0123 0623 0930",
    2051: "0211 0613 0919",
    2052: "0201 0601 0907",
    2053: "0219 0620 0926",
    2054: "0208 0610 0916",
    2055: "0128 0530 1005",
    2056: "0215 0617 0924",
    2057: "0204 0606 0913",
    2058: "0124 0625 1002",
    2059: "0212 0614 0921",
    2060: "0202 0603 0909",
}


@dataclass(frozen=True)
class YearPlan:
    """One year of the calendar: every day, whether an official plan covers it, and where it comes from."""

    year: int
    days: tuple[DayFacts, ...]
    provisional: bool
    source: str


def plan_of(year: int) -> YearPlan:
    """The official plan as the library knows it, else the fixed rules of the year's own law, marked provisional."""
    if FIRST_PUBLISHED <= year <= LAST_PUBLISHED:
        holidays = {day: CODES.get(name, "") for day, name in published.holidays.items() if day.year == year}
        worked = {day: CODES.get(name, "") for day, name in published.workdays.items() if day.year == year}
        source = f"国务院办公厅关于{year}年部分节假日安排的通知"
        return planned(year, holidays, worked, source=source, provisional=False)
    source = (
        "全国年节及纪念日放假办法（国务院令第795号）"
        if year > LAST_PUBLISHED
        else "全国年节及纪念日放假办法（国务院令第270号）"
    )
    return planned(year, statutory_days(year), {}, source=source, provisional=True)


def planned(
    year: int, holidays: dict[dt.date, str], worked: dict[dt.date, str], *, source: str, provisional: bool
) -> YearPlan:
    """A year from its days off and its worked weekend days, both with the code of the holiday they belong to."""
    return YearPlan(year, tuple(_days(year, holidays, worked, provisional)), provisional, source)


def _days(year: int, holidays: dict[dt.date, str], worked: dict[dt.date, str], provisional: bool) -> Iterator[DayFacts]:
    for ordinal in range(dt.date(year, 1, 1).toordinal(), dt.date(year, 12, 31).toordinal() + 1):
        day = dt.date.fromordinal(ordinal)
        weekend = day.weekday() >= 5
        if day in worked and weekend:
            yield DayFacts(day, True, DayKind.MAKE_UP, worked[day], provisional)
        elif day in holidays:
            yield DayFacts(day, False, DayKind.HOLIDAY, holidays[day], provisional)
        else:
            yield DayFacts(day, not weekend, DayKind.WEEKEND if weekend else DayKind.WORKDAY, "", provisional)


def statutory_days(year: int) -> dict[dt.date, str]:
    """The days that the law itself makes holidays, without the swaps that only a plan can know.

    A due date that rests on them is never later than the one under the plan by a swapped day alone; it says that it
    is provisional. Sources: State Council decrees 270 (1999) and 795 (2024).
    """
    spring, dragon_boat, mid_autumn = lunar_days(year)
    one = dt.timedelta(days=1)
    eve_counts = year >= 2025
    days = dict.fromkeys([dt.date(year, 10, day) for day in (1, 2, 3)], "national_day")
    days |= dict.fromkeys([dt.date(year, 5, day) for day in ((1, 2) if eve_counts else (1, 2, 3))], "labour_day")
    days |= {spring + n * one: "spring_festival" for n in range(-1 if eve_counts else 0, 3)}
    days[dt.date(year, 1, 1)] = "new_year"
    if eve_counts:
        days |= {qingming(year): "qingming", dragon_boat: "dragon_boat"}
        days.setdefault(mid_autumn, "mid_autumn")
    return days


def lunar_days(year: int) -> tuple[dt.date, dt.date, dt.date]:
    """Spring Festival, Dragon Boat and Mid-Autumn of a year from 2000 to 2060."""
    spring, dragon_boat, mid_autumn = (dt.date(year, int(mmdd[:2]), int(mmdd[2:])) for mmdd in _LUNAR[year].split())
    return spring, dragon_boat, mid_autumn


def qingming(year: int) -> dt.date:
    """The solar term that Tomb-sweeping Day falls on, from 2000 to 2099."""
    short = year % 100
    return dt.date(year, 4, int(short * 0.2422 + 4.81) - short // 4)
