"""The spiral of fifths in the window: shown when wanted, what it says, and that it is painted right."""

from collections.abc import Callable

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from livemusic.dsp.spiral import RISE, place
from livemusic.dsp.tonality import Chord, Key
from livemusic.engine.messages import Look, SetFollowed
from livemusic.engine.snapshot import HarmonyState, Snapshot
from livemusic.session.show import THEMES
from livemusic.ui.harmony_desk import moment_of
from livemusic.ui.views.spiral_painter import SpiralMoment, SpiralPainter, first_view, spots_of
from livemusic.ui.views.themes import theme_of
from livemusic.ui.window import Window
from tests.ui.conftest import StandIn

TRAIL = np.array([[0.3, 0.4, 0.6], [0.25, 0.4, 0.65]], np.float32)
HEARD = HarmonyState(
    (0.25, 0.4, 0.65), 3, "major", 0.9, 10, "7", (0.3,) + (0.0,) * 6 + (0.3,) + (0.1,) * 4, TRAIL.tobytes()
)


def with_harmony(link: StandIn, heard: HarmonyState, **listen: object) -> None:
    """Let the engine say so from now on."""
    plain = link.snapshot

    def snapshot(look: object) -> Snapshot:
        now = plain(look)
        changed = msgspec.structs.replace(now.listen, **listen)
        return msgspec.structs.replace(now, harmony=heard, listen=changed)

    link.snapshot = snapshot  # type: ignore[method-assign]


def painted(moment: SpiralMoment, look: str = "Night", size: tuple[int, int] = (480, 400)) -> np.ndarray:
    image = QImage(*size, QImage.Format.Format_RGB32)
    canvas = QPainter(image)
    SpiralPainter(theme_of(look)).paint(canvas, QSize(*size), first_view(moment.middle), moment)
    canvas.end()
    return np.frombuffer(image.constBits(), np.uint8).reshape(size[1], size[0], 4)[..., :3].astype(int)


def test_it_is_beside_the_path_when_it_is_wanted(window: Window, link: StandIn, until: Callable) -> None:
    assert not window.harmony.view.isVisible()
    with_harmony(link, HEARD)
    link.surface = msgspec.structs.replace(link.surface, show=msgspec.structs.replace(link.surface.show, harmony=True))
    until(lambda: (window.step(0.0), window.harmony.view.isVisible())[1])
    assert window.trajectory.isVisible()
    until(lambda: (window.step(0.0), window.harmony.view.moment.key == Key(3, "major"))[1])
    assert window.harmony.view.moment.chord == Chord(10, "7")
    link.surface = msgspec.structs.replace(link.surface, show=msgspec.structs.replace(link.surface.show, harmony=False))
    until(lambda: (window.step(0.0), not window.harmony.view.isVisible())[1])


def test_following_the_harmony_is_asked_for_there(window: Window, link: StandIn, until: Callable) -> None:
    with_harmony(link, HEARD)
    link.surface = msgspec.structs.replace(link.surface, show=msgspec.structs.replace(link.surface.show, harmony=True))
    until(lambda: (window.step(0.0), window.harmony.view.isVisible())[1])
    follow = window.harmony.view.findChild(QPushButton)
    QTest.mouseClick(follow, Qt.MouseButton.LeftButton)
    until(lambda: SetFollowed("harmony") in link.asked)


def test_corners_are_marked_where_they_were_captured(link: StandIn) -> None:
    with_harmony(link, HEARD, followed="harmony", harmony_anchors=(None, (0.1, 0.2, 0.3), None, None))
    moment = moment_of(link.snapshot(Look()), ("a", "b", "c", "d"))
    assert [(marker.label, marker.place) for marker in moment.markers] == [("b", (0.1, 0.2, 0.3))]
    assert moment_of(msgspec.structs.replace(link.snapshot(Look()), harmony=HarmonyState()), ("a",) * 4).centre is None


@pytest.mark.parametrize("look", THEMES)
def test_what_sounds_is_brighter_where_it_lies(look: str) -> None:
    silent, classes = SpiralMoment(), np.zeros(12)
    classes[0] = 1.0
    sounding = SpiralMoment(classes, (0.0, 1.0, 0.0))
    view = first_view(silent.middle)
    ((x, y),) = spots_of(view, place([0]), QSize(480, 400))[0].tolist()
    changed = np.abs(painted(sounding, look) - painted(silent, look)).sum(2)
    near = changed[int(y) - 9 : int(y) + 9, int(x) - 9 : int(x) + 9]
    assert near.mean() > 40
    ((x, y),) = spots_of(view, place([6]), QSize(480, 400))[0].tolist()  # F sharp is silent
    assert changed[int(y) - 5 : int(y) + 5, int(x) - 5 : int(x) + 5].mean() < 8


def test_a_chord_is_a_shape_and_a_jump_by_name_draws_no_line() -> None:
    plain = SpiralMoment(np.full(12, 1 / 12), (0.0, 0.0, 2 * RISE), key=Key(0, "major"), confidence=0.5)
    chord = SpiralMoment(plain.classes, plain.centre, key=plain.key, confidence=0.5, chord=Chord(0, ""))
    assert np.abs(painted(chord) - painted(plain)).sum() > 20_000
    trail = np.array([[0.0, 0.0, z * RISE] for z in (8.4, 8.5, -3.4, -3.5)], np.float32)
    image = painted(SpiralMoment(plain.classes, (0.0, 0.0, -3.5 * RISE), trail, middle=2.0))
    without = painted(SpiralMoment(plain.classes, (0.0, 0.0, -3.5 * RISE), middle=2.0))
    ((x, y),) = spots_of(first_view(2.0), [(0.0, 0.0, 4.0 * RISE)], QSize(480, 400))[0].tolist()
    assert np.abs(image - without)[int(y) - 3 : int(y) + 3, int(x) - 3 : int(x) + 3].max() == 0
