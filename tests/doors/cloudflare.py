"""Mistakes against Cloudflare's rules, each against another one, and sound values at their edges."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from firedrill.vendors.cloudflare.rules.filters import worker_filter
from tests.doors.stack import ACCOUNT, OTHERS, STACK
from tests.doors.table import NOT_DATADOGS, NOT_READ, Changes, LeftOut, Own, Row

SCRIPT = "1 to 63 lowercase letters, digits, dashes and _, not beginning with a dash"
DATE = "a date such as 2026-11-01"
RECENT = "not before 2026-04-21"
FIELD = (
    "a field of the dataset workers_trace_events: CPUTimeMs, DispatchNamespace, Entrypoint, Event, EventTimestampMs, "
    "EventType, Exceptions, Logs, Outcome, ScriptName, ScriptTags, ScriptVersion, WallTimeMs"
)
NAMES_KEPT = "names of errors survive since then"
ENDS = "beginning and ending with a letter or digit"
UPLOADS = LeftOut("an import cannot give it, so only an upload asks for it")
LIVE = LeftOut("it depends on what Cloudflare holds, which only the local cloud has")
CART = {"type": "durable_object_namespace", "name": "CART", "className": "Cart"}
ONE = {"key": "ScriptName", "operator": "eq", "value": "shop-prod"}
COMPARISON = '{"and": [...]}, {"or": [...]} or {"key": ..., "operator": ..., "value": ...}'


def destinations(name: str, **fields: Any) -> Changes:
    """The config of one of the destinations."""
    return {"destinations": {name: fields}}


def conf(name: str, before: str, after: str) -> Changes:
    """The address of a job's destination with a part of it replaced."""
    given = (STACK.get(name) or OTHERS[name]).inputs["destinationConf"]
    assert before in given
    return {"destinationConf": given.replace(before, after)}


def steps(*given: Changes) -> Changes:
    """Migrations of several steps, in the provider's camelCase."""
    return {"migrations": {"newSqliteClasses": None, "newTag": "v1", "steps": list(given)}}


def where(*given: object) -> Changes:
    """A job's filter that lets the Worker's records through which all of these let through as well."""
    return {"filter": json.dumps({"where": {"and": [ONE, *given]}}, separators=(",", ":"))}


def worker(**changes: Any) -> object:
    """The component of a Worker with some arguments changed."""
    from firedrill.components.observed_worker import ObservedWorker, ObservedWorkerArgs
    from firedrill.components.worker.bundle import Bundle

    given: dict[str, Any] = {
        "account_id": ACCOUNT,
        "worker_name": "shop-prod",
        "workers_subdomain": "shop",
        "bundle": Bundle("worker.mjs", "0" * 64),
        "classes": {"CART": "Cart"},
        "migrations": {"new_tag": "v1", "new_sqlite_classes": ["Cart"]},
        "compatibility_date": "2026-11-01",
    }
    return ObservedWorker("w", ObservedWorkerArgs(**given | changes))


def migrated(*given: Changes) -> object:
    """The same with migrations of several steps."""
    return worker(migrations={"new_tag": "v1", "steps": list(given)})


def delivery(title: str = "shop", names: Sequence[str] = ("shop-prod",), fields: Sequence[str] = ("Logs",)) -> object:
    """The component of a job."""
    from firedrill.components.log_delivery.component import LogDelivery, LogDeliveryArgs
    from firedrill.components.log_delivery.destinations import DatadogDestination

    datadog = DatadogDestination("datadoghq.com", "key", "shop-events", "shop", ())
    return LogDelivery("l", LogDeliveryArgs(title, ACCOUNT, names, datadog, fields))


def tags(*given: Changes) -> Changes:
    """Migrations of several steps in a file of Wrangler's."""
    return {"migrations": [{"tag": f"v{number}", **each} for number, each in enumerate(given)]}


def workers(size: int) -> list[str]:
    """Names of Workers, the stack's among them, whose filter has that many bytes."""
    names = ["shop-prod", "z"]
    return [*names[:1], "z" * (size - len(worker_filter(names)) + 1)]


OF_SCRIPTS = (
    Row(
        "a Worker's name in capitals",
        "script",
        {"scriptName": "Shop_Prod"},
        "'Shop_Prod'",
        SCRIPT,
        config={"workers": {"conversation-state": {"name": "Shop_Prod"}}},
        component=lambda: worker(worker_name="Shop_Prod"),
        policy="worker-name-within-limits",
    ),
    Row(
        "a binding that begins with a digit",
        "script",
        {"bindings": [CART | {"name": "1CART"}]},
        "'1CART'",
        "a name as code writes it: letters, digits, _ and $, not beginning with a digit",
        config={"workers": {"conversation-state": {"classes": {"ConversationStateDO": {"binding": "1CART"}}}}},
        component=lambda: worker(classes={"1CART": "Cart"}),
        wrangler=LeftOut("its bindings have to be those of the config, which refuses the name"),
    ),
    Row(
        "a date that is none",
        "script",
        {"compatibilityDate": "2023-13-01"},
        "'2023-13-01'",
        DATE,
        config={"compatibilityDate": "2023-13-01"},
        component=lambda: worker(compatibility_date="2023-13-01"),
        wrangler={"compatibility_date": "2023-13-01"},
        policy=Own("worker-compatibility-date-recent", f"{DATE}, {RECENT}", NAMES_KEPT),
    ),
    Row(
        "a date that no calendar has",
        "script",
        {"compatibilityDate": "2026-13-01", "compatibilityFlags": ["rpc"]},
        "'2026-13-01'",
        DATE,
        config=LeftOut("it has no compatibility flags"),
        component=LeftOut("it has no compatibility flags"),
        wrangler={"compatibility_date": "2026-13-01", "compatibility_flags": ["rpc"]},
        policy=Own("worker-compatibility-date-recent", f"{DATE}, {RECENT}", NAMES_KEPT),
    ),
    Row(
        "two bindings of one name",
        "script",
        {"bindings": [CART, {"type": "plain_text", "name": "CART", "text": "1"}]},
        "bound more than once",
        "a name that no other binding has",
        config=LeftOut("names of bindings are keys there"),
        component=lambda: worker(variables={"CART": "1"}),
        wrangler={"vars": {"CART": "1"}},
    ),
    Row(
        "a binding that lacks what it is bound to",
        "script",
        {"bindings": [CART, {"type": "analytics_engine", "name": "EVENTS"}]},
        "",
        "what a binding of type analytics_engine needs",
        component=lambda: worker(other_bindings=[{"type": "analytics_engine", "name": "EVENTS"}]),
    ),
    Row(
        "a secret without its text",
        "script",
        {"bindings": [CART, {"type": "secret_text", "name": "SALT"}]},
        "",
        "what a binding of type secret_text needs",
        check=UPLOADS,
        drill=UPLOADS,
    ),
    Row(
        "an upload without a main module",
        "script",
        {"mainModule": None},
        "",
        "the name of the main module",
        policy="worker-main-module-stated",
    ),
    Row(
        "a binding of assets without assets",
        "script",
        {"bindings": [CART, {"type": "assets", "name": "FILES"}]},
        "",
        "the folder of the files that the binding FILES serves",
        component=lambda: worker(other_bindings=[{"type": "assets", "name": "FILES"}]),
    ),
    Row(
        "code that is no text",
        "script",
        {"content": 5},
        "5",
        "the code of the main module as text",
        policy="worker-main-module-stated",
    ),
    Row(
        "code with a syntax error",
        "script",
        {"content": "export class Bag {}\nexport class Cart {\n", "contentSha256": None},
        "code that does not load, worker.mjs:3:1: SyntaxError: Unexpected end of input",
        "a module without syntax errors (Cloudflare: Uncaught SyntaxError: Unexpected end of input at worker.mjs:3:1"
        " [code: 10021])",
        policy=LeftOut("a policy runs no other program"),
    ),
    Row(
        "code that exports another class",
        "script",
        {"content": "export class Bag {}\nexport class Kart {}\nexport default {}\n", "contentSha256": None},
        "'Cart'",
        "a class that the code exports (Cloudflare: Cannot apply new-class migration to class 'Cart' that is not"
        " exported by script. [code: 10070]; exported: Bag, Kart, default)",
        policy=LeftOut("a policy runs no other program"),
    ),
    Row(
        "a compatibility date of tomorrow",
        "script",
        {"compatibilityDate": "2026-11-21"},
        "'2026-11-21'",
        "a date such as 2026-11-01, not after today (2026-11-20; Cloudflare: Can't set compatibility date in the"
        " future: 2026-11-21 [code: 10021])",
        policy="worker-compatibility-date-recent",
    ),
    Row(
        "observability that does not say whether",
        "script",
        {"observability": {"enabled": None}},
        "",
        "true or false",
    ),
    Row(
        "a rate above all",
        "script",
        {"observability": {"headSamplingRate": 2}},
        "2",
        "a number from 0 to 1",
    ),
    Row(
        "a class that is created twice",
        "script",
        steps({"newSqliteClasses": ["Cart"]}, {"newSqliteClasses": ["Cart"]}),
        "'Cart'",
        "a class that does not exist yet (Cloudflare: Cannot apply new-sqlite-class migration to class 'Cart' that is "
        "already depended on by existing Durable Objects [code: 10074])",
        component=lambda: migrated({"new_sqlite_classes": ["Cart"]}, {"new_sqlite_classes": ["Cart"]}),
        wrangler=tags({"new_sqlite_classes": ["Cart"]}, {"new_sqlite_classes": ["Cart"]}),
    ),
    Row(
        "a class that is renamed before it exists",
        "script",
        steps({"newSqliteClasses": ["Cart"]}, {"renamedClasses": [{"from": "Bag", "to": "Basket"}]}),
        "'Bag'",
        "a class that exists by then (Cart)",
        component=lambda: migrated(
            {"new_sqlite_classes": ["Cart"]}, {"renamed_classes": [{"from": "Bag", "to": "Basket"}]}
        ),
        wrangler=tags({"new_sqlite_classes": ["Cart"]}, {"renamed_classes": [{"from": "Bag", "to": "Basket"}]}),
    ),
    Row(
        "a class that takes the name of another",
        "script",
        steps({"newSqliteClasses": ["Cart", "Bag"]}, {"renamedClasses": [{"from": "Bag", "to": "Cart"}]}),
        "'Bag' to 'Cart'",
        "a name that no class of the Worker has, since the objects of the one that has it would be lost",
        component=lambda: migrated(
            {"new_sqlite_classes": ["Cart", "Bag"]}, {"renamed_classes": [{"from": "Bag", "to": "Cart"}]}
        ),
        wrangler=tags({"new_sqlite_classes": ["Cart", "Bag"]}, {"renamed_classes": [{"from": "Bag", "to": "Cart"}]}),
    ),
    Row(
        "a class that is deleted while it is bound",
        "script",
        steps({"newSqliteClasses": ["Cart"]}, {"deletedClasses": ["Cart"]}),
        "'Cart'",
        "a class that no binding names (Cloudflare: Cannot apply --delete-class migration to class 'Cart' without also "
        "removing the binding that references it. [code: 10061])",
        component=lambda: migrated({"new_sqlite_classes": ["Cart"]}, {"deleted_classes": ["Cart"]}),
        wrangler=tags({"new_sqlite_classes": ["Cart"]}, {"deleted_classes": ["Cart"]}),
    ),
    Row(
        "a class that is deleted before it exists",
        "script",
        steps({"deletedClasses": ["Basket"]}, {"newSqliteClasses": ["Cart"]}),
        "'Basket'",
        "a class that exists by then (none)",
        component=lambda: migrated({"deleted_classes": ["Basket"]}, {"new_sqlite_classes": ["Cart"]}),
        wrangler=tags({"deleted_classes": ["Basket"]}, {"new_sqlite_classes": ["Cart"]}),
    ),
    Row(
        "a binding to a class that no migration makes",
        "script",
        {"migrations": {"newSqliteClasses": ["Bag"]}},
        "'Cart'",
        "a class that exists (Cloudflare: Cannot create binding for class 'Cart' because it is not currently "
        "configured to implement Durable Objects. Ensure a --new-class migration has been applied to it. [code: "
        "10061])",
        component=lambda: worker(migrations={"new_tag": "v1", "new_sqlite_classes": ["Bag"]}),
        wrangler=tags({"new_sqlite_classes": ["Bag"]}),
    ),
    Row(
        "a binding to a class of a Worker that does not exist",
        "script",
        {"bindings": [CART, CART | {"name": "BAG", "className": "Bag", "scriptName": "bags"}]},
        "'Bag'",
        "a class that exists (Cloudflare: Cannot create binding for class 'Bag' of script 'bags' because it is not "
        "currently configured to implement Durable Objects. [code: 10061])",
        check=LIVE,
        drill=LIVE,
    ),
    Row(
        "an old tag that is not the live one",
        "script",
        {"migrations": {"oldTag": "v0"}},
        "'v0'",
        "'', the tag that is live (Cloudflare: Actor migration tag precondition failed, got tag 'v0' when expected tag "
        "is '' [code: 10079])",
        check=LIVE,
        drill=LIVE,
    ),
    Row(
        "a schedule on a day that no week has",
        "cron",
        {"schedules": [{"cron": "0 0 * * 8"}]},
        "'0 0 * * 8'",
        "minute, hour, day of the month, month and day of the week, where Sunday is 1 (Cloudflare: invalid cron string "
        "[code: 10100])",
        check=NOT_READ,
        api=NOT_DATADOGS,
        drill=NOT_READ,
    ),
)

OF_JOBS = (
    Row(
        "another dataset",
        "job",
        {"dataset": "http_requests"},
        "'http_requests'",
        "'workers_trace_events', which has the events of Workers (the provider's default is 'http_requests')",
        policy="logpush-right-dataset",
    ),
    Row(
        "a job's name that is too long",
        "job",
        {"name": "s" * 513},
        "513 characters long",
        "at most 512 characters",
        component=lambda: delivery(title="s" * 513),
        policy="logpush-name-within-limits",
    ),
    Row(
        "a zone of what has none",
        "job",
        {"accountId": None, "zoneId": "z1"},
        "'z1'",
        "nothing, since the dataset workers_trace_events belongs to accounts",
    ),
    Row(
        "a zone beside the account",
        "job",
        {"zoneId": "z1"},
        "'z1'",
        "nothing beside account_id: a job belongs to one of them",
    ),
    Row(
        "a kind of job that only requests have",
        "job",
        {"kind": "edge"},
        "'edge'",
        "nothing, since only the dataset http_requests has kinds of jobs",
    ),
    Row("an unknown frequency", "job", {"frequency": "often"}, "'often'", "one of high, low"),
    Row(
        "batches that are too small",
        "job",
        {"maxUploadBytes": 1000},
        "1000",
        "0 (the default), or 5000000 to 1000000000",
    ),
    Row(
        "no field at all",
        "r2",
        {"outputOptions": {"fieldNames": []}},
        "[]",
        FIELD,
        config=destinations("r2", fields=[]),
        component=lambda: delivery(fields=()),
    ),
    Row(
        "a field that the dataset has not",
        "r2",
        {"outputOptions": {"fieldNames": ["Outcom"]}},
        "'Outcom'",
        FIELD,
        config=destinations("r2", fields=["Outcom"]),
        component=lambda: delivery(fields=("Outcom",)),
    ),
    Row(
        "a sample of nothing",
        "job",
        {"outputOptions": {"sampleRate": 0}},
        "0",
        "above 0 and at most 1 (all records)",
    ),
    Row("an unknown format", "job", {"outputOptions": {"outputType": "xml"}}, "'xml'", "one of ndjson, csv"),
    Row(
        "an unknown form of dates",
        "job",
        {"outputOptions": {"timestampFormat": "iso"}},
        "'iso'",
        "one of unixnano, unix, rfc3339, rfc3339ms, rfc3339ns",
    ),
    Row(
        "requests within requests",
        "job",
        {"outputOptions": {"mergeSubrequests": True}},
        "true",
        "nothing, since it works on the dataset http_requests only",
    ),
    Row(
        "a template that does not end",
        "job",
        {"outputOptions": {"recordTemplate": "{{ .Outcome"}},
        "'{{ .Outcome' at character 0",
        '{{ .Field }}, {{ "constant" }} and {{/* comments */}}',
    ),
    Row(
        "a filter that is too long",
        "job",
        {"filter": worker_filter(workers(1001))},
        "1001 bytes long",
        "at most 1000 bytes",
        component=lambda: delivery(names=workers(1001)),
        policy="logpush-filter-present",
    ),
    Row(
        "a filter that is not JSON",
        "job",
        {"filter": STACK["job"].inputs["filter"].removesuffix("}")},
        '\'{"where":{"key":"ScriptName","operator":"eq","value":"shop-prod"}\', which is not JSON '
        "(Expecting ',' delimiter: line 1 column 66 (char 65))",
        'JSON: {"where": ...}',
        policy="logpush-filter-present",
    ),
    Row(
        "a filter with more than a condition",
        "job",
        {"filter": '{"where":{"key":"ScriptName","operator":"eq","value":"shop-prod"},"limit":1}'},
        '\'{"where":{"key":"ScriptName","operator":"eq","value":"shop-prod"},"limit":1}\'',
        "an object with the only key 'where'",
        policy="logpush-filter-present",
    ),
    Row(
        "too many operators",
        "job",
        where(*[0] * 30),
        "31 operators long",
        "about 30 operators",
        policy="logpush-filter-present",
    ),
    Row(
        "a condition of an unknown form",
        "job",
        where({"not": []}),
        '{"not": []}',
        COMPARISON,
        policy="logpush-filter-present",
    ),
    Row(
        "an unknown operator",
        "job",
        where({"key": "Outcome", "operator": "is", "value": "ok"}),
        "'is'",
        "one of eq, lt, leq, gt, geq, startsWith, endsWith, contains, in, !eq, !startsWith, !endsWith, !contains, !in",
        policy="logpush-filter-present",
    ),
    Row(
        "an operator of texts on a number",
        "job",
        where({"key": "WallTimeMs", "operator": "startsWith", "value": "1"}),
        "'startsWith'",
        "one of eq, lt, leq, gt, geq, in, !eq, !in, since WallTimeMs is of type int",
        policy="logpush-filter-present",
    ),
    Row(
        "one value where a list belongs",
        "job",
        where({"key": "Outcome", "operator": "in", "value": "ok"}),
        "'ok'",
        "a list, since the operator is in",
        policy="logpush-filter-present",
    ),
    Row(
        "a text where a number belongs",
        "job",
        where({"key": "WallTimeMs", "operator": "gt", "value": "slow"}),
        "'slow'",
        "a whole number, since WallTimeMs is of type int",
        policy="logpush-filter-present",
    ),
)

OF_DESTINATIONS = (
    Row(
        "a destination of an unknown kind",
        "r2",
        conf("r2", "r2://", "ftp://"),
        "not the address of a destination",
        "an address that begins with one of datadog://, r2://, s3://, gs://, azure://, sumo://, splunk://, https://,"
        " bq://, kinesis://, sentinelone://, ibmcl://",
        config=LeftOut("it names kinds, not addresses"),
    ),
    Row(
        "a secret address to Datadog",
        "job",
        {"destinationConf": "datadog://[secret]"},
        "a secret as a whole",
        "an address in which only the values of secret parameters are masked",
    ),
    Row(
        "an address that is not the intake's",
        "job",
        conf("job", "/api/v2/logs", "/api/v3/logs"),
        "'http-intake.logs.datadoghq.com/api/v3/logs'",
        "http-intake.logs.<site>/api/v2/logs, Datadog's log intake",
    ),
    Row(
        "no API key",
        "job",
        conf("job", "header_DD-API-KEY=[secret]&", ""),
        "",
        "an API key, since Datadog refuses logs without one",
        config=LeftOut("a secret that is missing is asked for as such"),
    ),
    Row(
        "an unknown parameter of the intake",
        "job",
        conf("job", "&ddsource", "&colour=red&ddsource"),
        "not a parameter of Datadog's log intake",
        "one of ddsource, service, ddtags, host, hostname",
    ),
    Row(
        "a bucket of R2 in capitals",
        "r2",
        conf("r2", "shop-archive", "Shop"),
        "'Shop'",
        f"3 to 63 lowercase letters, digits and dashes, {ENDS}",
        config=destinations("r2", bucket="Shop"),
    ),
    Row(
        "a bucket without its key",
        "r2",
        conf("r2", "&secret-access-key=SECRET", ""),
        "",
        "an access key of R2 that may write objects",
        config=LeftOut("it names the config key that holds it"),
    ),
    Row(
        "a bucket of S3 that is too short",
        "s3",
        conf("s3", "shop-archive", "sh"),
        "'sh'",
        f"3 to 63 lowercase letters, digits, dots, dashes and _, {ENDS}",
        config=destinations("s3", bucket="sh"),
    ),
    Row(
        "a folder that begins with a dot",
        "s3",
        conf("s3", "shop/{DATE}", ".shop"),
        "'.shop'",
        "names of folders with / between them, without blanks, ? and #, none of them beginning with a dot",
        config=destinations("s3", path=".shop"),
    ),
    Row(
        "a region with a blank",
        "s3",
        conf("s3", "eu-west-1", "EU%20West"),
        "'EU West'",
        "a region of lowercase letters, digits and dashes, such as eu-west-1, or auto",
        config=destinations("s3", region="EU West"),
    ),
    Row(
        "an endpoint with a path",
        "s3",
        conf("s3", "s3.example.com", "s3.example.com/in"),
        "'s3.example.com/in'",
        "a host name of letters, digits, dots and dashes, with :port if it is not 443",
        config=destinations("s3", endpoint="s3.example.com/in"),
    ),
    Row(
        "a host that no address has",
        "https",
        conf("https", "logs.example.com", "logs_example.com"),
        "'logs_example.com'",
        "a host name of letters, digits, dots and dashes, with :port if it is not 443",
        config=destinations("https", url="https://logs_example.com/in"),
    ),
    Row(
        "a header that no request has",
        "https",
        conf("https", "header_Authorization", "header_X%20Key"),
        "'X Key'",
        "letters, digits and dashes",
        config=destinations("https", header="X Key"),
    ),
    Row(
        "an address that is too long",
        "https",
        {"destinationConf": f"https://logs.example.com/{'i' * 4_096}?header_Authorization=%5Bsecret%5D"},
        "4155 characters long",
        "at most 4096 characters",
        config=destinations("https", url=f"https://logs.example.com/{'i' * 4_096}"),
    ),
    Row(
        "an account of Azure with a dash",
        "azure",
        conf("azure", "shopstore", "shop-store"),
        "'shop-store'",
        "3 to 24 lowercase letters and digits",
        config=destinations("azure", account="shop-store"),
    ),
    Row(
        "a container of two letters",
        "azure",
        conf("azure", "/archive/", "/ab/"),
        "'ab'",
        f"3 to 63 lowercase letters, digits and single dashes, {ENDS}",
        config=destinations("azure", container="ab"),
    ),
    Row(
        "a container without a signature",
        "azure",
        conf("azure", "&sig=SECRET", ""),
        "",
        "the shared access signature of a URL that may create and write",
        config=LeftOut("it names the config key that holds it"),
    ),
    Row(
        "a signature that is a whole URL",
        "azure",
        conf("azure", "?sv=1", "?https://shopstore.blob.core.windows.net/archive?sv=1"),
        "without the query of a SAS URL",
        "one such as sv=...&sig=...",
        config=LeftOut("it names the config key that holds it"),
    ),
    Row(
        "a signature that may not write",
        "azure",
        conf("azure", "&sig=", "&sp=rl&sig="),
        "'rl'",
        "permissions with w (write)",
        config=LeftOut("it names the config key that holds it"),
    ),
    Row(
        "a header of two lines",
        "https",
        conf("https", "=SECRET", "=SECRET%0ASECRET"),
        "more than one line, or has control characters",
        "what a header can have: one line",
        config=LeftOut("it names the config key that holds it"),
    ),
    Row(
        "an address of two lines",
        "https",
        conf("https", "/in?", "/in\n?"),
        "more than one line, or has control characters",
        "an address of one line",
        config=LeftOut("its url may have no blanks"),
    ),
    Row(
        "a port that Splunk has not",
        "splunk",
        conf("splunk", ":8088", ":9999"),
        "'splunk.example.com:9999'",
        "a host name of letters, digits, dots and dashes, with :8088 if it is not 443",
        config=destinations("splunk", endpoint="splunk.example.com:9999"),
    ),
    Row(
        "a channel that is no UUID",
        "splunk",
        conf("splunk", "01234567-89ab-cdef-0123-456789abcdef", "shop"),
        "'shop'",
        "a UUID such as 01234567-89ab-cdef-0123-456789abcdef",
        config=destinations("splunk", channel="shop"),
    ),
    Row(
        "a source type with a blank",
        "splunk",
        conf("splunk", "cloudflare%3Ajson", "my%20type"),
        "'my type'",
        "letters, digits, :, dashes and _",
        config=destinations("splunk", sourceType="my type"),
    ),
    Row(
        "a path that is not the collector's",
        "splunk",
        conf("splunk", "/services/collector/raw", "/services/collector"),
        "'/services/collector'",
        "/services/collector/raw",
    ),
    Row(
        "a challenge that was not met",
        "s3",
        {"destinationConf": "s3://shop-archive/shop?region=eu-west-1", "ownershipChallenge": "guessed"},
        "not that of the destination",
        "the token that Cloudflare wrote into the destination",
        config=LeftOut("it names the config key that holds it"),
        check=LIVE,
        drill=LIVE,
    ),
    Row(
        "a bucket of which nobody has shown that it is theirs",
        "s3",
        {"destinationConf": "s3://shop-archive/shop?region=eu-west-1", "ownershipChallenge": None},
        "",
        "the token that Cloudflare wrote into the destination",
        config=LeftOut("tests/components/test_destinations.py: it asks for the key that holds it"),
        policy="logpush-destination-proven",
    ),
    Row(
        "a job that belongs to nobody",
        "job",
        {"accountId": None},
        "",
        "the id of the account that the job belongs to",
        config=LeftOut("the account of the whole stack"),
        policy="logpush-owner-stated",
    ),
)

MISTAKES = (*OF_SCRIPTS, *OF_JOBS, *OF_DESTINATIONS)

EDGES = (
    Row(
        "a Worker's name with _",
        "script",
        {"scriptName": "_shop_prod"},
        config={"workers": {"conversation-state": {"name": "_shop_prod"}}},
        component=lambda: worker(worker_name="_shop_prod"),
        policy="worker-name-within-limits",
    ),
    Row(
        "a date before objects had RPC",
        "script",
        {"compatibilityDate": "2023-01-01"},
        config={"compatibilityDate": "2023-01-01"},
        component=lambda: worker(compatibility_date="2023-01-01"),
        wrangler={"compatibility_date": "2023-01-01"},
        policy=LeftOut("an advisory policy of its own wants a later one"),
    ),
    Row(
        "a class that is deleted and made again",
        "script",
        steps(
            {"newClasses": ["Cart"]},
            {"renamedClasses": [{"from": "Cart", "to": "Bag"}]},
            {"newSqliteClasses": ["Cart"]},
        ),
        component=lambda: migrated(
            {"new_classes": ["Cart"]},
            {"renamed_classes": [{"from": "Cart", "to": "Bag"}]},
            {"new_sqlite_classes": ["Cart"]},
        ),
        wrangler=tags(
            {"new_classes": ["Cart"]},
            {"renamed_classes": [{"from": "Cart", "to": "Bag"}]},
            {"new_sqlite_classes": ["Cart"]},
        ),
    ),
    Row(
        "a job's name of 512 characters",
        "job",
        {"name": "s" * 512},
        component=lambda: delivery(title="s" * 512),
        policy="logpush-name-within-limits",
    ),
    Row(
        "a filter of 1000 bytes",
        "job",
        {"filter": worker_filter(workers(1000))},
        component=lambda: delivery(names=workers(1000)),
        policy=LeftOut("a policy of its own wants no Workers but the service's in the filter"),
    ),
    Row("a number written as text", "job", where({"key": "CPUTimeMs", "operator": "gt", "value": "5"})),
    Row("the smallest batch", "job", {"maxUploadRecords": 1000}),
    Row(
        "a container of three letters",
        "azure",
        conf("azure", "/archive/", "/abc/"),
        config=destinations("azure", container="abc"),
    ),
    Row(
        "a bucket of 63 characters",
        "r2",
        conf("r2", "shop-archive", "s" * 63),
        config=destinations("r2", bucket="s" * 63),
    ),
    Row(
        "a date in a folder's name",
        "s3",
        conf("s3", "shop/{DATE}", "a.b/c-{DATE}"),
        config=destinations("s3", path="a.b/c"),
    ),
)
