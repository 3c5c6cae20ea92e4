"""Processes as flat tables for spreadsheets: tenders, bids, awards, contracts, one row for each, amounts in yuan."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from portal.core.exports.writers import harmless
from procurement.opendata.exact import read
from procurement.opendata.models import Process

Row = dict[str, Any]
Table = tuple[tuple[str, ...], Callable[[str, Row], Iterable[Row]]]


def _amount(thing: Row) -> Any:
    return thing.get("value", {}).get("amount", "")


def _names(references: Iterable[Row]) -> str:
    return ";".join(one["name"] for one in references)


def _ids(references: Iterable[Row]) -> str:
    return ";".join(one["id"] for one in references)


def _tenders(ocid: str, said: Row) -> Iterator[Row]:
    tender = said["tender"]
    yield {
        "ocid": ocid, "number": tender["id"], "title": tender["title"], "status": tender["status"],
        "buyer": said["buyer"]["name"], "buyer_id": said["buyer"]["id"],
        "procuring_entity": tender["procuringEntity"]["name"], "method": tender["procurementMethod"],
        "method_details": tender["procurementMethodDetails"], "category": tender.get("mainProcurementCategory", ""),
        "budget_yuan": said["planning"]["budget"]["amount"]["amount"], "value_yuan": _amount(tender),
        "documents_from": tender["tenderPeriod"]["startDate"], "deadline": tender["tenderPeriod"]["endDate"],
        "tenderers": tender.get("numberOfTenderers", ""), "changes": len(tender.get("amendments", [])),
    }  # fmt: skip


def _bids(ocid: str, said: Row) -> Iterator[Row]:
    for one in said.get("bids", {}).get("details", []):
        yield {
            "ocid": ocid, "bid": one["id"], "lot": ";".join(one["relatedLots"]), "bidder": _names(one["tenderers"]),
            "bidder_id": _ids(one["tenderers"]), "status": one["status"], "value_yuan": _amount(one),
            "received": one["date"],
        }  # fmt: skip


def _awards(ocid: str, said: Row) -> Iterator[Row]:
    for one in said.get("awards", []):
        suppliers = one.get("suppliers", [])
        yield {
            "ocid": ocid, "award": one["id"], "lot": _ids(one["items"]), "title": one["title"], "status": one["status"],
            "date": one.get("date", ""), "supplier": _names(suppliers), "supplier_id": _ids(suppliers),
            "value_yuan": _amount(one),
        }  # fmt: skip


def _contracts(ocid: str, said: Row) -> Iterator[Row]:
    for one in said.get("contracts", []):
        period = one.get("period", {})
        yield {
            "ocid": ocid, "contract": one["id"], "award": one["awardID"], "title": one["title"],
            "status": one["status"], "signed": one.get("dateSigned", ""), "from": period.get("startDate", ""),
            "until": period.get("endDate", ""), "value_yuan": _amount(one), "changes": len(one.get("amendments", [])),
        }  # fmt: skip


TABLES: dict[str, Table] = {
    "tenders": (
        ("ocid", "number", "title", "status", "buyer", "buyer_id", "procuring_entity", "method", "method_details",
         "category", "budget_yuan", "value_yuan", "documents_from", "deadline", "tenderers", "changes"), _tenders,
    ),
    "bids": (("ocid", "bid", "lot", "bidder", "bidder_id", "status", "value_yuan", "received"), _bids),
    "awards": (
        ("ocid", "award", "lot", "title", "status", "date", "supplier", "supplier_id", "value_yuan"), _awards,
    ),
    "contracts": (
        ("ocid", "contract", "award", "title", "status", "signed", "from", "until", "value_yuan", "changes"), _contracts,
    ),
}  # fmt: skip


def table(name: str, processes: Iterable[Process]) -> Iterator[str]:
    """A table as CSV in UTF-8 with a byte order mark, line by line; no text is ever a formula."""
    columns, rows_of = TABLES[name]
    yield "\ufeff" + _line(columns)
    for process in processes:
        for row in rows_of(process.ocid, read(process.sections)):
            yield _line(harmless(value) if isinstance(value, str) else value for value in (row[c] for c in columns))


def _line(values: Iterable[Any]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(list(values))
    return out.getvalue()
