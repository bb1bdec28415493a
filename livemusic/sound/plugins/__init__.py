"""Plugins: found and tried in processes of their own, played in the sound process."""
