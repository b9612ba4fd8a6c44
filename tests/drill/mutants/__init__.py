"""Single changes to a rendered stack, each of which has to be found by the drill or by a policy."""
