"""A night's signs by hand: SQL reads, numpy reckons all lots at once, SQL writes the same rows that the portal writes.

It serves one size of lots and one set of laws, looks for what the city of the row has in it, reads its thresholds once,
and knows no history: no withdrawal, no later rule, no second pass at the same moment. The bare work, and all of it.
"""

import datetime as dt
import hashlib
import json
from collections import defaultdict
from typing import Any

import numpy as np

from portal.core import hashing
from portal.core.numbers import compose

SIDES = {"cv": -1, "spd": -1, "diffp": 1, "rd": 1, "rdnor": 1, "rdalt": 1, "skew": 0, "kurt": 1}
WORDS = {
    "cv": "spread", "spd": "spread", "diffp": "distance", "rd": "distance", "rdnor": "distance", "rdalt": "distance",
    "skew": "shape", "kurt": "shape",
}  # fmt: skip
WEIGHTS = {
    "screen": 2,
    "fence": 2,
    "same_device": 6,
    "same_head": 10,
    "same_address": 6,
    "same_agent": 10,
    "same_phone": 6,
}

BIDS = """
SELECT b.lot_id, l.project_id, p.title, o.opened_at, r.organisation_id, g.name, b.price_fen, b.finding
FROM bids_openedbid b JOIN tenders_lot l ON l.id = b.lot_id JOIN tenders_project p ON p.id = l.project_id
JOIN bids_opening o ON o.project_id = p.id JOIN bidders_bidder r ON r.id = b.bidder_id
JOIN people_organisation g ON g.id = r.organisation_id ORDER BY b.lot_id, b.price_fen
"""
UPLOADED = (
    "FROM bids_openedbid b JOIN bids_submission s ON s.id = b.submission_id JOIN bidders_bidder r ON r.id = b.bidder_id"
)
TAKEN = "FROM tenders_download s JOIN tenders_lot b ON b.project_id = s.project_id"
BEHIND = (
    "FROM bids_openedbid b JOIN bidders_bidder r ON r.id = b.bidder_id"
    " JOIN bidders_bidderperson s ON s.bidder_id = r.id"
)
HELD = {
    "same_device": f"SELECT b.lot_id AS lot, r.organisation_id AS firm, s.device AS value, 'upload' AS place, '' AS shown"
    f" {UPLOADED} WHERE s.device <> '' UNION ALL SELECT b.id, s.organisation_id, s.device, 'download', '' {TAKEN}"
    " WHERE s.device <> '' AND s.organisation_id IS NOT NULL",
    "same_address": f"SELECT b.lot_id AS lot, r.organisation_id AS firm, s.sender_blind AS value, 'upload' AS place,"
    f" '' AS shown {UPLOADED} WHERE s.sender_blind <> '' UNION ALL SELECT b.id, s.organisation_id, s.sender_blind,"
    f" 'download', '' {TAKEN} WHERE s.sender_blind <> '' AND s.organisation_id IS NOT NULL",
    "same_agent": f"SELECT b.lot_id AS lot, r.organisation_id AS firm, CAST(s.sent_by_id AS text) AS value,"
    f" 'upload' AS place, '' AS shown {UPLOADED}",
    "same_head": f"SELECT b.lot_id AS lot, r.organisation_id AS firm, s.identity_blind AS value, s.kind AS place,"
    f" s.name AS shown {BEHIND} WHERE s.kind = 'legal_person' AND s.ended_at IS NULL AND s.identity_blind <> ''",
    "same_phone": "SELECT b.lot_id AS lot, r.organisation_id AS firm, r.phone_blind AS value, 'contact' AS place,"
    " '' AS shown FROM bids_openedbid b JOIN bidders_bidder r ON r.id = b.bidder_id WHERE r.phone_blind <> ''",
}
# What is read as well, and is empty in this city.
NOTHING = (
    "SELECT bid_id, kind, digest FROM oversight_trace", "SELECT bid_id, items FROM oversight_reading",
    "SELECT bid_id, rejected FROM evaluation_evaluatedbid", "SELECT lot_id, bidder_id FROM awards_award",
    "SELECT lot_id, organisation_id FROM tenders_bond", "SELECT bid_id, file_id FROM bids_openedfile",
    "SELECT contract_id, uscc FROM awards_subcontract",
)  # fmt: skip


class Night:
    """One night on one cursor; `bids` is the size of every lot."""

    def __init__(self, cursor: Any, bids: int, day: dt.date, zone: dt.tzinfo) -> None:
        self.cursor, self.bids, self.day, self.zone = cursor, bids, day, zone
        self.signs: list[
            tuple[Any, ...]
        ] = []  # key, code, kind, basis, lot, firms, figures, formula, limit, rule, source

    def run(self) -> int:
        self._read()
        self._screens()
        for code in HELD:
            self._shared(code)
        self._write()
        return len(self.lots)

    def _all(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        self.cursor.execute(sql, values)
        return list(self.cursor.fetchall())

    def _read(self) -> None:
        rows = self._all(BIDS)
        for sql in NOTHING:
            assert not self._all(sql), f"the yardstick knows nothing of {sql}"
        heads = rows[:: self.bids]
        self.lots = [row[0] for row in heads]
        self.place = {lot: n for n, lot in enumerate(self.lots)}
        self.projects, self.titles = [row[1] for row in heads], [row[2] for row in heads]
        self.opened = [row[3].astimezone(self.zone).date() for row in heads]
        self.firms = [tuple(sorted(row[4] for row in rows[n : n + self.bids])) for n in range(0, len(rows), self.bids)]
        self.names = {row[4]: row[5] for row in rows}
        self.prices = np.array([row[6] for row in rows], dtype=np.float64).reshape(-1, self.bids)
        sql = "SELECT code, value, valid_from FROM core_datedrule WHERE valid_to IS NULL AND code LIKE %s"
        found = self._all(sql, "oversight.%")
        self.rules = {code: json.loads(v) if isinstance(v, str) else v for code, v, _day in found}
        self.since = {code: day for code, _value, day in found}

    def _screens(self) -> None:
        b, n = self.prices, self.bids
        mean, gap = b.mean(1), b[:, 1] - b[:, 0]
        apart = b - mean[:, None]
        m2, m3, m4 = ((apart**power).mean(1) for power in (2, 3, 4))
        self.figures = {
            "cv": b.std(1, ddof=1) / mean, "spd": (b[:, -1] - b[:, 0]) / b[:, 0], "diffp": gap / b[:, 0],
            "rd": gap / b[:, 1:].std(1, ddof=1), "rdnor": (n - 1) * gap / (b[:, -1] - b[:, 0]),
            "rdalt": (n - 2) * gap / (b[:, -1] - b[:, 1]), "skew": (n * (n - 1)) ** 0.5 / (n - 2) * m3 / m2**1.5,
            "kurt": (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (m4 / m2**2 - 3) + 6),
        }  # fmt: skip
        limits = self.rules["oversight.screens"]
        for name, values in self.figures.items():
            limit, side = float(limits[name]), SIDES[name]
            self._beyond(name, name, values, -limit if side == 0 else limit, limit, {"limit": limit})
            low, high = np.percentile(values, (25, 75))
            low, high = low - 1.5 * (high - low), high + 1.5 * (high - low)
            self._beyond("fence", name, values, low, high, {})
        steps = np.diff(b, axis=1)
        ratios = b[:, 1:] / b[:, :-1] - 1
        within = float(self.rules["oversight.regular_within"])
        for one in (steps, ratios):
            regular = (one.mean(1) > 0) & (one.max(1) - one.min(1) <= within * one.mean(1))
            assert not regular.any() and (steps > 0).all(), "the yardstick knows no regular and no equal prices"

    def _beyond(self, code: str, name: str, values: Any, low: float, high: float, told: dict[str, float]) -> None:
        side = SIDES[name]
        hit = ((values < low) if side < 1 else np.False_) | ((values > high) if side > -1 else np.False_)
        for place in np.flatnonzero(hit):
            value = float(values[place])
            figures = {name: round(value, 6), "n": self.bids}
            if code == "fence":
                figures |= {"low": round(float(low), 6), "high": round(float(high), 6)}
                limit, rule, detail = round(float(low if value < low else high), 6), "", name
            else:
                limit, rule, detail = told["limit"], "oversight.screens", ""
            self._found(code, "statistical", "figure", place, self.firms[place], figures, "", limit, rule, detail)

    def _shared(self, code: str) -> None:
        sql = HELD[code]
        rows = self._all(
            f"WITH held AS ({sql}), shared AS (SELECT lot, value FROM held GROUP BY lot, value"
            " HAVING count(DISTINCT firm) > 1) SELECT h.lot, h.value, h.firm, h.place, h.shown FROM held h"
            " JOIN shared s ON s.lot = h.lot AND s.value = h.value ORDER BY h.lot, h.value"
        )
        together = defaultdict(list)
        for lot, value, *one in rows:
            together[lot, value].append(one)
        for (lot, value), holders in together.items():
            firms = tuple(sorted({firm for firm, _place, _shown in holders}))
            told = sorted({(self.names[firm], place, shown) for firm, place, shown in holders})
            evidence = [{"firm": firm, "where": place, "value": shown} for firm, place, shown in told]
            figures = {"bidders": len(firms), "evidence": evidence}
            basis = "barred" if code == "same_head" else "circumstance"
            named = ",".join(map(str, firms))
            self._found(code, "finding", basis, self.place[lot], firms, figures, named, None, "", value)

    def _found(self, code: str, kind: str, basis: str, place: int, firms: Any, figures: Any, named: str, limit: Any,
               rule: str, detail: str) -> None:  # fmt: skip
        key = hashlib.sha256(f"{code}|lot:{self.lots[place]}|{named}|{detail}".encode()).hexdigest()
        self.signs.append((key, code, kind, basis, place, firms, json.dumps(figures), limit, rule))

    # --- writing --------------------------------------------------------------------------------------------------------

    def _insert(self, table: str, columns: str, rows: list[tuple[Any, ...]], after: str = "") -> list[Any]:
        given: list[Any] = []
        mark = "(" + ", ".join(["%s"] * len(rows[0])) + ")" if rows else ""
        for place in range(0, len(rows), 1_000):
            chunk = rows[place : place + 1_000]
            sql = f"INSERT INTO {table} ({columns}) VALUES {', '.join([mark] * len(chunk))} {after}"
            self.cursor.execute(sql, [cell for row in chunk for cell in row])
            given += [row[0] for row in self.cursor.fetchall()] if after else []
        return given

    def _write(self) -> None:
        known = {key for (key,) in self._all("SELECT key FROM oversight_sign WHERE withdrawn_on IS NULL")}
        new = [sign for sign in self.signs if sign[0] not in known]
        if known:
            gone = known - {sign[0] for sign in self.signs}
            assert not gone, "the yardstick withdraws nothing"
            self.cursor.execute(
                "UPDATE oversight_sign SET computed_on = %s WHERE computed_on <> %s", [self.day, self.day]
            )
        written = {row[0]: tuple(row[1:]) for row in self._all("SELECT lot_id, opened_on, n FROM oversight_lotfigures")}
        columns = np.stack(list(self.figures.values()), axis=1).tolist()
        rows = [
            (lot, "construction", day, self.bids, *columns[n])
            for n, (lot, day) in enumerate(zip(self.lots, self.opened, strict=True))
            if lot not in written
        ]  # fmt: skip
        self._insert("oversight_lotfigures", "lot_id, category, opened_on, n, " + ", ".join(self.figures), rows)
        if new:
            self._write_signs(new)

    def _write_signs(self, new: list[tuple[Any, ...]]) -> None:
        lines = [
            (key, code, kind, basis, self.projects[place], self.lots[place], "construction", figures, "formula", limit, rule,
             self.since.get(rule), "source", self.opened[place], self.day, self.day)
            for key, code, kind, basis, place, _firms, figures, limit, rule in new
        ]  # fmt: skip
        columns = (
            'key, code, kind, basis, project_id, lot_id, category, figures, formula, "limit", limit_rule, limit_from,'
            " source, opened_on, found_on, computed_on"
        )
        pks = self._insert("oversight_sign", columns, lines, "RETURNING id")
        pairs = [(pk, firm) for pk, sign in zip(pks, new, strict=True) for firm in sign[5]]
        self._insert("oversight_sign_firms", "sign_id, organisation_id", pairs)
        self._write_leads(list(zip(pks, new, strict=True)))

    def _write_leads(self, signs: list[tuple[int, tuple[Any, ...]]]) -> None:
        by_lot: dict[int, list[tuple[int, tuple[Any, ...]]]] = defaultdict(list)
        for pk, sign in signs:
            by_lot[sign[4]].append((pk, sign))
        wanted = []
        for place, own in by_lot.items():
            heaviest: dict[str, int] = {}
            for _pk, sign in own:
                family = WORDS.get(sign[1], sign[1])
                heaviest[family] = max(heaviest.get(family, 0), WEIGHTS.get(sign[1], WEIGHTS["screen"]))
            points = sum(heaviest.values())
            if points >= int(self.rules["oversight.lead_points"]) or any(sign[3] == "barred" for _pk, sign in own):
                wanted.append((place, points, own))
        at, numbers = dt.datetime.now(dt.UTC), self._numbers(len(wanted))
        rows = [
            (number, self.titles[place], "new", 0, points, any(s[2] == "finding" for _pk, s in own), at, self.day,
             "", "", "", "")
            for number, (place, points, own) in zip(numbers, wanted, strict=True)
        ]  # fmt: skip
        columns = (
            "number, title, state, state_version, priority, has_finding, opened_at, opened_on, result, opinion, authority,"
            " document_number"
        )
        pks = self._insert("oversight_lead", columns, rows, "RETURNING id")
        events, heads = [], []
        for pk, (_place, points, own) in zip(pks, wanted, strict=True):
            mine = [sign for sign, _row in own]
            self.cursor.execute("UPDATE oversight_sign SET lead_id = %s WHERE id IN %s", [pk, tuple(mine)])
            data = {"codes": sorted({sign[1] for _pk, sign in own}), "priority": points}
            doer = {"id": None, "role": "system", "name": "串标线索筛查", "request": ""}
            body = hashing.canonical(
                {"stream": "oversight.lead", "stream_id": pk, "sequence": 1, "type": "lead.opened", "at": at,
                 "actor": doer, "from": "", "to": "new", "data": data, "personal": ""}
            )  # fmt: skip
            digest = hashing.chained(hashing.GENESIS, body)
            events.append(
                ("oversight.lead", pk, 1, "lead.opened", at, "system", "", "new", body, hashing.GENESIS, digest)
            )
            heads.append(("oversight.lead", pk, 1, digest, 0))
        columns = "stream, stream_id, sequence, type, at, role, from_state, to_state, body, previous, hash"
        self._insert("core_event", columns, events)
        self._insert("core_streamhead", "stream, stream_id, sequence, hash, sealed_sequence", heads)

    def _numbers(self, count: int) -> list[str]:
        where = "prefix = 'XS' AND department_code = 'JYZX' AND day = %s"
        found = self._all(f"SELECT last FROM core_numbercounter WHERE {where}", self.day)
        last, numbers = (found[0][0] if found else 0), []
        while len(numbers) < count:
            last += 1
            number = compose("XS", "JYZX", self.day, last)
            if number[-1] not in "IO":
                numbers.append(number)
        if found:
            self.cursor.execute(f"UPDATE core_numbercounter SET last = %s WHERE {where}", [last, self.day])
        else:
            row = ("XS", "JYZX", self.day, last)
            self._insert("core_numbercounter", "prefix, department_code, day, last", [row])
        return numbers
