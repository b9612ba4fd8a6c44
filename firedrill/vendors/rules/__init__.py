"""What the rules of all vendors share: how one says what it refuses."""
