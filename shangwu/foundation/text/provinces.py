"""Provinces by the codes of GB/T 2260, and the one that a registration number tells."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.text.jurisdictions import Jurisdiction


class Province(models.TextChoices):
    """The first two digits of an area's code."""

    BEIJING = "11", _("Beijing")
    TIANJIN = "12", _("Tianjin")
    HEBEI = "13", _("Hebei")
    SHANXI = "14", _("Shanxi")
    INNER_MONGOLIA = "15", _("Inner Mongolia")
    LIAONING = "21", _("Liaoning")
    JILIN = "22", _("Jilin")
    HEILONGJIANG = "23", _("Heilongjiang")
    SHANGHAI = "31", _("Shanghai")
    JIANGSU = "32", _("Jiangsu")
    ZHEJIANG = "33", _("Zhejiang")
    ANHUI = "34", _("Anhui")
    FUJIAN = "35", _("Fujian")
    JIANGXI = "36", _("Jiangxi")
    SHANDONG = "37", _("Shandong")
    HENAN = "41", _("Henan")
    HUBEI = "42", _("Hubei")
    HUNAN = "43", _("Hunan")
    GUANGDONG = "44", _("Guangdong")
    GUANGXI = "45", _("Guangxi")
    HAINAN = "46", _("Hainan")
    CHONGQING = "50", _("Chongqing")
    SICHUAN = "51", _("Sichuan")
    GUIZHOU = "52", _("Guizhou")
    YUNNAN = "53", _("Yunnan")
    TIBET = "54", _("Tibet")
    SHAANXI = "61", _("Shaanxi")
    GANSU = "62", _("Gansu")
    QINGHAI = "63", _("Qinghai")
    NINGXIA = "64", _("Ningxia")
    XINJIANG = "65", _("Xinjiang")
    TAIWAN = "71", _("Taiwan")
    HONG_KONG = "81", _("Hong Kong")
    MACAO = "82", _("Macao")


_REGION = slice(2, 4)


def province_of(jurisdiction: str, number: str) -> str:
    """Where an organisation is registered, by its registration number; "" where that does not tell.

    Some credit codes are given by the state itself and name no province.
    """
    match jurisdiction:
        case Jurisdiction.MAINLAND:
            code = number[_REGION]
        case Jurisdiction.TAIWAN:
            code = Province.TAIWAN
        case Jurisdiction.HONG_KONG:
            code = Province.HONG_KONG
        case _:
            code = ""
    return str(code) if code in Province.values else ""
