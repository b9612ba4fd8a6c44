"""What Datadog accepts, each rule once: plain data and pure functions, without numpy, lark or pulumi."""
