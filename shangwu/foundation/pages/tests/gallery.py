"""The gallery: every component in its states and the five kinds of page, drawn from samples, without a database.

It is served in tests only. To look at it:
`DJANGO_SETTINGS_MODULE=shangwu.foundation.pages.tests.gallery_settings python -m django runserver --noreload 8123`.
"""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import include, path
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from shangwu.foundation.pages.tests import gallery_samples as samples


class OrderForm(forms.Form):
    """Some fields of an order."""

    customer = forms.CharField(label="客戶", widget=forms.TextInput({"class": "form-control"}))
    customer_number = forms.CharField(
        label="客戶單號", required=False, widget=forms.TextInput({"class": "form-control"})
    )
    quotation = forms.ChoiceField(
        label="來源報價",
        choices=[("", "QT-2611-0071　NT$ 301,750")],
        required=False,
        widget=forms.Select({"class": "form-select"}),
    )
    contract = forms.ChoiceField(
        label="合同", choices=[("", "不依合同（單筆）")], required=False, widget=forms.Select({"class": "form-select"})
    )
    due = forms.DateField(label="交期", widget=forms.TextInput({"class": "form-control is-invalid"}))
    delivery = forms.ChoiceField(
        label="交貨方式", choices=[("", "公司派車")], required=False, widget=forms.Select({"class": "form-select"})
    )
    terms = forms.ChoiceField(
        label="付款條件", choices=[("", "月結 45 天")], required=False, widget=forms.Select({"class": "form-select"})
    )
    place = forms.CharField(label="交貨地點", widget=forms.TextInput({"class": "form-control"}))
    note = forms.CharField(label="備註", required=False, widget=forms.Textarea({"class": "form-control", "rows": 2}))
    urgent = forms.BooleanField(label="急單", required=False, widget=forms.CheckboxInput({"class": "sw-check"}))


def _frame(request: HttpRequest, current: str = "2.6") -> dict[str, Any]:
    frame = samples.frame(current)
    frame["theme"] = request.GET.get("theme") or request.COOKIES.get("sw_theme", "light")
    frame["text"] = request.COOKIES.get("sw_text", "")
    if "late" in request.GET:
        frame["demo"] = "示範資料"
    frame["alike"] = current
    return {"frame": frame}


def order_list(request: HttpRequest) -> HttpResponse:
    return render(request, "gallery/list.html", {**samples.SAMPLES["list"], **_frame(request)})


def my_day(request: HttpRequest) -> HttpResponse:
    def card(title: str, template: str, count: int | None = None, **context: Any) -> dict[str, Any]:
        body = render_to_string(f"pages/components/{template}.html", context)
        return {"title": title, "count": count, "padded": template != "duties", "body": body}

    context = {
        "page": samples.page("我的工作台"),
        "day": {
            "title": "十一月二十三日　星期一",
            "lines": ["怡安，早。", mark_safe('今天有 <b>5</b> 項責任到期，另有 <b class="sw-late">1</b> 項逾期。')],
            "week": "第 48 週 · 本週工作 5 天",
        },
        "actions": [
            {"label": "行事曆", "icon": "calendar-event", "url": "#"},
            {"label": "寫跟進", "icon": "pencil", "url": "#"},
        ],
        "main_cards": [card("我的責任", "duties", 7, groups=samples.PARTS["duty_groups"])],
        "side_cards": [
            card("今天的會議與跟進", "agenda", 4, entries=samples.PARTS["agenda"]),
            card("我的十一月", "meters", meters=samples.PARTS["meters"]),
        ],
    }
    return render(request, "pages/my_day.html", {**context, **_frame(request, "我的工作台")})


def form(request: HttpRequest) -> HttpResponse:
    values = {
        "customer": "瀚海半導體設備股份有限公司",
        "customer_number": "HH-PO-88213",
        "due": "2026-12-04",
        "place": "新竹市東區力行六路 8 號 B 棟收貨區",
    }
    order = OrderForm(values, auto_id="id_%s")
    order.add_error("due", "最早 2026-12-14；要更早請加註急單")
    hints = {"customer": "A 類 · 信用餘額 NT$ 2,180,000 · 月結 45 天", "contract": "金額超過 NT$ 500,000 須先簽合同"}
    widths = {"customer": 4, "quotation": 3, "contract": 3, "place": 4, "note": 6}

    def group(*names: str) -> list[dict[str, Any]]:
        return [{"field": order[name], "width": widths.get(name, 2), "hint": hints.get(name)} for name in names]

    context = {
        "page": samples.page("新訂單", samples.CLAUSE, ("2.6 銷售執行", "銷售訂單")),
        "form": order,
        "form_token": "sample",
        "groups": [
            group("customer", "customer_number", "quotation", "contract"),
            group("due", "delivery", "terms", "place", "urgent", "note"),
        ],
        "items": [
            {
                "name": "BV3-SS-050-PN40　三片式不鏽鋼球閥 DN50",
                "quantity": "20",
                "price": "6,850",
                "discount": "5",
                "amount": "130,150",
            },
            {
                "name": "PA-DA-083　雙作用氣動執行器 83 系",
                "quantity": "20",
                "price": "7,200",
                "discount": "0",
                "amount": "144,000",
            },
            {
                "name": "SV-KIT-01　限位開關箱 IP67 防爆",
                "quantity": "12",
                "price": "2,300",
                "discount": "0",
                "amount": "27,600",
            },
        ],
        "blank": {"discount": "0"},
        "checks": [
            {"mark": "done", "label": "客戶在信用額度內"},
            {"mark": "done", "label": "單價不低於最低售價"},
            {"mark": "late", "label": "交期符合備貨天數"},
            {"mark": "", "label": "附客戶採購單"},
        ],
    }
    return render(request, "gallery/form.html", {**context, **_frame(request)})


def detail(request: HttpRequest) -> HttpResponse:
    context = {**samples.SAMPLES["detail"], "open_panel": "panel" in request.GET}
    return render(request, "gallery/detail.html", {**context, **_frame(request)})


def panel(request: HttpRequest) -> HttpResponse:
    return render(request, "gallery/panel.html")


def dialog(request: HttpRequest) -> HttpResponse:
    order = OrderForm(auto_id="dialog_%s")
    return render(
        request, "gallery/dialog.html", {"fields": [order["note"], order["urgent"]], "clause": samples.CLAUSE}
    )


def cell(request: HttpRequest) -> HttpResponse:
    """An inline edit: "bad" is refused, "stale" is a conflict, anything else is kept."""
    if request.method == "GET":
        return render(
            request,
            "pages/components/cell_form.html",
            {
                "url": "/cell",
                "input": mark_safe('<input name="value" aria-label="交期" value="12/18">'),
                "form_token": "x",
            },
        )
    value = request.POST.get("value", "")
    if value == "bad":
        answer = render(request, "pages/components/refusal.html", samples.SAMPLES["refusal"], status=409)
        answer["HX-Retarget"] = "#sw-refusal"
        answer["HX-Reswap"] = "innerHTML"
        return answer
    return HttpResponse(format_html("{}", value))


def save(request: HttpRequest) -> HttpResponse:
    """Answers of every kind, chosen by the `answer` parameter."""
    kind = request.POST.get("answer") or request.POST.get("place", "")
    if kind == "busy":
        answer = HttpResponse("away", status=503)
        answer["Retry-After"] = "2"
        return answer
    if kind == "broken":
        return HttpResponse("<h1>Server error</h1>", status=500)
    if kind == "redirect":
        return HttpResponse(status=204, headers={"HX-Redirect": "/detail"})
    if kind == "stale":
        answer = render(request, "pages/components/conflict.html", samples.SAMPLES["conflict"], status=409)
        answer["HX-Retarget"] = "#sw-dialog-body"
        answer["HX-Reswap"] = "innerHTML"
        return answer
    answer = render(request, "pages/components/refusal.html", samples.SAMPLES["refusal"], status=409)
    answer["HX-Retarget"] = "#sw-refusal"
    answer["HX-Reswap"] = "innerHTML"
    return answer


DRAFTS: list[dict[str, Any]] = []
SUMS: list[dict[str, Any]] = []


def draft(request: HttpRequest) -> HttpResponse:
    DRAFTS.append(request.POST.dict())
    return HttpResponse(status=204)


def sums(request: HttpRequest) -> HttpResponse:
    SUMS.append(request.POST.dict())
    total = len(SUMS)
    return HttpResponse(
        f'<hx-partial hx-target="#amount-0" hx-swap="innerHTML"><span data-sums="{total}">9,999</span></hx-partial>'
    )


def find(request: HttpRequest) -> HttpResponse:
    query = request.GET.get("q", "")
    groups = [] if query == "zzz" else samples.SAMPLES["palette"]
    return render(request, "pages/components/palette_results.html", {"groups": groups, "query": query})


def pick(request: HttpRequest) -> HttpResponse:
    found = [
        ("1", "BV3-SS-050-PN40　三片式不鏽鋼球閥 DN50", "BV3-SS-050-PN40"),
        ("2", "PA-DA-083　雙作用氣動執行器 83 系", "PA-DA-083"),
    ]
    query = request.GET.get("q", "").lower()
    options = [
        {"value": value, "label": label, "code": code, "detail": "庫存 32"}
        for value, label, code in found
        if query in label.lower()
    ]
    return render(request, "pages/components/pick_options.html", {"options": options})


def received(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"drafts": DRAFTS, "sums": SUMS})


def parts(request: HttpRequest) -> HttpResponse:
    context = {
        **samples.PARTS,
        "page": samples.page("零件"),
        "meta": ["每個零件的每種樣子"],
        "refusal": samples.SAMPLES["refusal"],
        "conflict": samples.SAMPLES["conflict"],
        "trend": samples.SAMPLES["charts"]["trend"],
    }
    return render(request, "gallery/parts.html", {**context, **_frame(request, "")})


def analysis(request: HttpRequest) -> HttpResponse:
    clause = {"code": "2.7.2", "title": "數據分析與報告", "url": "/panel"}
    page = samples.page("銷售分析", clause, ("2.7 銷售分析",))
    context = {**samples.PARTS, **samples.SAMPLES["charts"], "page": page}
    return render(request, "gallery/analysis.html", {**context, **_frame(request, "2.7")})


def empty(request: HttpRequest) -> HttpResponse:
    clause = {"code": "2.4.2", "title": "渠道管理", "url": "/panel"}
    page = samples.page("渠道評估", clause, ("2.4 銷售渠道",))
    context = {"page": page, "empty": samples.SAMPLES["empty"], "meta": ["每季評估一次；本季截止 12/31"]}
    return render(request, "gallery/empty.html", {**context, **_frame(request, "2.4")})


urlpatterns = [
    path("", my_day),
    path("list", order_list),
    path("detail", detail),
    path("form", form),
    path("analysis", analysis),
    path("empty", empty),
    path("parts", parts),
    path("panel", panel),
    path("dialog", dialog),
    path("cell", cell),
    path("save", save),
    path("comment", save),
    path("draft", draft),
    path("sums", sums),
    path("find", find),
    path("pick", pick),
    path("received", received),
    path("accounts/", include("allauth.urls")),
]
