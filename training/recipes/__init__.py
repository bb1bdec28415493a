"""How models are fitted: what decides a run, the lessons and losses, and the run itself."""
