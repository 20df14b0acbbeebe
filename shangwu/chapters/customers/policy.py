"""What clauses 2.5.1 to 2.5.3 leave open (DOMAIN §6)."""

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.policy.parameters import Clamp, Kind, Parameter, declare
from shangwu.foundation.policy.units import Unit

declare(
    Parameter(
        "customer.file",
        "2.5.1",
        _("File complete after the first order within"),
        3,
        Unit.WORKING_DAYS,
        least=1,
        most=20,
    ),
    Parameter("customer.complete", "2.5.1", _("A file is complete from"), 90, Unit.PERCENT, least=50, most=100),
    Parameter(
        "pool.D", "2.5.1", _("A new owner is protected for"), 30, Unit.DAYS, least=1, most=365, not_above="pool.M"
    ),
    Parameter(
        "pool.U",
        "2.5.1",
        _("A contact extends the protection by"),
        15,
        Unit.DAYS,
        least=1,
        most=180,
        not_above="pool.M",
    ),
    Parameter(
        "pool.M",
        "2.5.1",
        _("Protection without an order lasts at most"),
        180,
        Unit.DAYS,
        least=7,
        most=1095,
        not_below="pool.D",
    ),
    Parameter(
        "pool.extension", "2.5.1", _("The head may lengthen a protection once by"), 15, Unit.DAYS, least=1, most=90
    ),
    Parameter(
        "pool.warn_first",
        "2.5.1",
        _("Owner warned before the protection ends"),
        3,
        Unit.DAYS,
        least=1,
        most=30,
        not_below="pool.warn_last",
    ),
    Parameter(
        "pool.warn_last",
        "2.5.1",
        _("Owner warned again before the protection ends"),
        1,
        Unit.DAYS,
        least=0,
        most=29,
        not_above="pool.warn_first",
    ),
    Parameter("pool.reclaim", "2.5.1", _("Former owner may not reclaim for"), 7, Unit.DAYS, least=0, most=90),
    Parameter(
        "pool.limit", "2.5.1", _("Customers without an order held by one person, at most"), 200, least=10, most=10000
    ),
    Parameter("pool.daily", "2.5.1", _("Customers that one person claims in a day, at most"), 50, least=1, most=1000),
    Parameter(
        "pool.views",
        "2.5.1",
        _("Customers of the pool that one seller opens in a day, at most (0: no limit)"),
        0,
        least=0,
        most=10_000,
    ),
    Parameter(
        "pool.contract",
        "2.5.1",
        _("Without a new contract or order, to the pool after the last contract's end by (0: never)"),
        0,
        Unit.DAYS,
        least=0,
        most=1095,
    ),
    Parameter(
        "pool.tells",
        "2.5.1",
        _("Who asks whose a customer is, is told"),
        "owner",
        kind=Kind.CHOICE,
        parts={
            "owner": _("the owner's name"),
            "department": _("the owner's department"),
            "nothing": _("only that somebody has it"),
        },
    ),
    Parameter("duplicate.similar", "2.5.1", _("Names count as similar from"), 60, Unit.PERCENT, least=50, most=95),
    Parameter("merge.undo", "2.5.1", _("A merge may be taken apart for"), 30, Unit.DAYS, least=1, most=90),
    Parameter(
        "personal.kept",
        "2.5.1",
        _("Persons at lost customers, and at such that never ordered, kept without contact for (0: no limit)"),
        1095,
        Unit.DAYS,
        least=0,
        most=3650,
        legal_note=_(
            "Personal data are kept for the shortest time that their purpose needs, and erased unasked when it is over "
            "(PIPL 19 and 47)."
        ),
    ),
    Parameter("customer.dormant", "2.5.1", _("Dormant without an order after"), 180, Unit.DAYS, least=30, most=1095),
    Parameter(
        "customer.lost",
        "2.5.1",
        _("Lost when dormant without an order for a further (0: never)"),
        180,
        Unit.DAYS,
        least=0,
        most=1095,
    ),
    Parameter("rfm.window", "2.5.1", _("Value of a customer is judged over"), 365, Unit.DAYS, least=90, most=1095),
    Parameter(
        "abc.a",
        "2.5.1",
        _("Grade A: customers that make up the first"),
        70,
        Unit.PERCENT,
        least=10,
        most=95,
        not_above="abc.b",
    ),
    Parameter(
        "abc.b",
        "2.5.1",
        _("Grade A and B: customers that make up the first"),
        90,
        Unit.PERCENT,
        least=20,
        most=99,
        not_below="abc.a",
    ),
    Parameter("verify.a", "2.5.1", _("Verify grade A every"), 90, Unit.DAYS, least=30, most=730),
    Parameter("verify.b", "2.5.1", _("Verify grade B every"), 180, Unit.DAYS, least=30, most=730),
    Parameter("verify.c", "2.5.1", _("Verify grade C every"), 365, Unit.DAYS, least=30, most=730),
    Parameter("contact.plan", "2.5.2", _("Contact plans of the year by"), "01-31", kind=Kind.DAY_OF_YEAR),
    Parameter("contact.a", "2.5.2", _("Speak with grade A every"), 30, Unit.DAYS, least=7, most=365),
    Parameter("contact.b", "2.5.2", _("Speak with grade B every"), 60, Unit.DAYS, least=7, most=365),
    Parameter("contact.c", "2.5.2", _("Speak with grade C every"), 90, Unit.DAYS, least=7, most=365),
    Parameter("contact.answer", "2.5.2", _("First answer to a request within"), 1, Unit.WORKING_DAYS, least=1, most=5),
    Parameter(
        "visit.position",
        "2.5.2",
        _("Who arrives at a customer may add about where that is"),
        False,
        kind=Kind.SWITCH,
        legal_note=_(
            "Positions of employees are personal data: agree on it with them first; nobody is obliged to press it."
        ),
    ),
    Parameter("visit.position_days", "2.5.2", _("Positions are erased after"), 30, Unit.DAYS, least=1, most=180),
    Parameter(
        "satisfaction.year", "2.5.2", _("Satisfaction and loyalty asked every year by"), "11-30", kind=Kind.DAY_OF_YEAR
    ),
    Parameter(
        "opportunity.window", "2.5.2", _("Chances are learnt from the last"), 730, Unit.DAYS, least=180, most=1825
    ),
    Parameter(
        "opportunity.least", "2.5.2", _("Own history counts from so many closed opportunities"), 20, least=5, most=500
    ),
    Parameter(
        "opportunity.commit",
        "2.5.2",
        _("A forecast counts on a chance of at least"),
        70,
        Unit.PERCENT,
        least=50,
        most=100,
    ),
    Parameter("survey.link", "2.5.2", _("Links to surveys are good for"), 30, Unit.DAYS, least=7, most=180),
    Parameter("survey.rest", "2.5.2", _("Nobody is asked again within"), 90, Unit.DAYS, least=14, most=365),
    Parameter("survey.low", "2.5.2", _("Answers that are heard of at once, up to"), 2, least=1, most=3),
    Parameter("complaint.ack", "2.5.3", _("Complaint taken up within"), 1, Unit.WORKING_DAYS, least=1, most=3),
    Parameter(
        "complaint.target",
        "2.5.3",
        _("Complaint taken up, as a target, within working hours"),
        2,
        Unit.HOURS,
        least=1,
        most=8,
    ),
    Parameter(
        "complaint.return",
        "2.5.3",
        _("Goods bought online go back without a reason within"),
        7,
        Unit.DAYS,
        least=7,
        most=90,
        legal_note=_(
            "Consumers have seven days from receiving the goods (consumer protection law, article 25; in Taiwan "
            "article 19); a house may give more, never less."
        ),
    ),
    Parameter(
        "complaint.return_settled",
        "2.5.3",
        _("Return without a reason settled within"),
        7,
        Unit.DAYS,
        least=1,
        most=7,
        legal_note=_(
            "The price is paid back within seven days of the day on which the goods are back, in Taiwan within "
            "fifteen; the term here runs from the registration, which is never later."
        ),
    ),
    Parameter(
        "complaint.plan",
        "2.5.3",
        _("Cause found and solution laid out within"),
        3,
        Unit.WORKING_DAYS,
        least=1,
        most=10,
        not_above="complaint.reply",
    ),
    Parameter(
        "complaint.reply",
        "2.5.3",
        _("Customer told the outcome within"),
        7,
        Unit.WORKING_DAYS,
        least=1,
        most=15,
        not_below="complaint.plan",
        legal_note=_("Consumers in Taiwan are answered within 15 calendar days by law; the earlier day counts."),
        clamps={"TW": Clamp(_("Taiwan: 15 calendar days by law, so at most 10 working days."), most=10)},
    ),
    Parameter(
        "complaint.consumer",
        "2.5.3",
        _("Consumers in Taiwan answered within"),
        15,
        Unit.DAYS,
        least=1,
        most=15,
        legal_note=_("The consumer protection act of Taiwan, article 43, gives fifteen days; no pause moves them."),
    ),
    Parameter(
        "complaint.pay_head",
        "2.5.3",
        _("The head grants compensation up to"),
        5000,
        Unit.MONEY,
        least=0,
        most=10_000_000,
        not_above="complaint.pay_vice",
        legal_note=_(
            "A deceived consumer gets three times the price, in the mainland 500 yuan at least (consumer protection "
            "law, article 55)."
        ),
    ),
    Parameter(
        "complaint.pay_vice",
        "2.5.3",
        _("The executive in charge grants compensation up to"),
        50_000,
        Unit.MONEY,
        least=0,
        most=100_000_000,
        not_below="complaint.pay_head",
    ),
    Parameter("complaint.link", "2.5.3", _("Links to customers are good for"), 30, Unit.DAYS, least=1, most=180),
    Parameter("complaint.urgent", "2.5.3", _("Danger contained within"), 24, Unit.HOURS, least=1, most=48),
    Parameter(
        "complaint.follow",
        "2.5.3",
        _("Effect checked after the customer's consent for"),
        30,
        Unit.DAYS,
        least=7,
        most=180,
    ),
    Parameter(
        "complaint.repeat",
        "2.5.3",
        _("The same complaint again counts as a repeat within"),
        90,
        Unit.DAYS,
        least=30,
        most=365,
    ),
    Parameter(
        "complaint.analysis", "2.5.3", _("Complaints of the month analysed by"), 10, Unit.DAY_OF_MONTH, least=1, most=28
    ),
)
