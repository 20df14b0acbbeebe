"""Words of contracts in which the law sees a difference (2.6.2)."""

import re

EARNEST = "定金"
"""Earnest money, which binds both sides and has a limit."""
ADVANCE = "訂金"
"""An advance, which sounds the same and is only paid early."""
_NO = ("不收", "不付", "不設", "不设", "不收取", "不支付", "無須支付", "无须支付", "無", "无", "免")
_ASKED_FOR = "".join(f"(?<!{one})" for one in _NO)
_ITSELF = "(?![額额融屬属])"
EARNEST_MEANT = re.compile(f"{_ASKED_FOR}定金{_ITSELF}")
"""Where the word stands for the thing: not in 約定金額 or 固定金屬, and not where none is asked for."""
ADVANCE_MEANT = re.compile(f"{_ASKED_FOR}[訂订]金{_ITSELF}")
"""The same for an advance, in both scripts."""
COUNTED = "一、"
"""How clauses are counted: typst's pattern for 一、二、三、."""
