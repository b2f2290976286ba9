"""One noun a file."""

from inspections.models.campaign import Campaign
from inspections.models.checklist import ChecklistVersion
from inspections.models.document import Document, DocumentPrint, DocumentSeries, DocumentService
from inspections.models.document_signature import DocumentSignature
from inspections.models.inspection import Inspection, InspectionOfficer
from inspections.models.inspection_plan import InspectionPlan
from inspections.models.look_back import LookBackKey, LookBackLot, LookBackTask
from inspections.models.plan_reading import PlanReading
from inspections.models.random_draw import RandomDraw
from inspections.models.remote_check import RemoteCheck
from inspections.models.self_inspection import AnswerPart, Schedule, SelfInspection, Submission
from inspections.models.statistics_form import StatisticsForm
from inspections.models.visit_act import VisitAct
from inspections.models.visit_finding import VisitFinding
from inspections.models.visit_year import VisitYear

__all__ = [
    "AnswerPart",
    "Campaign",
    "ChecklistVersion",
    "Document",
    "DocumentPrint",
    "DocumentSeries",
    "DocumentService",
    "DocumentSignature",
    "Inspection",
    "InspectionOfficer",
    "InspectionPlan",
    "LookBackKey",
    "LookBackLot",
    "LookBackTask",
    "PlanReading",
    "RandomDraw",
    "RemoteCheck",
    "Schedule",
    "SelfInspection",
    "StatisticsForm",
    "Submission",
    "VisitAct",
    "VisitFinding",
    "VisitYear",
]
