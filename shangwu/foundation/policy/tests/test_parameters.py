"""Every blank of the regulation is a parameter with lawful values."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from shangwu.foundation.people.models import Entity
from shangwu.foundation.policy.clauses import INTRODUCTION, TITLES
from shangwu.foundation.policy.judging import judge, warning
from shangwu.foundation.policy.parameters import Clamp, Kind, Parameter, parameters, policy
from shangwu.foundation.policy.saying import said
from shangwu.foundation.text.jurisdictions import Jurisdiction

# The list of the domain study, by hand: written blanks, implied ones, words that leave something open.
WRITTEN = """
att.days_per_week att.shift att.T1 att.fine_tier1 att.T2 att.half_absent_pct att.warn_count loan.days loan.secret_days
"""
IMPLIED = """
att.makeup_leave att.grace att.legal_mode att.tier2_counts att.cap_month_pct att.min_wage att.flex
att.makeup_per_month att.makeup_days att.missing att.lock_day att.evidence_years
brief.mode brief.due event.per_quarter survey.report competitor.every competitor.refresh
segment.weights segment.cut_focus segment.cut_foster persona.review plan.year plan.month
promo.approve_lead promo.eval promo.refund promo.stack promo.draw_max
channel.weights channel.cut_a channel.cut_b channel.dealreg
pool.D pool.U pool.M pool.reclaim pool.limit rfm.window abc.a abc.b
contact.a contact.b contact.c verify.a verify.b verify.c
complaint.ack complaint.plan complaint.reply complaint.urgent complaint.follow complaint.repeat
order.std order.special
contract.archive contract.remind_first contract.remind_last contract.late_rate contract.cap contract.deposit
ship.stall ship.pod credit.block kpi.cap kpi.weights
meeting.weekday meeting.start meeting.submit meeting.minutes doc.review doc.file
sec.labels sec.training sec.access_review
perf.weights perf.self perf.cut_excellent perf.cut_good perf.cut_pass perf.year perf.forced perf.appeal
approve.node discount.sales discount.head discount.vice contract.head contract.vice
notify.digest notify.quiet
"""
VAGUE = """
prompt.days brief.week_due competitor.least competitor.most channel.every kpi.every doc.check doc.restore
perf.from_day perf.until_day perf.year_end
"""

DEFAULTS = {
    "att.days_per_week": 5, "att.T1": 30, "att.T2": 30, "att.fine_tier1": 20, "att.half_absent_pct": 50,
    "att.warn_count": 5, "att.shift": "09:00-12:00,13:00-18:00", "att.legal_mode": "proportional", "loan.days": 10,
    "complaint.reply": 7, "pool.M": 180, "contract.late_rate": Decimal("0.0005"), "promo.draw_max": 50000,
    "perf.weights": {"results": 70, "attitude": 15, "teamwork": 15}, "plan.year": "12-15", "notify.digest": "08:50",
}  # fmt: skip


@pytest.mark.parametrize("key", (WRITTEN + IMPLIED + VAGUE).split())
def test_each_blank_is_a_parameter(key: str) -> None:
    assert key in parameters


def test_jurisdiction_belongs_to_the_legal_entity() -> None:
    assert {value for value, _ in Entity._meta.get_field("jurisdiction").flatchoices} == {"CN", "TW", "HK"}


@pytest.mark.parametrize(("key", "value"), DEFAULTS.items())
def test_defaults_are_those_of_the_domain_study(key: str, value: object) -> None:
    assert policy(key) == value


def test_every_default_is_lawful() -> None:
    for one in parameters.values():
        judge(one.key, one.default)
        for jurisdiction in Jurisdiction.values:
            judge(one.key, policy(one.key, jurisdiction=jurisdiction), jurisdiction=jurisdiction)


def test_every_parameter_names_a_clause_that_exists() -> None:
    assert {one.clause for one in parameters.values()} <= set(TITLES)
    assert INTRODUCTION in TITLES


@pytest.mark.parametrize("language", ["zh-hant", "zh-hans", "en"])
def test_every_value_can_be_said(language: str) -> None:
    with override(language):
        assert all(said(one, one.default) and str(one.label) for one in parameters.values())


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("att.T1", 61, "bounds"),
        ("att.T1", "30", "shape"),
        ("att.T1", True, "shape"),
        ("att.T2", 29, "relation"),
        ("att.half_absent_pct", 51, "bounds"),
        ("att.warn_count", 2, "bounds"),
        ("att.shift", "12:00-09:00", "hours"),
        ("att.legal_mode", "fines", "shape"),
        ("brief.due", "25:00", "shape"),
        ("notify.quiet", "20:00", "shape"),
        ("plan.year", "02-30", "shape"),
        ("kpi.weights", {"revenue": 50, "profit": 20, "growth": 15, "satisfaction": 14}, "bounds"),
        ("kpi.weights", {"revenue": 100}, "shape"),
        ("promo.stack", ("item", "coupon"), "shape"),
        ("promo.draw_max", 50001, "bounds"),
        ("contract.deposit", Decimal("0.21"), "bounds"),
        ("att.min_wage", {"somewhere": -1}, "shape"),
        ("credit.block", 1, "shape"),
        ("abc.a", 91, "relation"),
    ],
)
def test_what_is_wrong_is_refused(key: str, value: object, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        judge(key, value)
    assert refused.value.code == code
    assert refused.value.messages[0]


@pytest.mark.clause("3.1.3")
@pytest.mark.parametrize("jurisdiction", ["TW", "HK"])
def test_no_fines_and_no_literal_deduction_where_the_law_forbids_them(jurisdiction: str) -> None:
    assert policy("att.fine_tier1", jurisdiction=jurisdiction) == 0
    assert policy("att.legal_mode", jurisdiction=jurisdiction) == "proportional"
    for key, value in (("att.legal_mode", "literal"), ("att.legal_mode", "bonus_only"), ("att.fine_tier1", 20)):
        with pytest.raises(ValidationError) as refused:
            judge(key, value, jurisdiction=jurisdiction)
        assert refused.value.code == "law"


@pytest.mark.clause("3.1.3", "3.4.1")
def test_the_mainland_may_choose_but_never_state_secret_names() -> None:
    judge("att.legal_mode", "literal", jurisdiction="CN")
    judge("sec.labels", "graded", jurisdiction="TW")
    with pytest.raises(ValidationError):
        judge("sec.labels", "graded", jurisdiction="CN")


@pytest.mark.clause("2.5.3", "3.1.2")
def test_taiwan_keeps_evidence_five_years_and_answers_consumers_in_time() -> None:
    assert policy("att.evidence_years", jurisdiction="TW") == 5
    with pytest.raises(ValidationError):
        judge("complaint.reply", 11, jurisdiction="TW")
    judge("complaint.reply", 11, jurisdiction="CN")


def test_a_clamp_moves_a_value_no_further_than_it_must() -> None:
    clamp = Clamp("", least=2, most=4)
    assert [clamp.lawful(value) for value in (1, 2, 3, 4, 5)] == [2, 2, 3, 4, 4]


@pytest.mark.clause("2.6.2")
def test_damages_above_thirty_percent_warn_and_stay_allowed() -> None:
    one = parameters["contract.cap"]
    judge(one.key, Decimal("0.4"))
    assert warning(one, Decimal("0.4"))
    assert not warning(one, Decimal("0.3"))


def test_what_touches_pay_or_discipline_is_marked() -> None:
    marked = {one.key for one in parameters.values() if one.touches_pay}
    assert {"att.T1", "att.T2", "att.fine_tier1", "att.half_absent_pct", "att.legal_mode", "att.warn_count"} <= marked
    assert {"kpi.weights", "perf.weights", "perf.forced"} <= marked
    assert "loan.days" not in marked


@pytest.mark.parametrize(
    ("one", "value", "english", "traditional"),
    [
        (parameters["loan.days"], 1, "1 working day", "1 個工作日"),
        (parameters["loan.days"], 10, "10 working days", "10 個工作日"),
        (parameters["contract.late_rate"], Decimal("0.0005"), "0.05% a day", "每日 0.05%"),
        (parameters["discount.sales"], Decimal("0.05"), "5%", "5%"),
        (parameters["promo.draw_max"], 50000, "50,000 yuan", "50,000 元"),
        (parameters["plan.year"], "12-15", "December 15", "12月15日"),
        (parameters["kpi.set"], "01-31", "January 31", "1月31日"),
        (parameters["plan.month"], 25, "day 25", "25 日"),
        (parameters["att.shift"], "09:00-12:00,13:00-18:00", "09:00–12:00, 13:00–18:00", "09:00–12:00、13:00–18:00"),
        (parameters["att.tier2_counts"], False, "no", "否"),
        (parameters["meeting.weekday"], "1", "Monday", "星期一"),
        (
            parameters["perf.year"], {"months": 60, "final": 40},
            "mean of the months 60%, year-end judgement 40%", "月度平均 60%、年終評價 40%",
        ),
        (
            parameters["promo.stack"], ("item", "threshold", "coupon", "points"),
            "item discount → threshold discount → coupon → points", "單品折扣 → 滿減 → 優惠券 → 積分",
        ),
        (parameters["att.min_wage"], {"台北": Decimal(29500)}, "台北 29,500", "台北 29,500"),
        (
            parameters["contract.stamp"], {"CN-sale": Decimal("0.0003"), "TW-service": Decimal("0.001")},
            "Mainland China · Sale of goods 0.03%, Taiwan · Services 0.1%",
            "中國大陸 · 買賣 0.03%、台灣 · 服務 0.1%",
        ),
        (Parameter("x", "1", "", 0, kind=Kind.SPAN), "20:00-08:00", "20:00–08:00", "20:00–08:00"),
    ],
)  # fmt: skip
def test_a_value_is_said_with_its_unit(one: Parameter, value: object, english: str, traditional: str) -> None:
    with override("en"):
        assert said(one, value) == english
    with override("zh-hant"):
        assert said(one, value) == traditional
