"""Robots of WeCom, DingTalk and Feishu groups: one group is told what concerns its people, within the limits."""

from shangwu.foundation.notices.robots.speaking import speak

__all__ = ["speak"]
