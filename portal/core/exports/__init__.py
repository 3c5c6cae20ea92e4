"""Excel and CSV of any list, written by a job: this is the face that other rooms import.

How a list gets its button, in three steps:

1. In the app's `exports.py`, called from `ready()`, one call for each list:

       register_export(
           "hall.patrols", title=_("Patrols"), policy=may_see_patrols,        # user -> bool
           queryset=lambda user, params: listed(user, params),                # the page's own filters, a QueryDict
           columns=[Column(_("Day"), "patrol_on", "date"), Column(_("Hall"), "hall.name"),
                    Column(_("Inspector"), "inspector.name", personal="name")],
       )

2. In the list's template: `{% load exports %}` and, in the `tools` of the head, `{% export_button "hall.patrols" %}`.
   The button takes the page's filters along; `{% export_button "x.y" day=day %}` adds what the address does not say.
3. `queryset` must narrow to what `user` may see (`visible_to`), bring its `select_related`, and not be sliced; the rows
   come in the order of the primary key, newest first.

What would cost a query for each row (words of codes, sums) is fetched by `prepare(user, params, rows)`, which gets each
batch and writes what it found onto the rows. `total(user, params)` gives one more row, read by the same columns: the sum
that the page shows below its table. It stands below the rows of the workbook, outside the filter; CSV, which other programs
read, holds the rows alone.

A column's value is an attribute path or a function of the row; its kind is one of `KINDS`. A column with `personal`
(name, phone, identity, address) is masked unless `personal=` of the export lets this person open it in this row, the
person asked for it and gave a purpose; then one row in the access log says how many were opened.
"""

from portal.core.exports.registry import KINDS, Column, Export, Opening, export_named, exports, register_export
from portal.core.exports.writers import register_writer

__all__ = ["KINDS", "Column", "Export", "Opening", "export_named", "exports", "register_export", "register_writer"]
