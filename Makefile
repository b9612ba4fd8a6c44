# Every target sets up what it needs inside this folder first.
PYTHON ?= python3
STACK ?= dev
RUN = .venv/bin/python

.DEFAULT_GOAL := help

.PHONY: help setup drill policy up engine sinks browser actionlint test coverage check gen proofs bench bench-overhead soak lock clean

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## install what is missing into .venv and node_modules (skipped when nothing changed)
	@$(PYTHON) tools/setup.py

drill: setup ## prove every alert of one stack (STACK=dev) and exit 0 only if all are proven
	@$(RUN) -m firedrill drill --stack $(STACK)

check: setup ## lint, format, types and generated files
	@$(RUN) tools/check.py

policy: setup ## check one stack against the policies (STACK=dev)
	@$(RUN) -m firedrill policy --stack $(STACK)

up: engine ## deploy one stack to the local cloud with Pulumi's engine, and run it (STACK=dev)
	@$(RUN) -m firedrill up --stack $(STACK)

engine: setup ## build the Pulumi CLI once, where none is on PATH (needs Go)
	@$(RUN) tools/engine/build.py

sinks: setup ## install what stands for Azure and Google Cloud Storage (Azurite by npm, fake-gcs-server by Go)
	@$(RUN) tools/sinks/install.py

browser: setup ## install what opens the report in a browser, for its tests (Chromium, playwright-core and axe-core by npm)
	@$(RUN) tools/browser/install.py

actionlint: ## build actionlint once, where none is on PATH, to lint the workflows (needs Go)
	@command -v actionlint || test -x .firedrill/bin/actionlint || GOBIN=$(CURDIR)/.firedrill/bin go -C tools/actionlint install tool

# Not reordered by the number of tests in a file: the few long ones would come last, alone.
test: check ## everything make check does, then every test
	@$(RUN) -m pytest -n auto --dist loadfile --no-loadscope-reorder

coverage: setup ## every test, with the lines and branches that they reach: reports/coverage/index.html
	@rm -rf reports/coverage
	@.venv/bin/coverage run -m pytest -n auto --dist loadfile --no-loadscope-reorder; result=$$?; \
	  .venv/bin/coverage combine --quiet && .venv/bin/coverage html --quiet && .venv/bin/coverage report; exit $$result

gen: setup ## rewrite every generated file
	@$(RUN) tools/gen.py
	@$(RUN) tools/declarations.py

proofs: setup ## drill prod, and keep in the runbooks how each alert was proven
	@$(RUN) tools/proofs.py

bench: setup ## speed, as ratios measured in one run
	@$(RUN) -m bench

bench-overhead: setup ## what telemetry costs a Worker, beside other libraries, which it installs first (10 minutes)
	@$(RUN) -m bench.overhead

soak: engine ## let each change of a deployment fail, kill Pulumi 20 times at random moments, send logs to a destination that misbehaves, live through a healthy week, change a stack 300 times, then give the emulator 300,000 random inputs (60 minutes; SEED=1)
	@FIREDRILL_EVERY=1 $(RUN) -m pytest -q tests/engine/test_halfway.py
	@$(RUN) -m tests.engine.soak --seed $(or $(SEED),1)
	@$(RUN) -m tests.engine.soak --seed $(or $(SEED),1) --examples
	@$(RUN) -m tests.sinks.soak --seed $(or $(SEED),1)
	@$(RUN) -m firedrill drill --stack prod --days 7 --no-search
	@$(RUN) -m tests.drill.mutants --sample 300 --least 90 --seed $(or $(SEED),1)
	@$(RUN) -m tests.standalone.soak --seed $(or $(SEED),1)

# With UPGRADE=--upgrade, what requirements.in leaves open moves to its newest version.
lock: ## write every lock file from what it locks (needs uv and npm on PATH)
	@for name in requirements requirements-node; do \
	  uv pip compile -q $(UPGRADE) --universal --python-version 3.11 --no-annotate --generate-hashes \
	    --custom-compile-command "make lock" $$name.in -o $$name.txt || exit; done
	@npm install --package-lock-only --ignore-scripts --no-audit --no-fund --loglevel=error
	@cd tools/sinks && npm install --package-lock-only --ignore-scripts --no-audit --no-fund --loglevel=error
	@cd tools/browser && npm install --package-lock-only --ignore-scripts --no-audit --no-fund --loglevel=error
	@cd bench/overhead && npm install --package-lock-only --omit=peer --ignore-scripts --no-audit --no-fund --loglevel=error

clean: ## remove what set-up and runs have made
	rm -rf .venv node_modules .firedrill bench/overhead/node_modules
