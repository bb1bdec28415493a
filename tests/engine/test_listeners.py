"""Who hears beside the path: the same samples, when they want, and the messages that are for them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from livemusic.audio.source import ArraySource
from livemusic.engine.listen import Listen
from livemusic.engine.listen_orders import Hear
from livemusic.engine.listeners import Sounded
from livemusic.inference.encoder import Ear, Embedder
from livemusic.inference.library import Library

RATE = 44100


@dataclass(frozen=True)
class Order:
    """Something only the listener understands."""


class Notebook:
    """A listener that writes down what it gets."""

    orders: tuple[type, ...] = (Order,)
    every: float | None = 0.005

    def __init__(self) -> None:
        self.heard: list[tuple[np.ndarray, int, float]] = []
        self.got: list[Any] = []
        self.begun = 0

    def handle(self, message: Any, now: float) -> None:
        self.got.append(message)

    def begin(self) -> None:
        self.begun += 1

    def hear(self, samples: np.ndarray, sample_rate: int, at: float) -> None:
        self.heard.append((samples, sample_rate, at))


def core(*listeners: Notebook) -> Listen:
    return Listen(*[lambda *_: None] * 6, lambda: 0.0, listeners=listeners)


@pytest.mark.parametrize("late", [0.0, 0.05])
def test_a_listener_hears_every_sample_at_its_moment_as_often_as_it_wants(late: float) -> None:
    notebook = Notebook()
    listen = core(notebook)
    samples = np.random.default_rng(0).normal(0, 0.1, RATE).astype(np.float32)
    source = ArraySource(samples, RATE)
    source.late = late
    source.start(10.0)
    listen.handle(Hear(source, Ear(Embedder.open(Library().folder("embedder")), RATE)), 10.0)
    assert notebook.begun == 1
    now: float | None = 10.0
    while now is not None:
        then, now = now, listen.advance(now)
        assert now is None or now - then <= 0.005 + 1e-9
    assert np.array_equal(np.concatenate([each for each, _, _ in notebook.heard]), samples)
    total = 0
    for block, rate, at in notebook.heard[:-1]:
        total += len(block)
        assert rate == RATE
        assert len(block)
        assert at == pytest.approx(10.0 - late + total / RATE, abs=0.001)


def test_a_message_goes_to_the_listener_that_it_is_for() -> None:
    notebook = Notebook()
    core(notebook).handle(Order(), 1.0)
    assert notebook.got == [Order()]
    with pytest.raises(TypeError, match="Order"):
        core().handle(Order(), 1.0)


def test_what_sounded_when() -> None:
    sounded = Sounded()
    sounded.add(np.zeros(500, np.float32), 1000, 20.0)
    sounded.add(np.zeros(500, np.float32), 1000, 20.6)  # the device was late
    assert sounded.moment(1.0) == pytest.approx(20.5)
    assert sounded.moment(0.25) == pytest.approx(19.75)
    for block in range(5):  # it stays late: some of the sound was lost
        sounded.add(np.zeros(1000, np.float32), 1000, 21.6 + block)
    assert sounded.moment(6.0) == pytest.approx(25.6)
    sounded.begin()
    sounded.add(np.zeros(100, np.float32), 1000, 30.0)
    assert sounded.moment(0.1) == pytest.approx(30.0)
