"""The sheet of all keys: no words run into the next column, whatever the window's width."""

import pytest
from PySide6.QtGui import QFontMetrics

from livemusic.ui import theme
from livemusic.ui.panels.help import SHORTCUTS, column_widths


@pytest.mark.usefixtures("app")
def test_columns_are_as_wide_as_their_words_and_never_wider_than_the_window() -> None:
    metrics = QFontMetrics(theme.font(theme.NORMAL))
    longest = max(metrics.horizontalAdvance(what) for _, what in SHORTCUTS)
    roomy, tight = column_widths(metrics, 4000.0), column_widths(metrics, 800.0)
    assert longest < max(roomy) < longest + 200
    assert sum(roomy) < 4000.0
    assert sum(tight) == pytest.approx(800.0)
