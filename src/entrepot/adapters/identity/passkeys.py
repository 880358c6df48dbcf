"""Passkeys by WebAuthn: a key in the person's device instead of a password.

The authenticator has to verify the person (by finger, face or code), since the passkey is the only
factor; attestation is not asked for, since which make a device is of says nothing here.

Source: Web Authentication Level 3, https://www.w3.org/TR/webauthn-3/, 2026-11-21.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

from entrepot.services.ports_passkeys import MadeKey

if TYPE_CHECKING:
    from entrepot.services.ports_passkeys import Site
    from entrepot.services.records import Body

TIMEOUT_MS = 300_000


class WebAuthn:
    """The port ``PasskeyTools``."""

    def register_options(
        self, site: Site, account_id: str, login: str, display: str, known: Sequence[str]
    ) -> tuple[Body, str]:
        """Return the options for a browser that makes a key, and their challenge."""
        from webauthn import base64url_to_bytes, generate_registration_options
        from webauthn.helpers import structs

        must = structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        )
        made = generate_registration_options(
            rp_id=site.host,
            rp_name=site.name,
            user_id=account_id.encode(),
            user_name=login,
            user_display_name=display,
            timeout=TIMEOUT_MS,
            authenticator_selection=must,
            exclude_credentials=[
                structs.PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in known
            ],
        )
        return _plain(made), _text(made.challenge)

    def made_key(self, site: Site, challenge: str, answer: Mapping[str, object]) -> MadeKey | None:
        """Return the key that a browser has made; None if the answer proves nothing."""
        from webauthn import base64url_to_bytes, verify_registration_response

        try:
            proven = verify_registration_response(
                credential=dict(answer),
                expected_challenge=base64url_to_bytes(challenge),
                expected_rp_id=site.host,
                expected_origin=site.origin,
                require_user_verification=True,
            )
        except Exception:
            # Whatever a hostile answer trips over inside the library, it proves nothing.
            return None
        key = _text(proven.credential_public_key)
        return MadeKey(_text(proven.credential_id), key, proven.sign_count)

    def login_options(self, site: Site) -> tuple[Body, str]:
        """Return the options for a browser that signs in, and their challenge."""
        from webauthn import generate_authentication_options
        from webauthn.helpers.structs import UserVerificationRequirement

        made = generate_authentication_options(
            rp_id=site.host,
            timeout=TIMEOUT_MS,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return _plain(made), _text(made.challenge)

    def key_of(self, answer: Mapping[str, object]) -> str:
        """Return the id of the key that an answer claims; empty if it names none."""
        found = answer.get("id")
        return found if isinstance(found, str) and len(found) <= 1400 else ""

    def proven_count(
        self, site: Site, challenge: str, answer: Mapping[str, object], key: MadeKey
    ) -> int | None:
        """Return the key's new count; None if the answer proves nothing, or a copy signed it."""
        from webauthn import base64url_to_bytes, verify_authentication_response

        try:
            proven = verify_authentication_response(
                credential=dict(answer),
                expected_challenge=base64url_to_bytes(challenge),
                expected_rp_id=site.host,
                expected_origin=site.origin,
                credential_public_key=base64url_to_bytes(key.public_key),
                credential_current_sign_count=key.sign_count,
                require_user_verification=True,
            )
        except Exception:
            # As above: an answer that cannot be read proves nothing either.
            return None
        return proven.new_sign_count


def _plain(options: object) -> Body:
    from webauthn import options_to_json

    return cast("Body", json.loads(options_to_json(options)))  # type: ignore[arg-type]


def _text(data: bytes) -> str:
    from webauthn.helpers import bytes_to_base64url

    return bytes_to_base64url(data)
