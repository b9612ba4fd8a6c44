"""The proof that a destination is one's own, from beginning to end: asked for, read where it was written, kept."""
