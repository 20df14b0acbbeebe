"""The regulation's own records: changes of parameters, editions of the text, and who has signed for them."""

from shangwu.foundation.regulation.models.editions import Edition, Passage, Procedure
from shangwu.foundation.regulation.models.proposals import Proof, Proposal
from shangwu.foundation.regulation.models.signing import SignOff

__all__ = ["Edition", "Passage", "Procedure", "Proof", "Proposal", "SignOff"]
