"""What a change to the project does: to resources, and to the alerts that they make."""
