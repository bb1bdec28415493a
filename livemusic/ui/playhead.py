"""Where the music is right now, reckoned from the last snapshot."""

from livemusic.engine.snapshot import Snapshot
from livemusic.music.tempo import TICKS_PER_BEAT, Seconds

#: Beyond this the engine is thought to be stuck and the playhead stops running ahead.
TRUST_SECONDS = 1.0


def tick_at(snapshot: Snapshot, now: Seconds) -> float:
    """The song position in ticks at `now` (`time.perf_counter`)."""
    transport = snapshot.transport
    if not transport.playing:
        return transport.tick
    elapsed = min(max(now - snapshot.now, 0.0), TRUST_SECONDS)
    return transport.tick + elapsed * transport.bpm / 60 * TICKS_PER_BEAT
