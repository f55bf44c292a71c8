# `make run`, `make test` and `make test-all` set up everything they need. `make help` lists the rest.
PORT ?= 8000
PYTHON := .venv/bin/python
MANAGE := $(PYTHON) manage.py
INSTALLED := .venv/.installed-$(shell cat requirements.txt | sha256sum | cut -c1-16)
INSTALLED_DEV := .venv/.installed-dev-$(shell cat requirements.txt requirements-dev.txt | sha256sum | cut -c1-16)
PYTEST := $(PYTHON) -m pytest -n 2 --dist loadfile --no-loadscope-reorder -q

.PHONY: help run test test-all check coverage lock gallery sbom
.DEFAULT_GOAL := run

help:
	@echo "make run         set up and serve the application with demonstration cases (PORT=8000)"
	@echo "make test        set up, then run every check and the tests, but for the slow ones"
	@echo "make test-all    set up, then run the slow tests: every page in a browser, PostgreSQL, races, every mutation, every guard"
	@echo "make check       run the checks alone: style, types, imports, migrations, deployment settings"
	@echo "make coverage    set up, then run all tests and measure which branches they run (docs/testing.md)"
	@echo "make gallery     take the pictures of docs/gallery anew, from the demonstration cases"
	@echo "make sbom        write var/footnote.cdx.json: what is installed, with versions, hashes and licences (CycloneDX)"
	@echo "make lock        write requirements*.txt anew from requirements*.in"

$(INSTALLED): requirements.txt
	@scripts/install-python requirements.txt
	@rm -f .venv/.installed-*
	@touch $@

$(INSTALLED_DEV): requirements.txt requirements-dev.txt
	@scripts/install-python requirements.txt requirements-dev.txt
	@rm -f .venv/.installed-*
	@touch $@ $(INSTALLED)

run:
	@scripts/system-packages run
	@$(MAKE) --no-print-directory $(INSTALLED)
	@PYTHON=$(PYTHON) scripts/prepare-data $(PORT)
	@$(MANAGE) runserver --noreload 127.0.0.1:$(PORT)

test:
	@scripts/system-packages test
	@$(MAKE) --no-print-directory check
	$(PYTEST) -m "not slow"

test-all:
	@scripts/system-packages test
	@$(MAKE) --no-print-directory $(INSTALLED_DEV)
	$(PYTEST) -m "slow or property" --hypothesis-profile=many

check: $(INSTALLED_DEV)
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	.venv/bin/lint-imports
	$(MANAGE) makemigrations --check --dry-run
	DEBUG=0 SECRET_KEY=$$(head -c 40 /dev/urandom | base64) AUDIT_KEY=for-this-check-only-and-nowhere-else \
		SECOND_FACTOR_KEY=for-this-check-alone-and-nowhere-else ALLOWED_HOSTS=localhost \
		$(MANAGE) check --deploy --fail-level WARNING

coverage:
	@scripts/system-packages test
	@$(MAKE) --no-print-directory $(INSTALLED_DEV)
	$(PYTEST) --cov --cov-report=term

gallery: $(INSTALLED_DEV)
	@scripts/system-packages test
	$(PYTHON) scripts/gallery.py

sbom: $(INSTALLED_DEV)
	@mkdir -p var
	$(PYTHON) scripts/sbom.py > var/footnote.cdx.json

LOCK := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header

lock: $(INSTALLED_DEV)
	$(LOCK) requirements.in --output-file requirements.txt
	$(LOCK) requirements-word.in --output-file requirements-word.txt
	$(LOCK) requirements-dev.in --output-file requirements-dev.txt
