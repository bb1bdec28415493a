"""The sketchbook: what can be done to patterns, and with a folder of them, beside the music that plays."""
