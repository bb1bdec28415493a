"""Which control of the window can be taught to do what."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from livemusic.engine.actions import BY_NAME
from livemusic.music.kit import VOICE_NAMES
from livemusic.session.preset import CORNERS
from livemusic.ui.locks import offer_locks, offer_mix

if TYPE_CHECKING:
    from livemusic.ui.window import Window

#: What can be taught of a lane.
_OF_A_LANE = (
    "clear lane {}", "fill lane {} 2", "fill lane {} 4", "rotate lane {} left", "rotate lane {} right",
    "randomise velocity {}", "density {}", "complexity {}", "intensity {}",
)  # fmt: skip


def offer_lessons(window: "Window") -> None:
    """Let a right click on every control offer to teach it."""
    offer, transport, corners, pattern = window.teaching.offer, window.transport, window.corners, window.pattern
    lead, scenes, grid = transport.lead, window.scenes, window.grid
    for corner in range(len(CORNERS)):
        offer(
            window.pad,
            area=lambda corner=corner: window.pad.quarter(corner),
            extend=lambda menu, corner=corner: window.renames.offer_corner(menu, corner),
        )
    offer(window.pad, "pad x", "pad y")
    offer(
        window.editor.header,
        "edit pattern",
        extend=lambda menu: window.renames.offer_corner(menu, window.editor.header.edited),
    )
    offer(
        window.trajectory, "stage", "path colour", "drum glow", "stage theme", "stage width", "stage trail",
        "stage motion", "stage text",
    )  # fmt: skip
    offer(window.heard.strip, "hear drums", "heard midi")
    offer(transport.play, "play/stop", "play", "stop")
    offer(
        transport.tempo, "tempo", "faster", "slower", "ramp", "ramp to", "ramp bars", "tap", "tempo half",
        "tempo double", "nudge earlier", "nudge later", "hold",
    )  # fmt: skip
    review = window.review
    for widget, target in (
        (review.panel.play, "play song"),
        (review.panel.stop, "restart song"),
        (review.panel.volume, "song volume"),
        (review.bar.record, "record take"),
        (window.heard.midi, "heard midi"),
        (transport.resume, "resume"),
        (transport.panic, "panic"),
        (lead.tap, "tap"),
        (lead.badge, "time from"),
        (lead.back, "lead back"),
        (lead.half, "tempo half"),
        (lead.double, "tempo double"),
        (lead.hold, "hold"),
        (lead.earlier, "nudge earlier"),
        (lead.later, "nudge later"),
        (pattern.record, "record"),
        (pattern.to, "record to"),
        (pattern.click.on, "metronome"),
        (pattern.erase, "erase"),
        (pattern.swing, "swing"),
        (pattern.answer.freedom, "answer freedom"),
        (corners.follow, "follow"),
        (corners.clear, "clear"),
        (corners.mode, "trade/blend"),
        *((choice, "launch") for choice in transport.launches.values()),
        *((capture, f"capture {number}") for number, capture in enumerate(corners.capture, 1)),
    ):
        offer(widget, target)
    for strip, name in zip(window.mixer.strips, VOICE_NAMES, strict=True):
        keys = (("mute", strip.mute), ("solo", strip.solo), ("level", strip.level), ("pan", strip.pan))
        for row, widget in (*keys, ("velocity", strip.velocity)):
            offer(widget, f"{row} {name}")
    for number, group in enumerate(window.mixer.groups):
        offer(
            group, f"mute group {number + 1}", extend=lambda menu, number=number: window.mixer.fill_menu(menu, number)
        )
    offer(window.mixer.all, "unmute all")
    offer(window.output.master, "master")
    offer(pattern.answer.mode, *BY_NAME["answer"].targets)
    perform = window.perform
    for widget, target in (
        (perform.fill, "fill"),
        (perform.fills, "fills"),
        (perform.fill_amount, "fill amount"),
        (perform.variation, "variation"),
        (perform.vary_amount, "variation amount"),
        (perform.another, "another variation"),
        (perform.reset, "reset performance"),
    ):
        offer(widget, target)
    offer(perform.half, "half time", "feel")
    offer(perform.double, "double time", "feel")
    offer(perform.section, *BY_NAME["next section"].targets)
    for name, slider in perform.dials.items():
        offer(slider, more=lambda name=name: perform.targets(name))
    for number, scene in enumerate(scenes.buttons):
        offer(scene, f"scene {number + 1}", extend=lambda menu, number=number: scenes.fill_menu(menu, number))
    for voice, name in enumerate(VOICE_NAMES):
        offer(
            grid,
            f"strike {name}",
            area=lambda voice=voice: grid.lane(voice).toAlignedRect(),
            extend=lambda menu, voice=voice: _offer_lane(window, menu, voice),
            further=tuple(target.format(name) for target in _OF_A_LANE),
        )
    offer(
        grid, "edit pattern", "duplicate bar", "double pattern", "halve pattern",
        area=lambda: grid.field().toAlignedRect(), extend=grid.fill_menu,
    )  # fmt: skip

    def named() -> tuple[str, ...]:
        return (f"preset {window.desk.session.preset.name}",) if window.desk.session is not None else ()

    offer(window.sources.preset, "preset", "next preset", "previous preset", more=named)


def _offer_lane(window: "Window", menu: QMenu, voice: int) -> None:
    """What can be done to a lane, and to what is heard of it."""
    offer_mix(menu, window.desk, voice)
    window.grid.fill_lane_menu(menu, voice)
    offer_locks(menu, window.desk, voice)
    window.arrangement.offer_dials(menu, voice)
