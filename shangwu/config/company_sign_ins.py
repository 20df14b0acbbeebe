"""The company's own sign-ins (OpenID Connect), as an installation names them in SHANGWU_OIDC."""

import json
from pathlib import Path
from typing import Any

NEEDED = ("id", "name", "server", "client_id", "secret")


def company_sign_ins(given: str) -> dict[str, Any]:
    """The settings of allauth for SHANGWU_OIDC: a JSON list of {id, name, server, client_id, secret}, or its file.

    server: the issuer's address, below which `.well-known/openid-configuration` stands. scope: optional, a list.
    Raises ValueError with what is wrong: a sign-in that silently isn't there would be looked for in vain.
    """
    if not given.strip():
        return {}
    try:
        listed = json.loads(given if given.lstrip().startswith("[") else Path(given).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"SHANGWU_OIDC is neither a JSON list nor a file with one: {error}") from error
    return {"openid_connect": {"APPS": [_app(one) for one in listed]}}


def _app(one: Any) -> dict[str, Any]:
    if not isinstance(one, dict) or (missing := [name for name in NEEDED if not one.get(name)]):
        lacks = "an object" if not isinstance(one, dict) else ", ".join(missing)
        raise ValueError(f"SHANGWU_OIDC: each sign-in needs {', '.join(NEEDED)}; this one lacks {lacks}")
    wanted = {"server_url": one["server"], "oauth_pkce_enabled": True}
    if one.get("scope"):
        wanted["scope"] = list(one["scope"])
    return {
        "provider_id": one["id"],
        "name": one["name"],
        "client_id": one["client_id"],
        "secret": one["secret"],
        "settings": wanted,
    }
