"""Editions of the regulation's text: drawn up from the one in force, decided, published from a day on, superseded."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.records.fields import StateField
from shangwu.foundation.records.models import Part, Record
from shangwu.foundation.regulation.models.guards import ON_EDITIONS, ON_PASSAGES
from shangwu.foundation.regulation.shipped import Wording, paragraphs_of


class Edition(Record):
    """The whole text of the regulation from a day on, until the next edition begins.

    former: the published edition that it starts from; None for the text that the program ships. effective_from: its
    first day, given when it is published. touches_pay: whether a clause on pay or discipline reads otherwise than in
    the former edition, so that 3.1.3 asks for its proofs; worked out when it is proposed.
    """

    parts = ("procedures",)
    named_by = ("number", "title")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PROPOSED = "proposed", _("Proposed")
        APPROVED = "approved", _("Approved")
        PUBLISHED = "published", _("Published")
        SUPERSEDED = "superseded", _("Superseded")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    state = StateField(State, facts=["proposed", "approved", "published", "superseded"])
    title = models.CharField(_("Title"), max_length=120)
    reason = models.TextField(_("Why it changes"), max_length=2000)
    former = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="followers",
        verbose_name=_("Former edition"),
    )  # fmt: skip
    touches_pay = models.BooleanField(_("Bears on pay or discipline"), default=False, editable=False)
    effective_from = models.DateField(_("In force from"), null=True, blank=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("edition of the regulation")
        verbose_name_plural = _("editions of the regulation")
        constraints = [
            # An edition ends where the next begins, so that two of them overlap only by beginning on one day.
            models.UniqueConstraint(
                fields=["effective_from"],
                condition=Q(state__in=["published", "superseded"]),
                name="editions_apart",
                violation_error_message=_("Another edition begins on that day. Choose a later day."),
            ),
            models.UniqueConstraint(
                fields=["former"],
                condition=Q(state__in=["published", "superseded"]),
                nulls_distinct=False,
                name="edition_followed_once",
                violation_error_message=_(
                    "Another edition has been published in the meantime. Bring this one up to date first."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "superseded"]) | Q(effective_from__isnull=False),
                name="edition_published_from_a_day",
                violation_error_message=_("A published edition needs its first day. Give it."),
            ),
        ]
        indexes = [models.Index(fields=["-id"], name="edition_newest")]
        triggers = ON_EDITIONS

    def __str__(self) -> str:
        return f"{self.number} {self.title}" if self.number else self.title


class Passage(Record):
    """What one clause says in one edition, in three languages; of a chapter only its heading.

    text: paragraphs apart by empty lines, `{key}` for a parameter; as in `regulation.md`. repealed_because: why the
    clause no longer holds; its text is then empty. It is open while its edition is a draft.
    """

    named_by = ("code", "heading")
    LANGUAGES: ClassVar[dict[str, str]] = {"zh-hant": "", "zh-hans": "_zh_hans", "en": "_en"}
    """Language -> the ending of its columns."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        SETTLED = "settled", _("Settled")

    state = StateField(State)
    edition = models.ForeignKey(
        Edition, models.PROTECT, related_name="passages", editable=False, verbose_name=_("Edition of the regulation")
    )
    code = models.CharField(_("Clause"), max_length=8, db_collation="C", editable=False)
    heading = models.CharField(_("Heading, Traditional Chinese"), max_length=120)
    heading_zh_hans = models.CharField(_("Heading, Simplified Chinese"), max_length=120)
    heading_en = models.CharField(_("Heading, English"), max_length=120)
    text = models.TextField(_("Text, Traditional Chinese"), max_length=20_000, blank=True)
    text_zh_hans = models.TextField(_("Text, Simplified Chinese"), max_length=20_000, blank=True)
    text_en = models.TextField(_("Text, English"), max_length=20_000, blank=True)
    repealed_because = models.CharField(_("Repealed because"), max_length=300, blank=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("clause of an edition")
        verbose_name_plural = _("clauses of editions")
        constraints = [models.UniqueConstraint(fields=["edition", "code"], name="passage_once")]
        triggers = ON_PASSAGES

    def wording(self, language: str) -> Wording:
        """How it is worded in a language. Raises KeyError for one that we do not write."""
        ending = self.LANGUAGES[language]
        heading, text = getattr(self, f"heading{ending}"), getattr(self, f"text{ending}")
        return Wording(heading, paragraphs_of(text), self.repealed_because)

    def __str__(self) -> str:
        return f"{self.code} {self.heading}"


class Procedure(Part):
    """What the law asks for before a rule on pay or discipline takes effect (3.1.3): a step taken, and its proof.

    outcome: of a consultation what was said and what became of it, of a publication where the text stood. file: a file
    of the edition.
    """

    class Kind(models.TextChoices):
        CONSULTATION = "consultation", _("Consultation with employees")
        PUBLICATION = "publication", _("Publication")

    classes: ClassVar[dict[str, str]] = {}
    parent = "edition"

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="procedures", verbose_name=_("Edition of the regulation")
    )
    kind = models.CharField(_("Step"), max_length=14, choices=Kind.choices)
    held_on = models.DateField(_("Held on"))
    with_whom = models.CharField(_("With whom, or where"), max_length=200)
    outcome = models.TextField(_("What was said, and what became of it"), max_length=4000)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+", verbose_name=_("File"))

    class Meta(Part.Meta):
        verbose_name = _("step of due procedure")
        verbose_name_plural = _("steps of due procedure")
