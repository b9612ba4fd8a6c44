"""What each part of the emulator does, models and refuses: one module for each section of docs/support.md."""
