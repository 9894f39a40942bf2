# Every command of the project; `make help` lists them.
.NOTPARALLEL:
.DEFAULT_GOAL := help
SHELL := /bin/bash
PORT ?= 8501
BIN := .venv/bin
export PORT AUDIT AUDIT_OSV

# What is delivered, without its tests.
PRODUCT := app.py pages briefings charts indicators data_sources geo scripts

# Streamlit would run such a file on a deep link without app.py, so without its reader check.
LOOSE := pages/ 下不能直接放页面文件（会绕过 app.py 的使用者检查），请移入子目录。/ A page must lie one folder deeper.

# Two workers only where measurements showed them to help; PYTEST takes further options: make test PYTEST="-k map".
WORKERS ?= 2
PYTEST ?=

.PHONY: help run test test-slow check audit format requirements bench bench-full screenshots environment dev pictures test-system clean

help: ## 列出所有命令 / list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22

run: environment ## 启动地图 http://localhost:8501（PORT= 换端口）/ serve the map
	@scripts/system.sh pictures
	@$(BIN)/python scripts/port.py $(PORT)
	@exec $(BIN)/streamlit run app.py --server.port $(PORT)

test: dev test-system ## 全部测试，含真实浏览器 / all tests, real browser included
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -m "not slow" -n $(WORKERS) --dist loadscope --no-loadscope-reorder --max-worker-restart 0 $(PYTEST)

test-slow: dev test-system ## 耗时的测试（真实规模）/ the tests at full size
	@$(BIN)/python -m pytest -m slow $(PYTEST)

check: dev ## 格式、语法、类型、分层、安全、依赖（AUDIT=require 必须核对漏洞）/ format, lint, types, imports, security
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bandit -q -c pyproject.toml -r $(PRODUCT)
	@scripts/requirements.sh --check
	@! find pages -maxdepth 1 -name '*.py' ! -name __init__.py | grep . || { echo '$(LOOSE)' >&2; exit 1; }
	@$(BIN)/python scripts/audit.py

audit: dev ## 依赖有没有已知漏洞（须能访问 PyPI 或 AUDIT_OSV=）/ known weaknesses of the requirements
	@AUDIT=require $(BIN)/python scripts/audit.py

format: dev ## 整理代码格式 / format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

requirements: dev ## 由 requirements*.in 重新锁定依赖（UPGRADE=1 升级）/ pin the requirements again
	@scripts/requirements.sh

bench: dev ## 速度与大小，逐项对照标准 / speed and size beside their yardsticks
	@$(BIN)/python -m benchmarks

bench-full: dev ## 同上，更久、更大 / the same, longer and larger
	@$(BIN)/python -m benchmarks --full
	@$(BIN)/python -m benchmarks.at_scale

screenshots: dev test-system ## 由运行中的应用重新拍摄 docs/images / pictures of the running app
	@$(BIN)/python -m scripts.screenshots

environment:
	@scripts/environment.sh requirements.txt

dev:
	@scripts/environment.sh requirements.txt requirements-dev.txt

pictures: ## 安装图片导出所需的 Chromium 与中文字体 / what picture export needs
	@scripts/system.sh pictures --again

test-system:
	@scripts/system.sh tests

clean: ## 删除虚拟环境与缓存；不动 var/ 里的数据 / remove .venv and caches, never the data in var/
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +
