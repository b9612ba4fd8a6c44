"""What is promised over weeks: service level objectives, and the alerts on how their error budgets are spent."""
