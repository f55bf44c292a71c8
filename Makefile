# Two commands: make run, make test. Both set everything up first.
PORT ?= 8000
PYTHON := .venv/bin/python
MANAGE := $(PYTHON) manage.py
STAMP := .venv/.installed-$(shell cat requirements.txt constraints.txt | sha256sum | cut -c1-16)

.PHONY: run test check benchmarks
.DEFAULT_GOAL := run

$(STAMP): requirements.txt constraints.txt
	@command -v python3 >/dev/null || { echo "Python 3.11 or newer is missing: apt-get install python3 python3-venv"; exit 1; }
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; python3 is older"; exit 1; }
	@test -x $(PYTHON) || python3 -m venv .venv
	$(PYTHON) -m pip install --quiet --disable-pip-version-check -r requirements.txt -c constraints.txt
	@rm -f .venv/.installed-*
	@touch $@

run:
	@scripts/system-packages run
	@$(MAKE) --no-print-directory $(STAMP)
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) loaddata vocabulary places/countries places/ml places/neighbours --verbosity 0
	@$(MANAGE) load_places --verbosity 0
	@$(MANAGE) load_coi fixtures/coi/*/*.yaml
	@$(MANAGE) index_search >/dev/null
	@$(MANAGE) load_demo --port $(PORT)
	@$(MANAGE) runserver --noreload 127.0.0.1:$(PORT)

test:
	@scripts/system-packages test
	@$(MAKE) --no-print-directory $(STAMP)
	@$(MAKE) --no-print-directory check
	$(PYTHON) -m pytest -n 2 --dist loadfile --no-loadscope-reorder -q

check: $(STAMP)
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	.venv/bin/lint-imports
	$(MANAGE) makemigrations --check --dry-run
	DEBUG=0 SECRET_KEY=$$(head -c 40 /dev/urandom | base64) AUDIT_KEY=for-this-check-only ALLOWED_HOSTS=localhost \
		$(MANAGE) check --deploy --fail-level WARNING
