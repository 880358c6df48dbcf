"""The one door to payment messages; the models behind it load when first used."""

from __future__ import annotations

from entrepot.domain.contracts.matching import Confirmation
from entrepot.domain.contracts.payment import PaymentOrder


class PaymentMessages:
    """Orders written, notices read."""

    def write_order(self, order: PaymentOrder) -> bytes:
        """Return the order as pain.001.001.09; see ``pain001.write_pain001``."""
        # The models take 150 ms and 20 MB to load; a quote needs none of them.
        from entrepot.adapters.documents.iso20022.pain001 import write_pain001

        return write_pain001(order)

    def read_notices(self, data: bytes) -> tuple[Confirmation, ...]:
        """Return what a bank's message says; see ``notices.read_notices``."""
        from entrepot.adapters.documents.iso20022.notices import read_notices

        return read_notices(data)
