"""What the programs that we start see of our environment, which may hold credentials: what is named here, no more.

Standard library alone: set-up uses it before anything is installed.
"""

from __future__ import annotations

import os
from fnmatch import fnmatchcase
from pathlib import Path

_ANY_PROGRAM = (
    *("HOME", "LOGNAME", "SHELL", "USER"),
    *("LD_LIBRARY_PATH", "PATH", "TMPDIR"),
    *("LANG", "LANGUAGE", "LC_*", "TZ"),
    *("COLORTERM", "NO_COLOR", "TERM"),
)
PYTHON = (
    *("PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "PYTHONIOENCODING", "PYTHONPATH"),
    *("PYTHONPYCACHEPREFIX", "PYTHONUTF8", "PYTHONWARNINGS"),
    "COVERAGE_PROCESS_CONFIG",
)
"""For a Python that has to find the modules that we find, and to be measured with us (`make coverage`)."""
NETWORK = (
    *("ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "all_proxy", "https_proxy", "http_proxy", "no_proxy"),
    *("CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "SSL_CERT_DIR", "SSL_CERT_FILE"),
    *("XDG_CACHE_HOME", "XDG_CONFIG_HOME"),
)
"""For a program that installs packages: proxies, certificates, and where caches and settings are."""


def for_child(*more: str) -> dict[str, str]:
    """The environment of a program that we start: what any program may see, and `more` names; `LC_*` is a pattern."""
    allowed = (*_ANY_PROGRAM, *more)
    return {name: value for name, value in os.environ.items() if any(fnmatchcase(name, each) for each in allowed)}


def for_python(packages: Path) -> dict[str, str]:
    """The environment of a Python of ours that imports from the folder `packages` first."""
    kept = for_child(*PYTHON)
    path = [str(packages), *filter(None, [kept.get("PYTHONPATH")])]
    return kept | {"PYTHONPATH": os.pathsep.join(path)}
