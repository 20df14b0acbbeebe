"""The web process and the idle worker, as they run in real life; and clients that order over HTTP."""

import datetime
import http.client
import json
import os
import subprocess
import sys
import threading
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from benchmarks.house import Desk, holders
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import act
from shangwu.foundation.people.models import Account
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock, gate

PORT = int(os.environ.get("PORT", "8765"))
WEB = [
    "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(PORT), "--workers", "2",
    "--blocking-threads", "4", "--no-ws", "--log-level", "warning", "shangwu.config.wsgi:application",
]  # fmt: skip


@dataclass
class Web:
    """Two web processes and one worker, started with the block and stopped with it."""

    address: str = f"http://localhost:{PORT}"

    def __enter__(self) -> Self:
        static = Path(os.environ["SHANGWU_VAR"]) / "static"
        env = os.environ | {
            "SHANGWU_HOSTS": "localhost,127.0.0.1", "SHANGWU_DEMO": "1", "SHANGWU_STATIC": str(static),
        }  # fmt: skip
        collect = [sys.executable, "-m", "django", "collectstatic", "--no-input", "--verbosity", "0"]
        subprocess.run([*collect, "--ignore", "django_htmx"], env=env, check=True)
        self._web = subprocess.Popen([sys.executable, "-m", *WEB], env=env)
        self._worker = subprocess.Popen([sys.executable, "-m", "shangwu.cli", "worker"], env=env)
        deadline = time.monotonic() + 60
        while not self._answers():
            if time.monotonic() > deadline:
                raise RuntimeError("the web process does not answer")
            time.sleep(0.2)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for one in (self._web, self._worker):
            one.terminate()
            one.wait(30)

    def orders(self, clients: int, seconds: float, *, confirmed: bool = False) -> tuple[float, float]:
        """Orders in a second, and the milliseconds within which 95 of 100 were answered. confirmed: another clerk
        confirms each of them, which is its review, uses credit and reserves its goods: two requests."""
        key, check, desk, times = self.key(), self.key(1), Desk(), []
        lock, day = threading.Lock(), json.dumps({"promised_on": desk.promised_on().isoformat()})

        def client(until: float) -> None:
            line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
            while time.perf_counter() < until:
                with lock:
                    body = json.dumps(desk.inputs())
                start = time.perf_counter()
                made = _post(line, "/api/v1/sales/order/", body, key)
                if confirmed:
                    _post(line, f"/api/v1/sales/order/{made['public_id']}/confirm/", day, check)
                times.append((time.perf_counter() - start) * 1000)

        for length in (2.0, seconds):  # the first round warms up
            times.clear()
            until = time.perf_counter() + length
            running = [threading.Thread(target=client, args=(until,)) for _n in range(clients)]
            for one in running:
                one.start()
            for one in running:
                one.join()
        return len(times) / seconds, sorted(times)[int(len(times) * 0.95)]

    def key(self, place: int = 0) -> str:
        """The key of a fresh token of a clerk: the first, or the one at that place."""
        clerk = holders(Role.SALES_SUPPORT)[place]
        with gate.free_reading():
            if not Account.objects.filter(person=clerk).exists():  # a token is one's who may sign in
                Account.objects.create_user(username=f"clerk-{place}", person=clerk)
        given = {"name": "bench", "scopes": "read write", "expires_at": clock.now() + datetime.timedelta(days=1)}
        made = act(actor_of(clerk), "api.token.create", None, given)
        return str(made.record.disclosed["key"])

    def memory(self) -> tuple[float, float]:
        """MB of the largest web process, and of the worker, without the children that do heavy jobs and end."""
        web = [_share(number) for number in _below(self._web.pid)] or [_share(self._web.pid)]
        return max(web), _share(self._worker.pid)

    def _answers(self) -> bool:
        line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=5)
        try:
            line.request("GET", "/accounts/login/", headers={"Host": "localhost"})
            return line.getresponse().status < 500
        except OSError:
            return False


def _post(line: http.client.HTTPConnection, where: str, body: str, key: str) -> Any:
    """What is answered. Raises RuntimeError for a refusal."""
    line.request("POST", where, body, _headers(key))
    answer = line.getresponse()
    said = answer.read().decode()
    if answer.status not in (200, 201):
        raise RuntimeError(said)
    return json.loads(said)


def _headers(key: str) -> dict[str, str]:
    return {
        "Host": "localhost", "Authorization": f"Bearer {key}", "Content-Type": "application/json",
        "Idempotency-Key": str(uuid.uuid4()),
    }  # fmt: skip


def _share(number: int) -> float:
    lines = Path(f"/proc/{number}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Rss:")) / 1024


def _below(number: int) -> list[int]:
    found = Path(f"/proc/{number}/task/{number}/children").read_text().split()
    return [int(one) for one in found]
