"""A company's sign-in as a double: a real OpenID provider on loopback that says of its visitor what a test wants."""

import base64
import hashlib
import json
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "shangwu", "a secret between houses"


class Company:
    """The provider. visitor: claims of who sits before the browser; lies: what the identity token claims instead."""

    def __init__(self) -> None:
        self.visitor: dict[str, Any] = {}
        self.lies: dict[str, Any] = {}
        self.asked: list[dict[str, str]] = []
        self._codes: dict[str, dict[str, str]] = {}
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        company = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_said: object) -> None:
                """Quiet."""

            def do_GET(self) -> None:
                company.answer(self, parse_qs(urlsplit(self.path).query))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                company.answer(self, parse_qs(body))

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """No longer there."""
        self._server.shutdown()
        self._server.server_close()

    def answer(self, request: Any, given: dict[str, list[str]]) -> None:
        """One request, by its path."""
        values = {name: found[0] for name, found in given.items()}
        path = urlsplit(request.path).path
        if path == "/authorize":
            self.asked.append(values)
            code = secrets.token_urlsafe(8)
            self._codes[code] = values
            request.send_response(302)
            query = urlencode({"code": code, "state": values["state"]})
            request.send_header("Location", f"{values['redirect_uri']}?{query}")
            request.end_headers()
            return
        status, body = {
            "/.well-known/openid-configuration": self._configuration,
            "/token": lambda: self._token(values),
            "/userinfo": lambda: (200, self.visitor),
        }.get(path, lambda: (404, {}))()
        content = json.dumps(body).encode()
        request.send_response(status)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)

    def _configuration(self) -> tuple[int, dict[str, Any]]:
        paths = {"authorization_endpoint": "authorize", "token_endpoint": "token", "userinfo_endpoint": "userinfo"}
        found = {name: f"{self.address}/{path}" for name, path in paths.items()}
        methods = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
        return 200, {"issuer": self.address, "jwks_uri": f"{self.address}/jwks", **found, **methods}

    def _token(self, values: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """The identity token for a code, once, to who knows the secret and began with the same verifier."""
        asked = self._codes.pop(values.get("code", ""), None)
        proof = hashlib.sha256(values.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(proof).decode().rstrip("=")
        known = values.get("client_id") == CLIENT and values.get("client_secret") == SECRET
        if asked is None or not known or asked.get("code_challenge") != challenge:
            return 400, {"error": "invalid_grant"}
        claims = {"iss": self.address, "aud": CLIENT, "nonce": asked.get("nonce"), **self.visitor}
        times = {"iat": 1_700_000_000, "exp": 4_000_000_000}
        token = jwt.encode({**times, **claims, **self.lies}, self._key, algorithm="RS256", headers={"kid": "1"})
        return 200, {"access_token": secrets.token_urlsafe(8), "token_type": "Bearer", "id_token": token}
