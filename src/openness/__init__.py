"""What you may really do with an AI model: licenses read, tiers proved.

>>> import openness
>>> openness.classify_license("MIT OR CC-BY-NC-4.0").tier
<Tier.OSI: 2>

Names are imported when they are first used, so that ``import openness`` costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .errors import OpennessError as OpennessError
    from .records import Clause as Clause
    from .records import Document as Document
    from .records import Finding as Finding
    from .records import Identification as Identification
    from .records import License as License
    from .records import LicenseClaim as LicenseClaim
    from .records import Limits as Limits
    from .records import ModelRecord as ModelRecord
    from .records import Profile as Profile
    from .records import Role as Role
    from .records import Tier as Tier
    from .records import Verdict as Verdict
    from .road import classify as classify
    from .road import classify_card as classify_card
    from .road import classify_license as classify_license
    from .road import classify_model as classify_model
    from .road import classify_text as classify_text
    from .road import identify_text as identify_text
    from .rulebook.load import load_rulebook as load_rulebook

_HOME = {
    "Clause": "records",
    "Document": "records",
    "Finding": "records",
    "Identification": "records",
    "License": "records",
    "LicenseClaim": "records",
    "Limits": "records",
    "ModelRecord": "records",
    "OpennessError": "errors",
    "Profile": "records",
    "Role": "records",
    "Tier": "records",
    "Verdict": "records",
    "classify": "road",
    "classify_card": "road",
    "classify_license": "road",
    "classify_model": "road",
    "classify_text": "road",
    "identify_text": "road",
    "load_rulebook": "rulebook.load",
}

__all__ = [
    "Clause",
    "Document",
    "Finding",
    "Identification",
    "License",
    "LicenseClaim",
    "Limits",
    "ModelRecord",
    "OpennessError",
    "Profile",
    "Role",
    "Tier",
    "Verdict",
    "classify",
    "classify_card",
    "classify_license",
    "classify_model",
    "classify_text",
    "identify_text",
    "load_rulebook",
]


def __getattr__(name: str) -> object:
    from importlib import import_module

    if name == "__version__":
        from .version import __version__

        return __version__
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f".{home}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
