"""Commands lay a path out with fewer steps here than for a musician."""

import pytest

from livemusic.latent.layout import Taste


@pytest.fixture(autouse=True)
def quick_layout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("livemusic.latent.layout.FINAL", Taste(steps=20))
