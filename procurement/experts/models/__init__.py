"""The tables of experts: the pool, the draws, and the committees that come of them."""

from procurement.experts.models.draws import Draw, DrawCode, DrawSeed
from procurement.experts.models.panels import Panel, PanelMember
from procurement.experts.models.pool import Employment, Expert, Kin, Leave, Speciality, Standing

__all__ = [
    "Draw",
    "DrawCode",
    "DrawSeed",
    "Employment",
    "Expert",
    "Kin",
    "Leave",
    "Panel",
    "PanelMember",
    "Speciality",
    "Standing",
]
