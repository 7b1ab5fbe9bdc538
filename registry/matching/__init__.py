"""Whether two names may be one company's: a score, a verdict and the reasons."""

from registry.matching.features import Reason
from registry.matching.scoring import FEATURES, SPARE, THRESHOLD, Score, Verdict, in_turn, rank, score, told_apart

__all__ = ["FEATURES", "SPARE", "THRESHOLD", "Reason", "Score", "Verdict", "in_turn", "rank", "score", "told_apart"]
