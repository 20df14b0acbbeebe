"""Words of contracts in which the law sees a difference (2.6.2)."""

EARNEST = "定金"
"""Earnest money, which binds both sides and has a limit."""
ADVANCE, SIMPLIFIED_ADVANCE = "訂金", "订金"
"""An advance, which sounds the same and is only paid early; in both scripts."""
COUNTED = "一、"
"""How clauses are counted: typst's pattern for 一、二、三、."""
