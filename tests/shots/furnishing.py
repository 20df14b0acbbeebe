"""What the demo department has not yet, so that no page stands empty only because nobody has used it."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from shangwu.chapters.channels.models import Channel
from shangwu.chapters.customers.models import Communication, Customer
from shangwu.chapters.sales.models import PriceList, Product
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import act
from shangwu.foundation.api.models import Token
from shangwu.foundation.exchange.models import Import
from shangwu.foundation.people.models import Account, Delegation, Person, Post
from shangwu.foundation.records import clock, gate
from shangwu.foundation.records.actors import Actor
from tests.shots.places import Visitors

WITH_A_SECOND_FACTOR = "gm"
"""This demo sign-in asks for a code, so that the page that asks can be seen."""

_TABLE = "公司名稱,電話,電子郵件\n東和水務工程股份有限公司,02-2345-6789,office@example.com\n,07-111-2222,\n"


def furnish() -> None:
    """Add a few records, each once, by the people whose work it is."""
    with gate.free_reading():
        people = {one.username: one.person for one in Account.objects.filter(is_demo=True).select_related("person")}
        by = {name: actor_of(person) for name, person in people.items() if person is not None}
        for model, make in _MAKERS.items():
            if not model._default_manager.exists():
                make(by)
        account = Account.objects.get(username=WITH_A_SECOND_FACTOR)
        if not account.authenticator_set.exists():
            TOTP.activate(account, generate_totp_secret())
    if not Import.objects.unscoped(reason="is there one in the demo").exists():
        file = SimpleUploadedFile("customers.csv", _TABLE.encode(), "text/csv")
        Visitors().clients["head"].post(reverse("customers.customer.import"), {"file": file})


def _channel(by: dict[str, Actor]) -> None:
    for name in ("南臺流體控制經銷", "北海機電設備行"):
        channel = act(by["chm"], "channels.channel.create", None, {"name": name}).record
        act(by["chm"], "channels.channel.approach", channel)


def _communication(by: dict[str, Actor]) -> None:
    customer = Customer.objects.visible_to(by["sales"]).filter(owner_id=by["sales"].person_id).first()
    at = clock.now() - datetime.timedelta(hours=2)
    said = {"customer": customer, "method": "phone", "at": at, "summary": "同意十二月中交貨,另詢 DN80 報價。"}
    act(by["sales"], "customers.communication.create", None, said)


def _price_list(by: dict[str, Actor]) -> None:
    products = Product.objects.visible_to(by["head"]).order_by("pk")[:4]
    prices = [{"product": one, "least_quantity": "10", "price": one.list_price} for one in products]
    given = {"name": "年約價目", "currency": "TWD", "valid_from": clock.now().date(), "prices": prices}
    act(by["head"], "sales.pricelist.create", None, given)


def _delegation(by: dict[str, Actor]) -> None:
    today = clock.now().date()
    given = {
        "absent": Person.objects.get(pk=by["head"].person_id), "deputy": Person.objects.get(pk=by["biz"].person_id),
        "starts_on": today, "ends_on": today + datetime.timedelta(days=5), "reason": "出差",
    }  # fmt: skip
    act(by["head"], "people.delegation.create", None, given)


def _post(by: dict[str, Actor]) -> None:
    act(by["adm"], "people.post.create", None, {"name": "業務專員"})


def _token(by: dict[str, Actor]) -> None:
    end = clock.now() + datetime.timedelta(days=30)
    act(by["head"], "api.token.create", None, {"name": "ERP", "scopes": "read", "expires_at": end})


_MAKERS: dict[type, Callable[[dict[str, Actor]], None]] = {
    Channel: _channel, Communication: _communication, PriceList: _price_list, Delegation: _delegation, Post: _post,
    Token: _token,
}  # fmt: skip
