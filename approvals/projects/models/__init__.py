"""Construction projects under joint review: the project, its stages, requests, appointments, meetings, figures."""

from approvals.projects.models.appointments import Appointment, Invitation, Rectification
from approvals.projects.models.cells import AbsenceCell, OpinionCell, StageCell
from approvals.projects.models.links import Milestone, Paper, ProjectCase, ProjectParty
from approvals.projects.models.meetings import Meeting, MeetingTask, Participant
from approvals.projects.models.project import Project
from approvals.projects.models.requests import OpinionRequest
from approvals.projects.models.stages import PlanLine, Stage, StageCode, StagePlan

__all__ = [
    "AbsenceCell",
    "Appointment",
    "Invitation",
    "Meeting",
    "MeetingTask",
    "Milestone",
    "OpinionCell",
    "OpinionRequest",
    "Paper",
    "Participant",
    "PlanLine",
    "Project",
    "ProjectCase",
    "ProjectParty",
    "Rectification",
    "Stage",
    "StageCell",
    "StageCode",
    "StagePlan",
]
