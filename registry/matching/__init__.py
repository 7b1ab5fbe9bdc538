"""Whether two names may be one company's: a score, a verdict and the reasons."""

from registry.matching.features import Reason
from registry.matching.scoring import FEATURES, THRESHOLD, Score, Verdict, rank, score, told_apart

__all__ = ["FEATURES", "THRESHOLD", "Reason", "Score", "Verdict", "rank", "score", "told_apart"]
