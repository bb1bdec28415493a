"""General MIDI's percussion besides the drum kit, and the voice of the kit that comes nearest to each.

An instrument folds by the part it has in a beat, then by its sound: what is shaken keeps time as a closed hat does, a
ringing bell as a ride does, skins played by hand are toms from high to low, dry clicks do what a side stick does. What
counts in, scratches, whistles or squeaks has no place in a kit: its voice is None. General MIDI 1 has 35 to 81, General
MIDI 2 and GS the rest.
"""

from livemusic.music.kit import Voice

#: Note -> what it is called, and the nearest voice.
PERCUSSION: dict[int, tuple[str, Voice | None]] = {
    27: ("high Q", None),
    28: ("slap", None),
    29: ("scratch push", None),
    30: ("scratch pull", None),
    31: ("sticks", None),
    32: ("square click", None),
    33: ("metronome click", None),
    34: ("metronome bell", None),
    54: ("tambourine", Voice.CLOSED_HAT),
    56: ("cowbell", Voice.RIDE),
    60: ("high bongo", Voice.HIGH_TOM),
    61: ("low bongo", Voice.MID_TOM),
    62: ("muted high conga", Voice.HIGH_TOM),
    63: ("high conga", Voice.MID_TOM),
    64: ("low conga", Voice.LOW_TOM),
    65: ("high timbale", Voice.HIGH_TOM),
    66: ("low timbale", Voice.MID_TOM),
    67: ("high agogo", Voice.RIDE),
    68: ("low agogo", Voice.RIDE),
    69: ("cabasa", Voice.CLOSED_HAT),
    70: ("maracas", Voice.CLOSED_HAT),
    71: ("short whistle", None),
    72: ("long whistle", None),
    73: ("short guiro", Voice.CLOSED_HAT),
    74: ("long guiro", Voice.OPEN_HAT),
    75: ("claves", Voice.SNARE),
    76: ("high wood block", Voice.HIGH_TOM),
    77: ("low wood block", Voice.MID_TOM),
    78: ("muted cuica", None),
    79: ("open cuica", None),
    80: ("muted triangle", Voice.CLOSED_HAT),
    81: ("open triangle", Voice.RIDE),
    82: ("shaker", Voice.CLOSED_HAT),
    83: ("jingle bell", Voice.CLOSED_HAT),
    84: ("bell tree", None),
    85: ("castanets", Voice.CLOSED_HAT),
    86: ("muted surdo", Voice.LOW_TOM),
    87: ("open surdo", Voice.LOW_TOM),
}

_HATS = frozenset({Voice.CLOSED_HAT, Voice.OPEN_HAT})
_TOMS = frozenset({Voice.LOW_TOM, Voice.MID_TOM, Voice.HIGH_TOM})


def family(voice: Voice) -> frozenset[Voice]:
    """The voices that share a part in a beat with `voice`: the two hats, the three toms, any other alone."""
    return next((group for group in (_HATS, _TOMS) if voice in group), frozenset({voice}))
