"""The time line: a song's waveform, spectrogram and sections under its path, its transport, and the takes."""
