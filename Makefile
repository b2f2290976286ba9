# 闭环 Bihuan. On a fresh machine git, make and Python >= 3.11 (with venv) are enough: `make run`, `make test`.
# The locks are made by `make lock`; they carry hashes and no address of any package index.

SHELL := /bin/bash
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
# compiled modules are kept even where the environment says otherwise: without them every start costs two seconds more
export PYTHONDONTWRITEBYTECODE :=
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install -qq --disable-pip-version-check --no-input --require-hashes
.PHONY: run test check fuzz faults lines bench clients lock docs clean

run: $(VENV)/run.stamp
	@[ -n "$$DEMO" ] || grep -qsE '^ *DEMO *=' .env || export DEMO=1; exec $(PY) manage.py serve

test: $(VENV)/dev.stamp
	@$(PY) -m tests.run

check: $(VENV)/dev.stamp
	@$(PY) -m tests.check

fuzz: $(VENV)/dev.stamp
	@$(PY) -m tests.run fuzz

faults: $(VENV)/dev.stamp
	@$(PY) -m tests.run faults

lines: $(VENV)/dev.stamp
	@$(PY) -m tests.lines

bench: $(VENV)/bench.stamp
	@$(PY) -m bench $(BENCH)

clients: $(VENV)/dev.stamp
	@$(PY) -m tests.clients

docs: $(VENV)/run.stamp
	@$(PY) manage.py render_docs

lock: $(VENV)/dev.stamp
	@for to in "requirements.lock pyproject.toml" "requirements-dev.lock pyproject.toml --group dev" \
	"requirements-bench.lock pyproject.toml --group bench" \
	"requirements-clients.lock --group clients"; do \
	$(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url -o $$to; done

# A folder that was copied or moved has scripts pointing elsewhere; one made by a Python that is gone does not start.
$(VENV)/bin/python:
	@[ -n "$(PYTHON)" ] || { echo "需要 Python 3.11 至 3.13 / Python 3.11 to 3.13 is needed"; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) || { echo "缺少 venv 模块:apt-get install python3-venv / the venv module is missing"; exit 1; }

$(VENV)/system.stamp: $(VENV)/bin/python
	@bash .ci/system-libraries; touch $@

$(VENV)/run.stamp: requirements.lock $(VENV)/system.stamp
	@echo "正在安装依赖 / installing dependencies"
	@$(PIP) -r requirements.lock
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock $(VENV)/system.stamp
	@echo "正在安装开发依赖 / installing development dependencies"
	@$(PIP) -r requirements-dev.lock
	@touch $@ $(VENV)/run.stamp

$(VENV)/bench.stamp: requirements-bench.lock $(VENV)/dev.stamp
	@echo "正在安装测速依赖 / installing what the benchmarks need"
	@$(PIP) -r requirements-bench.lock
	@touch $@

clean:
	rm -rf $(VENV) .venv-clients var/clients .mypy_cache .ruff_cache .import_linter_cache
