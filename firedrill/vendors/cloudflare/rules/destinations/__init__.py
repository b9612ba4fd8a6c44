"""Where a job delivers to: destination_conf of each kind, built, taken apart and checked, and what of it is secret.

Source: developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations (datadog, r2, aws-s3,
s3-compatible-endpoints, google-cloud-storage, azure, sumo-logic, splunk, http, bigquery, kinesis,
new-relic, sentinelone, ibm-cloud-logs)
"""
