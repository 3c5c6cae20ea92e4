"""What each role gets at the citizens' addresses of the hotline."""

from collections.abc import Mapping
from typing import Any

from hotline.actions import Caller, TicketDraft, record
from portal.people.actors import actor_of
from tests.permissions import Cast, everyone, nothing, only, signed_in


def own(cast: Cast) -> Mapping[str, Any]:
    """A request of the citizen's own."""
    draft = TicketDraft(
        title="路灯不亮", content="滨河路18号门前的路灯坏了三天。", channel="web", caller=Caller(phone="13800138000")
    )
    return {"number": record(actor_of(cast.person("citizen")), draft).number}


# A session that has shown neither number and code nor the account sees nothing, whoever it is.
mine = only("citizen", otherwise=404, anonymous=404)
wrong = only("citizen", status=422, otherwise=404, anonymous=404)
done = only("citizen", status=302, otherwise=404, anonymous=404)
too_early = only("citizen", status=409, otherwise=404, anonymous=404)

ROWS: list[tuple] = [
    ("hotline:ask-new", nothing, everyone()),
    ("hotline:ask-new", nothing, everyone(422), "post"),
    ("hotline:ask-received", nothing, everyone(302)),
    ("hotline:ask-track", nothing, everyone()),
    ("hotline:ask-track", nothing, everyone(422), "post"),
    ("hotline:ask-mine", nothing, signed_in()),
    ("hotline:ask-own", own, mine),
    ("hotline:ask-urge", own, done, "post"),
    ("hotline:ask-add", own, wrong, "post"),
    ("hotline:ask-rate", own, wrong, "post"),
    ("hotline:ask-rate", own, too_early, "post", {"contacted": "yes", "resolved": "yes", "satisfied": "yes"}),
    ("hotline:ask-reopen", own, wrong, "post"),
    ("hotline:ask-reopen", own, too_early, "post", {"reason": "还没有解决"}),
]
