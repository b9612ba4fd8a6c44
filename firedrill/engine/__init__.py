"""Pulumi's real engine on the project's program, with its state in .firedrill and the local cloud as its providers."""
