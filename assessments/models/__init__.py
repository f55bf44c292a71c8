"""Everything about applicants. Every field that holds personal data says why it is held, in docs/privacy.md."""

from assessments.models.case import Case, CasePerson, CasePlace, CaseTrait
from assessments.models.fact import CaseFact, FactRevision

__all__ = ["Case", "CaseFact", "CasePerson", "CasePlace", "CaseTrait", "FactRevision"]
