"""A drum voice made to sound like a recorded hit: the voice, the distance, and the way from one to the other."""

#: Hits are matched at this rate.
RATE = 44100.0
