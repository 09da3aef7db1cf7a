"""Clauses: which ones a text holds, and where."""

from .engine import ClauseEngine, restricts
from .structure import Structure, Unit, parse_structure

__all__ = ["ClauseEngine", "Structure", "Unit", "parse_structure", "restricts"]
