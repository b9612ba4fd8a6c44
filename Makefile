# Every target sets up what it needs inside this folder first.
PYTHON ?= python3
STACK ?= dev
RUN = .venv/bin/python

.DEFAULT_GOAL := help

.PHONY: help setup drill policy up engine actionlint test check gen bench bench-overhead lock clean

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## install what is missing into .venv and node_modules (skipped when nothing changed)
	@$(PYTHON) tools/setup.py

drill: setup ## prove every alert of one stack (STACK=dev) and exit 0 only if all are proven
	@$(RUN) -m firedrill drill --stack $(STACK)

check: setup ## lint, format, types and generated files
	@$(RUN) tools/check.py

policy: setup ## hold one stack against the policies (STACK=dev)
	@$(RUN) -m firedrill policy --stack $(STACK)

up: engine ## deploy one stack to the local cloud with Pulumi's engine, and run it (STACK=dev)
	@$(RUN) -m firedrill up --stack $(STACK)

engine: setup ## build the Pulumi CLI once, where none is on PATH (takes Go)
	@$(RUN) tools/engine/build.py

actionlint: ## build actionlint once, where none is on PATH, to lint the workflows (takes Go)
	@command -v actionlint || test -x .firedrill/bin/actionlint || GOBIN=$(CURDIR)/.firedrill/bin go -C tools/actionlint install tool

# Not reordered by the number of tests in a file: the few long ones would come last, alone.
test: check ## everything make check does, then every test
	@$(RUN) -m pytest -n auto --dist loadfile --no-loadscope-reorder

gen: setup ## rewrite every generated file
	@$(RUN) tools/gen.py

bench: setup ## speed, as ratios measured in one run
	@$(RUN) -m bench

bench-overhead: setup ## what telemetry costs a Worker, beside other libraries, which it installs first (10 minutes)
	@$(RUN) -m bench.overhead

lock: setup ## compile requirements.in again (needs uv on PATH)
	@uv pip compile --universal --python-version 3.11 --no-header --no-annotate -q requirements.in -o requirements.txt

clean: ## remove what set-up and runs have made
	rm -rf .venv node_modules .firedrill worker/dist bench/overhead/node_modules
