"""A drum voice made to sound like a recorded hit: the voice, the distance, and the way from one to the other."""
