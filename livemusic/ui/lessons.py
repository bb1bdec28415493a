"""Which control of the window can be taught to do what."""

from collections.abc import Callable

from PySide6.QtWidgets import QMenu

from livemusic.engine.actions import BY_NAME
from livemusic.music.kit import VOICE_NAMES
from livemusic.session.preset import CORNERS
from livemusic.ui.face import Face
from livemusic.ui.locks import offer_locks, offer_mix
from livemusic.ui.teaching import Teaching

#: Puts the way to the dials of a drum into a menu.
OfferDials = Callable[[QMenu, int], None]

#: What can be taught of a lane.
_OF_A_LANE = (
    "clear lane {}", "fill lane {} 2", "fill lane {} 4", "rotate lane {} left", "rotate lane {} right",
    "randomise velocity {}", "lock {}", "density {}", "complexity {}", "intensity {}",
)  # fmt: skip
#: What can be taught of the sketchbook's pattern at hand.
_OF_A_DRAFT = ("listen to draft", *BY_NAME["use draft"].targets, "undo draft", "redo draft")


def offer_lessons(face: Face, teaching: Teaching, offer_dials: OfferDials) -> None:
    """Let a right click on every control of `face` offer to teach it."""
    offer, transport, corners, pattern = teaching.offer, face.transport, face.corners, face.pattern
    lead, scenes, grid = transport.lead, face.scenes, face.grid
    for corner in range(len(CORNERS)):
        offer(
            face.pad,
            area=lambda corner=corner: face.pad.quarter(corner),
            extend=lambda menu, corner=corner: face.renames.offer_corner(menu, corner),
        )
    offer(face.pad, "pad x", "pad y")
    offer(
        face.editor.header,
        "edit pattern",
        extend=lambda menu: face.renames.offer_corner(menu, face.editor.header.edited),
    )
    offer(
        face.trajectory, "stage", "path colour", "drum glow", "stage theme", "stage width", "stage trail",
        "stage motion", "stage text",
    )  # fmt: skip
    offer(face.heard.strip, "hear drums", "heard midi")
    offer(transport.play, "play/stop", "play", "stop")
    offer(
        transport.tempo, "tempo", "faster", "slower", "ramp", "ramp to", "ramp bars", "tap", "tempo half",
        "tempo double", "nudge earlier", "nudge later", "hold",
    )  # fmt: skip
    review = face.review
    for widget, target in (
        (review.panel.play, "play song"),
        (review.panel.stop, "restart song"),
        (review.panel.volume, "song volume"),
        (review.bar.record, "record take"),
        (face.heard.midi, "heard midi"),
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
        (pattern.erase, "erase"),
        (pattern.quantise, "quantise"),
        (pattern.swing, "swing"),
        (pattern.answer.freedom, "answer freedom"),
        (corners.follow, "follow"),
        (corners.clear, "clear"),
        (corners.mode, "trade/blend"),
        *((choice, "launch") for choice in transport.launches.values()),
        *((capture, f"capture {number}") for number, capture in enumerate(corners.capture, 1)),
    ):
        offer(widget, target)
    offer(
        pattern.click.on,
        "metronome",
        further=("metronome level", "count-in", "metronome speakers", "metronome midi"),
    )
    offer(pattern.passes, *BY_NAME["pass"].targets)
    for strip, name in zip(face.mixer.strips, VOICE_NAMES, strict=True):
        keys = (("mute", strip.mute), ("solo", strip.solo), ("level", strip.level), ("pan", strip.pan))
        for row, widget in (*keys, ("velocity", strip.velocity)):
            offer(widget, f"{row} {name}")
    for number, group in enumerate(face.mixer.groups):
        offer(group, f"mute group {number + 1}", extend=lambda menu, number=number: face.mixer.fill_menu(menu, number))
    offer(face.mixer.all, "unmute all")
    offer(face.output.master, "master")
    offer(pattern.answer.mode, *BY_NAME["answer"].targets)
    perform = face.perform
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
        offer(
            scene,
            f"scene {number + 1}",
            f"store scene {number + 1}",
            extend=lambda menu, number=number: scenes.fill_menu(menu, number),
        )
    for voice, name in enumerate(VOICE_NAMES):
        offer(
            grid,
            f"strike {name}",
            area=lambda voice=voice: grid.lane(voice).toAlignedRect(),
            extend=lambda menu, voice=voice: _offer_lane(face, menu, voice, offer_dials),
            further=tuple(target.format(name) for target in _OF_A_LANE),
        )
    offer(
        grid, "edit pattern", "duplicate bar", "remove bar", "double pattern", "halve pattern",
        area=lambda: grid.field().toAlignedRect(), extend=grid.fill_menu, further=_OF_A_DRAFT,
    )  # fmt: skip

    def named() -> tuple[str, ...]:
        return (f"preset {face.desk.session.preset.name}",) if face.desk.session is not None else ()

    offer(
        face.sources.preset,
        "preset",
        "next preset",
        "previous preset",
        more=named,
        further=("preset change", "keep tempo", "keep scenes", *BY_NAME["set list place"].targets),
    )


def _offer_lane(face: Face, menu: QMenu, voice: int, offer_dials: OfferDials) -> None:
    """What can be done to a lane, and to what is heard of it."""
    offer_mix(menu, face.desk, voice)
    face.grid.fill_lane_menu(menu, voice)
    offer_locks(menu, face.desk, voice)
    offer_dials(menu, voice)
