"""The drums that are heard: lanes under the path, and a ribbon in the time line of a song."""
