"""What changes patrols: tours, findings and their steps, the checklist and the areas."""

from hall.patrols.actions.checklists import begin_draft, close_area, make_area, publish_draft, save_draft
from hall.patrols.actions.findings import FindingDraft, add_finding, light_lamps, rectify, take_step
from hall.patrols.actions.tours import finish_tour, save_area, start_tour

__all__ = [
    "FindingDraft",
    "add_finding",
    "begin_draft",
    "close_area",
    "finish_tour",
    "light_lamps",
    "make_area",
    "publish_draft",
    "rectify",
    "save_area",
    "save_draft",
    "start_tour",
    "take_step",
]
