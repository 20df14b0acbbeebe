"""Records of chapter 2.5, one module per clause; files (2.5.1) with what belongs to them."""

from shangwu.chapters.customers.models.complaint_reports import ComplaintReport
from shangwu.chapters.customers.models.complaints import Complaint
from shangwu.chapters.customers.models.contacting import Communication
from shangwu.chapters.customers.models.contacts import Consent, Contact, Purpose, Way
from shangwu.chapters.customers.models.eight_d import Cause, Letter, Pause, Remedy, Why
from shangwu.chapters.customers.models.files import Customer, DeliveryAddress
from shangwu.chapters.customers.models.grading import Score, Valuation
from shangwu.chapters.customers.models.handovers import Handover, HandoverItem
from shangwu.chapters.customers.models.mail import Delivery, FolderRead, MailTemplate, Message
from shangwu.chapters.customers.models.merging import Comparison, Likeness, Merge, MergedFile, MovedReference
from shangwu.chapters.customers.models.opportunities import Opportunity, OutcomeReason, ProductRange, Stage
from shangwu.chapters.customers.models.plans import ContactPlan
from shangwu.chapters.customers.models.pool_views import PoolView
from shangwu.chapters.customers.models.promises import Promise
from shangwu.chapters.customers.models.requests import PersonalRequest
from shangwu.chapters.customers.models.surveys import SatisfactionReport, Survey
from shangwu.chapters.customers.models.tables import Area, Industry
from shangwu.chapters.customers.models.tickets import Ticket
from shangwu.chapters.customers.models.visits import Met, Visit

__all__ = [
    "Area",
    "Cause",
    "Communication",
    "Comparison",
    "Complaint",
    "ComplaintReport",
    "Consent",
    "Contact",
    "ContactPlan",
    "Customer",
    "Delivery",
    "DeliveryAddress",
    "FolderRead",
    "Handover",
    "HandoverItem",
    "Industry",
    "Letter",
    "Likeness",
    "MailTemplate",
    "Merge",
    "MergedFile",
    "Message",
    "Met",
    "MovedReference",
    "Opportunity",
    "OutcomeReason",
    "Pause",
    "PersonalRequest",
    "PoolView",
    "ProductRange",
    "Promise",
    "Purpose",
    "Remedy",
    "SatisfactionReport",
    "Score",
    "Stage",
    "Survey",
    "Ticket",
    "Valuation",
    "Visit",
    "Way",
    "Why",
]
