"""Everything the theory part states, in the order of reading."""

from egov_assets.theory.equations import Claim, equations
from egov_assets.theory.propositions import comparative_statics, propositions


def theory_claims() -> list[Claim]:
    """Equations, then signs, then propositions; a second or two of algebra."""
    return [*equations(), *comparative_statics(), *propositions()]
