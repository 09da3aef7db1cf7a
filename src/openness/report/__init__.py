"""Verdict → what people and machines read: one module for each format."""

from __future__ import annotations
