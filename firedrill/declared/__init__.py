"""What a program declares, read once: resources as API JSON, whose they are, tags of monitors, exemptions."""
