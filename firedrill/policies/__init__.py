"""What must never be declared: rules over resources, for Pulumi's engine and for rendered resources alike."""
