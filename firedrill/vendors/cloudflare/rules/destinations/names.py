"""What the parts of a destination may be called.

Source: developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations, and of buckets and containers
developers.cloudflare.com/r2/buckets/create-buckets, cloud.google.com/storage/docs/buckets,
learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata
"""

from __future__ import annotations

from firedrill.vendors.cloudflare.rules.forms import Form

_ENDS = "beginning and ending with a letter or digit"
R2_BUCKET = Form(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", f"3 to 63 lowercase letters, digits and dashes, {_ENDS}", 3, 63)
BUCKET = Form(
    r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?", f"3 to 63 lowercase letters, digits, dots, dashes and _, {_ENDS}", 3, 63
)
UNSEEN = r"\s\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
"""Blanks, control characters and what no screen shows, for a set of a pattern."""
FOLDER = Form(
    rf"[^{UNSEEN}/?#.][^{UNSEEN}/?#]*(/[^{UNSEEN}/?#.][^{UNSEEN}/?#]*)*",
    "names of folders with / between them, without blanks, ? and #, none of them beginning with a dot",
)
REGION = Form(r"[a-z0-9-]+", "a region of lowercase letters, digits and dashes, such as eu-west-1, or auto")
HOST = Form(
    r"[A-Za-z0-9.-]+(:\d{1,5})?", "a host name of letters, digits, dots and dashes, with :port if it is not 443"
)
AZURE_ACCOUNT = Form(r"[a-z0-9]+", "3 to 24 lowercase letters and digits", 3, 24)
AZURE_CONTAINER = Form(r"[a-z0-9](-?[a-z0-9])*", f"3 to 63 lowercase letters, digits and single dashes, {_ENDS}", 3, 63)
SPLUNK_HOST = Form(
    r"[A-Za-z0-9.-]+(:(443|8088))?", "a host name of letters, digits, dots and dashes, with :8088 if it is not 443"
)
SPLUNK_CHANNEL = Form(
    r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", "a UUID such as 01234567-89ab-cdef-0123-456789abcdef"
)
SPLUNK_SOURCE_TYPE = Form(r"[A-Za-z0-9_:-]+", "letters, digits, :, dashes and _")
HEADER_NAME = Form(r"[A-Za-z0-9-]+", "letters, digits and dashes")
STREAM = Form(r"[A-Za-z0-9_.-]+", "1 to 128 letters, digits, dots, dashes and _", 1, 128)
ROLE_ARN = Form(r"arn:aws(-[a-z-]+)?:iam::\d{12}:role/\S+", "the ARN of a role: arn:aws:iam::<12 digits>:role/<name>")
PROJECT = Form(
    r"[a-z][a-z0-9-]*[a-z0-9]", "6 to 30 lowercase letters, digits and dashes, beginning with a letter", 6, 30
)
DATASET = Form(r"[A-Za-z0-9_]+", "1 to 1024 letters, digits and _", 1, 1024)
TABLE = Form(r"[A-Za-z0-9_-]+", "1 to 1024 letters, digits, dashes and _", 1, 1024)
IBM_HOST = Form(
    r"[A-Za-z0-9-]+\.ingress\.[a-z-]+\.logs\.cloud\.ibm\.com",
    "the ingress endpoint of an instance: <id>.ingress.<region>.logs.cloud.ibm.com",
)
