# Everything that a developer or a curious person runs. Each target does its own set-up on a bare Debian machine.

SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
FOR ?=
SHARE ?= 1
SEED ?= 1
PACKAGES := survey hardware kiosk sync_server hymy

.PHONY: demo test soak test-deploy check bench truth pictures format system-run system-dev clean help

help:
	@echo "make demo [FOR=60]   see all of it run on this computer"
	@echo "make test            the everyday tests"
	@echo "make soak [SHARE=1]  the long forms of the tests, one after the other; SHARE=0.1 for a tenth"
	@echo "make test-deploy     the installer of the Raspberry Pi, in a root of its own"
	@echo "make check           style, types, and who may know whom"
	@echo "make bench           each figure beside its limit"
	@echo "make truth [SEED=1]  how often the statistics are wrong, on answers whose truth is known"
	@echo "make pictures        every screen and page in every size on sheets, and the pictures of README.md"

demo: system-run $(VENV)/ready-run
	@$(BIN)/hymy demo $(if $(FOR),--for $(FOR))

# In parts, the longest first: two run at a time, for the two cores that most machines have.
OF_THEIR_OWN := tests/faults tests/sync_server/web tests/model tests/network tests/kiosk
SERVER := tests/sync_server --ignore=tests/sync_server/web
OTHERS := tests --ignore=tests/sync_server $(OF_THEIR_OWN:%=--ignore=%)
EVERYDAY := $(BIN)/pytest -m "not deploy and not soak"
test: system-dev $(VENV)/ready-dev
	@printf '%s\n' $(OF_THEIR_OWN) "$(SERVER)" "$(OTHERS)" | xargs -P 2 -I PART $(SHELL) -c \
		'log=$$(mktemp); $(EVERYDAY) PART > $$log 2>&1; status=$$?; cat $$log; rm $$log; exit $$status'

soak: system-dev $(VENV)/ready-dev
	HYMY_SOAK_SHARE=$(SHARE) $(BIN)/pytest -m soak -v -s --durations=0 --durations-min=1

test-deploy: system-dev $(VENV)/ready-dev
	$(BIN)/pytest -m deploy tests/deploy

check: $(VENV)/ready-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: system-dev $(VENV)/ready-dev
	$(BIN)/python -m benchmarks

truth: $(VENV)/ready-dev
	$(BIN)/python -m benchmarks.known_truth $(SEED)

pictures: system-dev $(VENV)/ready-dev
	$(BIN)/python -m benchmarks.sheet
	$(BIN)/python -m benchmarks.page_sheet
	$(BIN)/python -m benchmarks.pictures

format: $(VENV)/ready-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Debian's packages, only where one is missing; deploy/debian.sh says so clearly where it can't install them.
system-run system-dev: system-%:
	@deploy/debian.sh $*

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
		{ echo "Hymy needs Python 3.11, 3.12 or 3.13; name it: make PYTHON=python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Install Debian's python3-venv first." >&2; exit 1; }

$(VENV)/ready-run: $(VENV)/bin/python requirements/build.txt requirements/kiosk.txt requirements/server.txt pyproject.toml
	@echo "Installing what the demo needs (once, about a minute) ..."
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/build.txt -r requirements/kiosk.txt \
		-r requirements/server.txt
	@$(BIN)/python -m pip install -qq --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/ready-dev: $(VENV)/ready-run requirements/dev.txt
	@echo "Installing what the tests need (once, about a minute) ..."
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

clean:
	rm -rf $(VENV) demo-data build *.egg-info
