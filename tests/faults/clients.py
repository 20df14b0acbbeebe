"""Programs that place orders over HTTP, each request with a key of its own, and do not give up."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

FINE = frozenset({200, 201})


@dataclass
class Answer:
    """What came back. status 0: nothing did."""

    status: int
    data: Any = None
    retry_after: str = ""


def send(port: int, key: str, path: str, body: Any, once: str = "", *, timeout: float = 15, **headers: str) -> Answer:
    """POST a body to /api/v1/<path>/ with an Idempotency-Key."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    given = {"Host": "localhost", "Content-Type": "application/json", "Accept-Language": "en", **headers}
    given |= {"Authorization": f"Bearer {key}"} if key else {}
    given |= {"Idempotency-Key": once} if once else {}
    try:
        connection.request("POST", f"/api/v1/{path}/", json.dumps(body), given)
        found = connection.getresponse()
        text = found.read()
        return Answer(found.status, json.loads(text) if text else None, found.headers.get("Retry-After", ""))
    except (OSError, http.client.HTTPException, ValueError):
        return Answer(0)
    finally:
        connection.close()


@dataclass
class Placed:
    """One order as its program knows it. `orders`: every public id and number that was ever answered for its key."""

    body: dict[str, Any]
    orders: set[tuple[str, str]] = field(default_factory=set)
    is_confirmed: bool = False


class Programs:
    """So many programs at work, until `finish`. Every request is repeated with its key until it is acknowledged."""

    def __init__(self, port: int, known: dict[str, Any], count: int = 4) -> None:
        self.port, self.known = port, known
        self.placed: dict[str, Placed] = {}
        self.odd: list[Answer] = []
        self.repeats = 0
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._work, args=(place,)) for place in range(count)]
        for one in self._threads:
            one.start()

    def finish(self) -> None:
        """Let each bring its last order to its end."""
        self._stop.set()
        for one in self._threads:
            one.join(120)
            assert not one.is_alive(), "a program still waits for its answer"

    def an_order(self, chance: random.Random) -> dict[str, Any]:
        """An order of one to three lines."""
        goods = chance.sample(self.known["products"], chance.randint(1, 3))
        lines = [{"product": one, "quantity": str(chance.randint(1, 9))} for one in goods]
        return {"customer": chance.choice(self.known["customers"]), "lines": lines}

    def _work(self, place: int) -> None:
        chance = random.Random(place)
        while not self._stop.is_set():
            once = str(uuid.uuid4())
            placed = self.placed[once] = Placed(self.an_order(chance))
            done = self._until_acknowledged(self.known["seller"], "sales/order", placed.body, once, placed)
            if done is None or chance.random() < 0.5:
                continue
            path = f"sales/order/{done['public_id']}/confirm"
            given = {"promised_on": self.known["today"]}
            placed.is_confirmed = self._until_acknowledged(self.known["support"], path, given, f"{once}-c") is not None
            if chance.random() < 0.3:
                self._until_acknowledged(self.known["seller"], "sales/order", placed.body, once, placed)

    def _until_acknowledged(
        self, key: str, path: str, body: Any, once: str, placed: Placed | None = None
    ) -> dict[str, Any] | None:
        """Repeat until it is done. Anything but done, away or silent is odd, and ends the trying."""
        while True:
            answer = send(self.port, key, path, body, once)
            if answer.status in FINE:
                if placed is not None:
                    placed.orders.add((answer.data["public_id"], answer.data["number"]))
                return dict(answer.data)
            if answer.status not in (0, 503) or (answer.status == 503 and not answer.retry_after):
                self.odd.append(answer)
                return None
            self.repeats += 1
            time.sleep(0.1)
