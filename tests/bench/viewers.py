"""Viewers without a browser: live connections to a served app that ask for another view now and then."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from urllib.parse import quote, urlparse

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

LARGEST_MESSAGE = 100_000_000
PATIENCE_SECONDS = 120.0


def click_latencies(
    url: str, views: Sequence[str], *, viewers: int, seconds: float, every: float, seed: int = 1
) -> list[float]:
    """Seconds from each click to the end of the run it caused; `views` are query strings, drawn at random.

    Once all have come and have their first page, viewers begin spread over one interval and click every `every`
    seconds for `seconds`, later where the answer took longer than that.
    """
    come = Barrier(viewers, timeout=PATIENCE_SECONDS)
    with ThreadPoolExecutor(viewers) as pool:
        tasks = [
            pool.submit(_view, url, views, come, begin=i * every / viewers, seconds=seconds, every=every, seed=seed + i)
            for i in range(viewers)
        ]
    return [latency for task in tasks for latency in task.result()]


def _view(
    url: str, views: Sequence[str], come: Barrier, *, begin: float, seconds: float, every: float, seed: int
) -> list[float]:
    draw, found = random.Random(seed), []
    address = f"ws://{urlparse(url).netloc}/_stcore/stream"
    with connect(address, subprotocols=["streamlit"], max_size=LARGEST_MESSAGE) as line:
        _asked(line, "")
        come.wait()
        start = time.monotonic() + begin
        turns = int(seconds / every)
        for turn in range(turns):
            time.sleep(max(0.0, start + turn * every - time.monotonic()))
            found.append(_asked(line, draw.choice(views)))
    return found


def _asked(line: ClientConnection, view: str) -> float:
    """Ask for a view and take in what comes until its run ends; seconds."""
    begun = time.perf_counter()
    message = BackMsg()
    message.rerun_script.query_string = quote(view, safe="=&")
    line.send(message.SerializeToString())
    told = ForwardMsg()
    while not (told.WhichOneof("type") == "script_finished" and told.script_finished == told.FINISHED_SUCCESSFULLY):
        told.ParseFromString(line.recv(timeout=PATIENCE_SECONDS, decode=False))
    return time.perf_counter() - begun
