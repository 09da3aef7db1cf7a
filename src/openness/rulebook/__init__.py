"""Schema, loader and example runner for `rules/`: the knowledge of openness, which is data."""
