"""The roles of the regulation (DOMAIN §1) and which of them must be different people."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """Codes are public names: they stand in the API, in tables of verdicts and in the log."""

    EXECUTIVE = "GM", _("Executive")
    VICE_EXECUTIVE = "VP", _("Executive in charge")
    HEAD = "HEAD", _("Head of department")
    BUSINESS = "BIZ", _("Business officer")
    MARKETING = "MKT", _("Marketing officer")
    CHANNELS = "CHM", _("Channel manager")
    SALES = "SALES", _("Sales")
    SALES_SUPPORT = "SUP", _("Sales support")
    SERVICE = "CS", _("Customer service")
    LEGAL = "LEGAL", _("Legal")
    FINANCE = "FIN", _("Finance")
    HUMAN_RESOURCES = "HR", _("Human resources")
    SECRETARY = "DOC", _("Document secretary")
    ARCHIVIST = "ARC", _("Archivist")
    SECRECY_OFFICER = "SECO", _("Secrecy officer")
    PROJECT_LEAD = "PM", _("Project lead")
    ENGINEERING = "ENG", _("Engineering")
    PURCHASING = "PUR", _("Purchasing")
    PLANNING = "PLAN", _("Production planning")
    QUALITY = "QA", _("Quality")
    LOGISTICS = "LOG", _("Warehouse and logistics")
    ADMINISTRATOR = "ADM", _("System administrator")
    AUDITOR = "AUD", _("Auditor")


SEPARATE = frozenset({Role.ADMINISTRATOR, Role.SECRECY_OFFICER, Role.AUDITOR})
"""Held by three people: nobody holds two of these (separation of the three officers)."""
