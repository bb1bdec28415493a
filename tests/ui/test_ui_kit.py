"""The page of the kit: matched drums shown, asked for and reset; hits dropped on a drum."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from livemusic.engine.edits import ResetVoices, SetVoice
from livemusic.engine.messages import PlayDrum
from livemusic.engine.playback import MatchFile, MatchNext, StopMatching
from livemusic.engine.snapshot import MatchingState
from livemusic.music.kit import Voice
from livemusic.session.edits import with_voice
from livemusic.ui.preferences import Preferences
from tests.dsp.test_dsp_matching import TOM
from tests.ui.files_room import drop
from tests.ui.studio_room import snapshot
from tests.ui.test_ui_preferences_drums import session


@pytest.fixture
def asked() -> list[object]:
    return []


@pytest.fixture
def dialog(app: QApplication, asked: list[object]) -> Iterator[Preferences]:
    dialog = Preferences()
    dialog.asked.connect(asked.append)
    dialog.show_session(session())
    dialog.open_page(dialog.kit)
    dialog.show()
    yield dialog
    dialog.close()
    dialog.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_a_drum_is_matched_to_the_next_hit_and_reset(dialog: Preferences, asked: list[object]) -> None:
    row = dialog.kit.rows[Voice.MID_TOM]
    assert not row.reset.isEnabled()
    assert row.told.whole == "built-in"
    QTest.mouseClick(row.next, Qt.MouseButton.LeftButton)
    dialog.show_state(msgspec.structs.replace(snapshot(), matching=MatchingState("waiting", Voice.MID_TOM)))
    assert row.next.text() == "Strike it…"
    assert not dialog.kit.rows[0].next.isChecked()
    QTest.mouseClick(row.next, Qt.MouseButton.LeftButton)
    dialog.show_state(msgspec.structs.replace(snapshot(), matching=MatchingState("matching", Voice.MID_TOM, 0.4)))
    assert row.told.whole == "matching … 40 %"
    matched = msgspec.structs.replace(TOM, name="My tom")
    dialog.show_session(with_voice(session(), Voice.MID_TOM, matched))
    dialog.show_state(snapshot())
    assert row.told.whole == "matched to My tom"
    QTest.mouseClick(row.strike, Qt.MouseButton.LeftButton)
    QTest.mouseClick(row.reset, Qt.MouseButton.LeftButton)
    QTest.mouseClick(dialog.kit.reset, Qt.MouseButton.LeftButton)
    assert asked == [
        MatchNext(Voice.MID_TOM), StopMatching(), PlayDrum(Voice.MID_TOM, 100), PlayDrum(Voice.MID_TOM, 0),
        SetVoice(Voice.MID_TOM), ResetVoices(),
    ]  # fmt: skip


def test_a_file_is_chosen_or_dropped(
    dialog: Preferences, asked: list[object], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    row = dialog.kit.rows[Voice.SNARE]
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "a.wav"), ""))
    QTest.mouseClick(row.file, Qt.MouseButton.LeftButton)
    drop(row, tmp_path / "b.wav", QPoint(5, 5))
    assert asked == [MatchFile(Voice.SNARE, str(tmp_path / name)) for name in ("a.wav", "b.wav")]


def test_a_hit_dropped_on_a_drums_name_is_matched(window, link, until, tmp_path: Path) -> None:
    until(lambda: window.desk.known is not None)
    spot = window.grid.mapTo(window, window.grid.lane(Voice.KICK).center().toPoint())
    drop(window, tmp_path / "boom.wav", spot)
    until(lambda: MatchFile(Voice.KICK, str(tmp_path / "boom.wav")) in link.asked)
