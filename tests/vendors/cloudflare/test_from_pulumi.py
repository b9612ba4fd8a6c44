from __future__ import annotations

from firedrill.vendors.cloudflare.from_pulumi import logpush_job, workers_script


def test_a_job_without_options_gets_the_providers_defaults() -> None:
    assert logpush_job({"destinationConf": "datadog://x"}) == {
        "dataset": "http_requests",
        "enabled": False,
        "frequency": "high",
        "kind": "",
        "max_upload_bytes": 0,
        "max_upload_interval_seconds": 0,
        "max_upload_records": 0,
        "destination_conf": "datadog://x",
    }


def test_a_jobs_options_have_the_apis_names() -> None:
    inputs = {
        "enabled": True,
        "maxUploadRecords": 1000,
        "outputOptions": {"fieldNames": ["CPUTimeMs"], "cve202144228": True, "sampleRate": 0.5},
    }
    job = logpush_job(inputs)
    assert job["output_options"] == {"field_names": ["CPUTimeMs"], "CVE-2021-44228": True, "sample_rate": 0.5}
    assert (job["enabled"], job["max_upload_records"]) == (True, 1000)


def test_a_script_is_not_pushed_unless_it_says_so() -> None:
    assert workers_script({"scriptName": "shop"})["logpush"] is False


def test_a_scripts_bindings_and_migrations_have_the_apis_names() -> None:
    inputs = {
        "scriptName": "shop",
        "logpush": True,
        "compatibilityDate": "2026-01-01",
        "contentFile": "dist/worker.mjs",
        "contentSha256": "00",
        "bindings": [{"type": "durable_object_namespace", "name": "COUNTER", "className": "Counter"}],
        "migrations": {"newTag": "v1", "oldTag": None, "newSqliteClasses": ["Counter"]},
    }
    assert workers_script(inputs) == {
        "script_name": "shop",
        "logpush": True,
        "compatibility_date": "2026-01-01",
        "compatibility_flags": [],
        "content_file": "dist/worker.mjs",
        "content_sha256": "00",
        "bindings": [{"type": "durable_object_namespace", "name": "COUNTER", "class_name": "Counter"}],
        "migrations": {"new_tag": "v1", "new_sqlite_classes": ["Counter"]},
    }
