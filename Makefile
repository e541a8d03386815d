# Mintmark. `make` alone lists what there is to do. Works with GNU make 3.81 (macOS) and in folders with spaces.
.DEFAULT_GOAL := help
.NOTPARALLEL:
SHELL := /bin/bash

python := .venv/bin/python
step := @tools/step
with_browser := @CHROMIUM="$$(tools/browser)" && export CHROMIUM &&
# What is installed here comes first, except where it is installed.
callers_path := $(PATH)
export PATH := $(CURDIR)/.tools/bin:$(PATH)

.PHONY: help
help:
	@awk 'BEGIN { FS = ":.*## " } \
	  /^##@ / { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z0-9-]+:.*## / { split($$1, name, " "); printf "  make %-12s %s\n", name[1], $$2 }' Makefile

##@ Every day
.PHONY: up demo reset test lint format
up: install ## Site, workers and a local chain, nothing to install first; Ctrl-C stops all (PORT=8080 for another port)
	@exec $(python) -m tools.stack up

demo: install ## The whole journey on a picture of yours: make demo IMAGE=photo.jpg
	@exec $(python) -m tools.journey.demo "$$IMAGE"

reset: ## Forgets all that this installation holds: works, accounts, the local chain
	@exec $(or $(wildcard $(python)),python3) -m tools.stack reset

test: install ## All that CI runs
	$(step) "All of it" $(MAKE) --no-print-directory $(all_of_it)

lint: install ## Style, types and forms of every language, and the locks
	$(step) "Python style" $(python) -m ruff check . $(scripts)
	$(step) "Python format" $(python) -m ruff format --check . $(scripts)
	$(step) "Python types" $(python) -m mypy
	$(step) "TypeScript and CSS" tools/npm run --silent check
	$(step) "Solidity format" forge fmt --check contracts
	$(step) "Locks" tools/check-locks

format: install ## Puts every file into shape
	@$(python) -m ruff check --fix . $(scripts)
	@$(python) -m ruff format . $(scripts)
	@tools/npm run --silent format
	@forge fmt contracts

##@ Parts of `make test`
.PHONY: migrations compose contracts audit frontend kubo postgres pytest e2e
migrations: install ## Whether a model changed without its migration
	$(step) "Migrations" env DJANGO_SETTINGS_MODULE=tests.settings $(python) manage.py makemigrations --check --dry-run

compose: install ## Whether docker-compose.yml and Dockerfile fit the project
	$(step) "Compose file" $(python) -m pytest -q tests/stack/test_compose.py

contracts: install ## Contracts: unit, fuzz and invariant tests; committed ABIs
	$(step) "Contracts" forge test
	$(step) "ABIs" tools/abi --check

audit: install ## Contracts: Slither's findings, and Halmos' proofs of the split and of a licence's end
	$(step) "Slither" $(python) -m tools.audit.findings
	$(step) "Proofs" env FOUNDRY_PROFILE=audit tools/with-audit halmos $(halmos)

frontend: install ## Front end: unit tests, and how much a page weighs
	$(step) "Front end" tools/npm run --silent test
	$(step) "Page weight" tools/npm run --silent size

kubo: install ## Builds the IPFS daemon that the content store is tested against (needs Go)
	$(step) "Kubo" tools/kubo/build

postgres: install ## The tests that touch the database, on PostgreSQL
	$(step) "On PostgreSQL" tools/with-postgres $(python) -m pytest $(on_postgres)

pytest: install ## All Python tests, on SQLite, the browser's journey included: make pytest ONLY=tests/chain
	$(with_browser) tools/step "Python tests" $(python) -m pytest $(ONLY)

e2e: install ## The journey in a real browser
	$(with_browser) tools/step "Browser" $(python) -m pytest tests/e2e

##@ Now and then
.PHONY: bench bench-watcher bench-gas coverage fuzz mutants lock abi install
bench: install ## How fast it is, against its goals
	@for file in tests/bench/bench_*.py; do \
	  name=$$(basename "$$file" .py); tools/step "$$name" $(python) -m "tests.bench.$$name" || exit 1; \
	done

bench-watcher: install ## How fast the watcher reads a chain into PostgreSQL, beside Ponder: make bench-watcher EVENTS=100000
	@tools/with-postgres $(python) -m tests.bench.bench_watcher $(EVENTS)

bench-gas: install ## What each operation on the contracts costs, beside what others cost
	$(step) -q "Gas" env FOUNDRY_PROFILE=bench forge test
	@$(python) -m tools.gas_table

coverage: install ## Contracts: how much of them their tests run, at least 98 %
	$(step) "Coverage" $(python) -m tools.audit.coverage

fuzz: install ## Contracts: the long campaign, about an hour
	$(step) "Long campaign" env FOUNDRY_PROFILE=fuzz forge test --no-match-contract Gas

mutants: install ## Contracts: whether a test fails when they are wrong: make mutants ONLY=Market.sol
	$(step) "Mutants" $(python) -m tools.audit.mutants $(ONLY)

lock: install ## Writes the locks again: make lock UPGRADE=yes for newer versions
	@tools/lock $(if $(UPGRADE),--upgrade)

abi: install ## Writes contracts/abi from the built contracts
	@tools/abi

install: ## Everything into this checkout, nothing outside it; what is up to date is left alone
	@PATH="$(callers_path)" tools/install

# Python without an ending in its name.
scripts := tools/abi tools/browser tools/install tools/lock tools/with-postgres
all_of_it := lint migrations compose contracts audit frontend $(shell command -v go >/dev/null && echo kubo) postgres pytest
halmos := --forge-build-out contracts/cache/audit/out --solver-timeout-assertion 5m
on_postgres := tests/chain tests/content tests/accounts tests/catalog tests/licensing tests/royalties tests/web tests/api
