"""The fire drill: scenarios on simulated time, from recorded takes of the real Worker to verdicts on every monitor."""
