"""What a related person is to the patient: codes of HL7 Norway and HL7 International as codes of `content/relations.toml`.

A RelatedPerson points to the patient: the daughter of the care recipient has `barn`. Folkeregisteret records it the other
way round; here nothing is turned.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

_NO = "http://hl7.no/fhir/CodeSystem/no-basis-"
FAMILY = f"{_NO}family-relation"
MARITAL = f"{_NO}marital-status"
PARENTAL = f"{_NO}parental-responsibility"
V3_ROLE = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
V2_CONTACT = "http://terminology.hl7.org/CodeSystem/v2-0131"

#: The same systems under names they had, or have in drafts.
_ALIASES = MappingProxyType(
    {
        f"{FAMILY}.codesystem": FAMILY,
        f"{MARITAL}.codesystem": MARITAL,
        f"{PARENTAL}.codesystem": PARENTAL,
        "http://hl7.org/fhir/v3/RoleCode": V3_ROLE,
        "http://hl7.org/fhir/v2/0131": V2_CONTACT,
    }
)

STILLBORN = (FAMILY, "dødfødtbarn")
ONESELF = (V3_ROLE, "oneself")

#: "child" stands for both child and adult child: the age decides.
CHILD = "child"


def _codes(system: str, words: Mapping[str, str]) -> dict[tuple[str, str], str]:
    return {(system, code.lower()): ours for ours, codes in words.items() for code in codes.split()}


_KNOWN: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        **_codes(
            FAMILY,
            {
                "parent": "mor far medmor",
                CHILD: "barn",
                "sibling": "søsken",
                "spouse_partner": "ektefelleEllerPartner",
            },
        ),
        **_codes(
            MARITAL,
            {
                "spouse_partner": "gift registrertPartner",
                "other": "skilt separert skiltPartner separertPartner",
            },
        ),
        **_codes(PARENTAL, {"parent": "felles mor far medmor", "other": "andre"}),
        **_codes(
            V3_ROLE,
            {
                "spouse_partner": "SPS HUSB WIFE DOMPART SIGOTHR",
                CHILD: "CHILD DAU SON DAUC SONC NCHILD NDAU NSON CHLDADOPT DAUADOPT SONADOPT CHLDFOST DAUFOST"
                " SONFOST STPCHLD STPDAU STPSON",
                "parent": "PRN MTH FTH NPRN NMTH NFTH GESTM ADOPTP ADOPTM ADOPTF PRNFOST MTHFOST FTHFOST STPPRN"
                " STPMTH STPFTH",
                "sibling": "SIB BRO SIS NSIB NBRO NSIS HSIB HBRO HSIS STPSIB STPBRO STPSIS TWIN TWINBRO TWINSIS",
                "grandchild": "GRNDCHILD GRNDDAU GRNDSON",
                "grandparent": "GRPRN GRMTH GRFTH MGRPRN MGRMTH MGRFTH PGRPRN PGRMTH PGRFTH",
                "other_family": "FAMMEMB EXT AUNT UNCLE MAUNT MUNCLE PAUNT PUNCLE COUSN MCOUSN PCOUSN NIENEPH NIECE"
                " NEPHEW CHLDINLAW DAUINLAW SONINLAW PRNINLAW MTHINLAW FTHINLAW SIBINLAW BROINLAW SISINLAW GGRPRN"
                " GGRMTH GGRFTH",
                "friend": "FRND",
                "neighbour": "NBOR",
                "guardian": "GUARD GUARDIAN",
                "other": "FMRSPS ROOM",
            },
        ),
    }
)

#: Roles beside kinship that are understood but say nothing of what somebody is to the patient.
_ROLES = MappingProxyType(
    {
        (V2_CONTACT, "n"): "nærmeste pårørende",
        (V2_CONTACT, "c"): "kontakt i nødstilfelle",
        (V2_CONTACT, "cp"): "kontaktperson",
        (V2_CONTACT, "ep"): "kontakt i nødstilfelle",
    }
)

#: When several fit, the earliest of these holds: a daughter who is also guardian is a daughter.
_ORDER = (
    "spouse_partner",
    CHILD,
    "parent",
    "sibling",
    "grandchild",
    "grandparent",
    "other_family",
    "friend",
    "neighbour",
    "guardian",
    "other",
)
_LABEL_LENGTH = 80


@dataclass(frozen=True)
class Coding:
    """One code as it stood in the file; `display` is its own, or else the text beside it."""

    system: str
    code: str
    display: str = ""

    @property
    def key(self) -> tuple[str, str]:
        system = _ALIASES.get(self.system, self.system)
        return system, unicodedata.normalize("NFC", self.code).lower()

    def as_dict(self) -> dict[str, str]:
        return {"system": self.system, "code": self.code, "display": self.display}


@dataclass(frozen=True)
class Relationship:
    """Everything the file says about what the related person is to the patient."""

    codings: tuple[Coding, ...] = ()

    @property
    def kind(self) -> str:
        """The relation in our codes, or "unknown" when no code is known. `CHILD` does not yet say how old."""
        found = {_KNOWN[c.key] for c in self.codings if c.key in _KNOWN}
        return next((kind for kind in _ORDER if kind in found), "unknown")

    @property
    def is_stillborn(self) -> bool:
        return any(c.key == STILLBORN for c in self.codings)

    @property
    def is_oneself(self) -> bool:
        return any(c.key == ONESELF for c in self.codings)

    @property
    def unknown(self) -> tuple[Coding, ...]:
        """Codes that nothing here knows: they are kept and shown."""
        return tuple(c for c in self.codings if c.key not in _KNOWN and c.key not in _ROLES)

    @property
    def label(self) -> str:
        """Words for what our code does not say: unknown codes and roles, each once, at most 80 characters."""
        known = {c.display for c in self.codings if c.key in _KNOWN}
        words = dict.fromkeys(
            c.display or _ROLES.get(c.key, "") or c.code
            for c in self.codings
            if c.key not in _KNOWN and (not c.display or c.display not in known)
        )
        return _joined(word for word in words if word)


def _joined(words: Iterable[str]) -> str:
    text = "; ".join(words)
    return text if len(text) <= _LABEL_LENGTH else text[: _LABEL_LENGTH - 1].rstrip() + "…"


def code_for(kind: str, *, is_minor: bool) -> str:
    """The code of `content/relations.toml`; a child whose age is not known counts as grown up until somebody asks."""
    if kind == CHILD:
        return "child" if is_minor else "adult_child"
    return kind
