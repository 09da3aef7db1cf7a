"""Judgement: evidence in, tier out. Pure: no files, no clock, no order."""

from .lattice import Judgement, Term, counts, judge, text_bounds

__all__ = ["Judgement", "Term", "counts", "judge", "text_bounds"]
