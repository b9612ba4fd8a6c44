"""Permissions of Cloudflare's API tokens, by their names there.

Source: developers.cloudflare.com/fundamentals/api/reference/permissions
"""

READ_LOGS = "Account: Logs: Read"
WRITE_LOGS = "Account: Logs: Write"
READ_WORKERS = "Account: Workers Scripts: Read"
READ_OBJECTS = "Account: Workers R2 Storage: Read"
