"""Sign-in at an OpenID provider: authorization code with PKCE, state and nonce (OpenID Connect)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import JWTClaimsRegistry, decode

from scheduler.config import OpenIdSettings
from scheduler.errors import CallboardError

# Signed with a key that only the provider has: with shared secrets or none, others could sign.
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
_SCOPE = "openid profile email"
_PATIENCE_S = 10


class NotVouchedFor(CallboardError):
    """The provider's answer is missing, or not one to trust; the message is for the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """What the browser keeps while its person is at the provider; nobody can guess any of it.

    Attributes
    ----------
    state
        Comes back with the person: they were sent from here.
    nonce
        Comes back inside the signed answer: it was made for this errand.
    verifier
        Proves, when the answer is fetched, that the one who sent the person asks (PKCE).
    """

    state: str
    nonce: str
    verifier: str

    @classmethod
    def begin(cls) -> Errand:
        """Make a new errand."""
        return cls(
            state=secrets.token_urlsafe(32),
            nonce=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(48),
        )

    @classmethod
    def of(cls, text: str) -> Errand | None:
        """Read what :meth:`text` wrote; None for anything else."""
        parts = text.split(".")
        if len(parts) != 3 or not all(parts):
            return None
        return cls(state=parts[0], nonce=parts[1], verifier=parts[2])

    def text(self) -> str:
        """Write it for a cookie."""
        return f"{self.state}.{self.nonce}.{self.verifier}"


class OpenIdProvider:
    """An OpenID provider, asked anew at each sign-in: its keys change when it says so.

    Parameters
    ----------
    settings
        Which provider, and what we are to it.
    """

    def __init__(self, settings: OpenIdSettings) -> None:
        self._settings = settings

    def address(self, errand: Errand, back: str) -> str:
        """Return where to send the person, who will come back to ``back``.

        Raises
        ------
        NotVouchedFor
            The provider does not answer.
        """
        about = self._about()
        url, _ = self._client(back).create_authorization_url(
            about["authorization_endpoint"],
            state=errand.state,
            nonce=errand.nonce,
            code_verifier=errand.verifier,
        )
        return str(url)

    def claims(self, errand: Errand, answer: Mapping[str, str], back: str) -> dict[str, Any]:
        """Return what the provider says of the person, signed for us and for this errand.

        Parameters
        ----------
        errand
            What the browser has kept.
        answer
            The query with which the person came back.
        back
            Where they came back to.

        Raises
        ------
        NotVouchedFor
            They come from elsewhere, were refused there, or the answer is not to be trusted.
        """
        issuer = self._settings.issuer
        if not secrets.compare_digest(answer.get("state", "").encode(), errand.state.encode()):
            raise NotVouchedFor("the state is another's")
        if answer.get("iss", issuer) != issuer:
            raise NotVouchedFor("the answer comes from another provider")
        if "code" not in answer:
            raise NotVouchedFor("the provider has let nobody in")
        about = self._about()
        try:
            token = self._client(back).fetch_token(
                about["token_endpoint"],
                code=answer["code"],
                code_verifier=errand.verifier,
                timeout=_PATIENCE_S,
            )
            keys = KeySet.import_key_set(self._get(about["jwks_uri"]))  # type: ignore[arg-type]  # checked by joserfc
            claims = decode(str(token.get("id_token", "")), keys, algorithms=_ALGORITHMS).claims
            self._check(claims, errand)
        except (AuthlibBaseError, JoseError, requests.RequestException, ValueError) as error:
            raise NotVouchedFor(f"{type(error).__name__}: {error}") from error
        return claims

    def _check(self, claims: dict[str, Any], errand: Errand) -> None:
        """Check whose, for whom and for how long a token is (OpenID Connect Core 3.1.3.7)."""
        us = self._settings.client_id
        JWTClaimsRegistry(
            leeway=60,
            iss={"essential": True, "value": self._settings.issuer},
            aud={"essential": True, "value": us},
            nonce={"essential": True, "value": errand.nonce},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        ).validate(claims)
        if claims.get("azp", us) != us:
            raise NotVouchedFor("the token was made for another program")

    def _about(self) -> dict[str, Any]:
        issuer = self._settings.issuer
        about = self._get(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if about.get("issuer") != issuer:
            raise NotVouchedFor("the provider calls itself otherwise")
        return about

    def _get(self, url: str) -> dict[str, Any]:
        try:
            answer = requests.get(url, timeout=_PATIENCE_S)
            answer.raise_for_status()
            found = answer.json()
        except requests.RequestException as error:
            raise NotVouchedFor(f"{type(error).__name__}: {error}") from error
        if not isinstance(found, dict):
            raise NotVouchedFor("the provider's answer is no object")
        return found

    def _client(self, back: str) -> OAuth2Session:
        return OAuth2Session(
            self._settings.client_id,
            self._settings.client_secret,
            scope=_SCOPE,
            redirect_uri=back,
            code_challenge_method="S256",
        )
