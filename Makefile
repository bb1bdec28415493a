# make run    plays: sets up what is missing, then opens the window
# make test   sets up what is missing, then runs every check there is
# Plain pip equivalents for macOS and Windows are in README.md.

FITS := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))
PYTHON ?= $(shell for v in 3 3.12 3.11; do python$$v -c '$(FITS)' 2>/dev/null && echo python$$v && break; done)
VENV := .venv
BIN := $(VENV)/bin
RUN_PACKAGES := libportaudio2 portaudio19-dev libasound2-dev libjack-jackd2-dev libegl1 libgl1 libdbus-1-3 \
  libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 fontconfig fonts-dejavu-core \
  gcc g++ pkg-config python3-dev python3-venv
TEST_PACKAGES := $(RUN_PACKAGES) jackd2 xvfb xauth zam-plugins util-linux iproute2

.PHONY: run test setup setup-dev packages-run packages-test clean

run: setup
	$(BIN)/livemusic $(ARGS)

test: setup-dev
	$(BIN)/python -m pytest $(ARGS)

setup: packages-run $(VENV)/.run
setup-dev: packages-test $(VENV)/.dev

packages-run: PACKAGES = $(RUN_PACKAGES)
packages-test: PACKAGES = $(TEST_PACKAGES)
packages-run packages-test:
	@sh .ci/packages $(PACKAGES)

$(VENV)/bin/python:
	@test -n "$(PYTHON)" && $(PYTHON) -c '$(FITS)' || \
	  { echo "livemusic needs Python 3.11 or 3.12; set PYTHON=/path/to/one."; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip

$(VENV)/.run: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/.dev: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable '.[training,dev]'
	touch $@ $(VENV)/.run

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
