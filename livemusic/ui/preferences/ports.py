"""The controllers that are plugged in or remembered, each with a switch."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from livemusic.engine.snapshot import Plug
from livemusic.ui.preferences.fields import Switch
from livemusic.ui.preferences.page import PlugLine, words


class _Port(QWidget):
    """One input port: its switch, its name, how it is."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.switch = Switch(name, "Hear the pads, keys and knobs of this port", self)
        self.state = PlugLine(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.switch)
        row.addWidget(words(name, "", self), 1)
        row.addWidget(self.state, 1)


class Ports(QWidget):
    """A row for each port; `chosen` carries the ports that are to be heard."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: dict[str, _Port] = {}
        self._heard: tuple[str, ...] = ()
        self._there: tuple[str, ...] = ()
        self._plugs: tuple[Plug, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._none = words("No MIDI input is plugged in. Connect a controller and it appears here.", "help", self)
        self._column.addWidget(self._none)

    def show_ports(self, heard: tuple[str, ...], there: tuple[str, ...]) -> None:
        """`heard` are switched on; `there` are plugged in."""
        self._heard, self._there = heard, there
        wanted = tuple(dict.fromkeys((*there, *heard)))
        if wanted != tuple(self.rows):
            for name in [name for name in self.rows if name not in wanted]:
                row = self.rows.pop(name)
                self._column.removeWidget(row)
                row.hide()
                row.deleteLater()
            kept, self.rows = self.rows, {}
            for name in wanted:
                self.rows[name] = kept.get(name) or self._row(name)
                self._column.addWidget(self.rows[name])
        self._none.setVisible(not wanted)
        for name, row in self.rows.items():
            row.switch.show_on(name in heard)
        self._tell()

    def show_plugs(self, plugs: tuple[Plug, ...]) -> None:
        """How those are that are heard."""
        if plugs != self._plugs:
            self._plugs = plugs
            self._tell()

    def _row(self, name: str) -> _Port:
        row = _Port(name, self)
        row.switch.chosen.connect(lambda on: self._switch(name, on))
        return row

    def _switch(self, name: str, on: bool) -> None:
        others = tuple(each for each in self._heard if each != name)
        self.chosen.emit((*others, name) if on else others)

    def _tell(self) -> None:
        plugs = {plug.wanted: plug for plug in self._plugs}
        for name, row in self.rows.items():
            plug = plugs.get(name)
            if name not in self._heard:
                row.state.show_text("off", "not heard")
            elif plug is not None and plug.state == "on":
                row.state.show_text("on", "heard")
            elif name not in self._there:
                row.state.show_text("lost", "not plugged in")
            elif plug is not None:
                row.state.show_text(plug.state, plug.detail or plug.state)
            else:
                row.state.show_text("off", "opening…")
