# Two commands on a fresh machine: `make run` and `make test`. PORT and VAR let two installations stand side by side:
#     make run PORT=8001 VAR=other
PORT ?= 8000
VAR ?= var
export PORT VAR
# The libraries are installed without compiled modules: each is compiled when it is first used, then kept.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
PYTHON := $(VENV)/bin/python
INSTALL := $(PYTHON) -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes
# Checks load the settings, and ask no database anything.
WITHOUT_DATABASE := DATABASE_URL=postgresql://nobody@127.0.0.1:1/none DJANGO_SETTINGS_MODULE=shangwu.config.settings
LOCK := $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

.PHONY: run test check bench shots soak lock wheel clean front catalogues browser \
	style types floors lints repetition migrations-complete translations-complete tests-parallel tests-browser tests-alone \
	test-spark

# -- At work -----------------------------------------------------------------------------------------------------------

## run: everything on this machine, with the demo department in a new data folder; Ctrl-C stops it
run: $(VENV)/run.stamp front catalogues
	@exec $(PYTHON) -m shangwu.cli run --demo

## wheel: dist/shangwu-*.whl, with the built front end and the catalogues in it
wheel: $(VENV)/test.stamp front catalogues
	$(PYTHON) -m build --wheel --no-isolation --outdir dist

# -- Made things -------------------------------------------------------------------------------------------------------

$(VENV)/made.stamp:
	@sh house/make_venv.sh $(VENV)
	@touch $@

$(VENV)/build.stamp: requirements/build.lock | $(VENV)/made.stamp
	@$(INSTALL) -r requirements/build.lock
	@touch $@

# The front end is built beside the installation: two cores, two things at once.
$(VENV)/run.stamp: requirements/base.lock $(VENV)/build.stamp
	@echo "Installing the libraries (hash-pinned), building the front end…"
	@$(PYTHON) frontend/build.py & front=$$!; $(INSTALL) -r requirements/base.lock && wait $$front
	@$(PYTHON) house/link_checkout.py
	@touch $@

$(VENV)/test.stamp: requirements/dev.lock $(VENV)/run.stamp
	@echo "Installing the tools for tests (hash-pinned)…"
	@$(INSTALL) -r requirements/dev.lock
	@touch $@

front: $(VENV)/run.stamp
	@$(PYTHON) frontend/build.py

catalogues: $(VENV)/build.stamp
	@$(PYTHON) -m house.compile_catalogues

## lock: pin every library anew, with hashes, after a change in pyproject.toml
lock: $(VENV)/test.stamp
	$(LOCK) pyproject.toml -o requirements/base.lock
	$(LOCK) pyproject.toml --group dev -c requirements/base.lock -o requirements/dev.lock
	$(LOCK) --group pyproject.toml:build -c requirements/dev.lock -o requirements/build.lock
	$(PYTHON) -c 'import tomllib; asked = tomllib.load(open("pyproject.toml", "rb"))["project"]; \
		print(*asked["optional-dependencies"]["spark"], sep="\n")' | $(LOCK) --no-deps - -o requirements/spark.lock

# -- Checks: no database, no browser -----------------------------------------------------------------------------------

## check: style, types, floors, our own lints, little repetition, migrations and translations complete
check: style types floors lints repetition migrations-complete translations-complete

style: $(VENV)/test.stamp
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .

types: $(VENV)/test.stamp
	$(WITHOUT_DATABASE) $(VENV)/bin/mypy

floors: $(VENV)/test.stamp
	$(VENV)/bin/lint-imports

lints: $(VENV)/test.stamp
	$(PYTHON) -m house

# Eight equal lines in two places want one home; tests say things in full.
repetition: $(VENV)/test.stamp
	@git ls-files "shangwu/*.py" "house/*.py" | grep -v -e /tests/ -e /migrations/ | xargs $(VENV)/bin/symilar \
		--duplicates=8 --ignore-imports --ignore-docstrings --ignore-comments --ignore-signatures > $(VENV)/repetition.txt
	@tail -n 2 $(VENV)/repetition.txt
	@grep -q " duplicates=0 " $(VENV)/repetition.txt || { cat $(VENV)/repetition.txt; exit 1; }

migrations-complete: $(VENV)/test.stamp
	$(WITHOUT_DATABASE) $(PYTHON) -W ignore::RuntimeWarning -m django makemigrations --check --dry-run

translations-complete: $(VENV)/test.stamp
	$(PYTHON) -m house.catalogues check

# -- Tests: a PostgreSQL of their own, a real browser ------------------------------------------------------------------

## test: all tests, browser tests included; long campaigns in short form
test: tests-parallel tests-browser tests-alone

tests-parallel: $(VENV)/test.stamp front catalogues browser
	$(PYTHON) -m pytest -n 3 --dist loadfile --no-loadscope-reorder -m "not alone and not browser"

# A browser waits half of its time: three of them keep two cores busy. In the order of conftest.py, the longest first.
tests-browser: $(VENV)/test.stamp front catalogues browser
	$(PYTHON) -m pytest -n 3 --dist loadfile --no-loadscope-reorder --durations=15 -m browser

# What starts whole installations, kills processes or races: one file of them for each core, and nothing beside.
tests-alone: $(VENV)/test.stamp front catalogues browser
	$(PYTHON) -m pytest -n 2 --dist loadfile --durations=15 -m "alone and not browser"

# pyspark and what it brings lie beside the other libraries: half a gigabyte that nothing else needs.
$(VENV)/spark.stamp: requirements/spark.lock $(VENV)/test.stamp
	@echo "Installing Spark for its tests…"
	@$(INSTALL) --no-deps --upgrade --target $(VENV)/spark -r requirements/spark.lock
	@touch $@

## test-spark: every measure by every grouping on Apache Spark too, with two workers on this machine
test-spark: $(VENV)/spark.stamp
	@sh house/get_java.sh
	PYTHONPATH=$(VENV)/spark PYSPARK_PYTHON=$(abspath $(PYTHON)) SPARK_LOCAL_IP=127.0.0.1 \
		SHANGWU_SPARK_MASTER="local-cluster[2,1,1024]" $(PYTHON) -m pytest tests/engines -rs

## soak: the long campaigns at full count; hours
soak: $(VENV)/test.stamp front catalogues browser
	SHANGWU_SOAK=1 $(PYTHON) -m pytest -m soak

## bench: figures beside the bare PostgreSQL floor of the same run, into benchmarks/results.json
bench: $(VENV)/test.stamp front catalogues browser
	$(PYTHON) -m benchmarks

## shots: every page in light, dark and 390 px, in three languages, into shots/
shots: $(VENV)/test.stamp front catalogues browser
	$(PYTHON) -m tests.shots

browser:
	@sh house/get_browser.sh

## clean: everything that can be made again; data folders stay
clean:
	rm -rf $(VENV) frontend/node_modules frontend/.work shangwu/static/built dist shots var/test \
		/dev/shm/shangwu-test-*-$$(printf %s "$(CURDIR)" | sha256sum | cut -c 1-8)
	find shangwu -name "*.mo" -delete

help:
	@sed -n 's/^## //p' Makefile
