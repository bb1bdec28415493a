"""Tries a model in a process of its own, which may take no more time and memory than a model needs."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from livemusic.errors import ModelError
from livemusic.inference.autoencoder import open_autoencoder
from livemusic.inference.card import DrumSpec, ModelCard, PianoSpec, read_card
from livemusic.inference.piano import Piano, open_composers
from livemusic.inference.session import open_model

Seconds = float

PATIENCE: Seconds = 8.0
_MEMORY = 2 << 30
_REFUSED = 3
#: Each thread of these would take memory of its own.
_ALONE = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def try_model(folder: Path, patience: Seconds = PATIENCE) -> ModelCard:
    """The card of the model in `folder`, once a child has opened it as playing would. `ModelError` says what is wrong.

    A model may be a stranger's: one that runs without end, takes gigabytes or brings the child down is refused, too.
    """
    card = read_card(folder)
    command = [sys.executable, "-P", "-m", "livemusic.inference.trial", str(Path(folder).absolute())]
    with tempfile.TemporaryDirectory() as nowhere:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=nowhere,
            env=os.environ | _ALONE | {"PYTHONIOENCODING": "utf-8"},
        )
        try:
            said, _ = process.communicate(timeout=patience)
        except subprocess.TimeoutExpired:
            raise ModelError(
                f"Model {card.id!r}: {folder} was tried for {patience:g} seconds and did not end. Do not use it."
            ) from None
        finally:
            process.kill()
            process.communicate()
    if process.returncode == _REFUSED:
        raise ModelError(said.decode(errors="replace").strip())
    if process.returncode:
        raise ModelError(f"Model {card.id!r}: {folder} brought down the process that tried it. Do not use it.")
    return card


def check_model(folder: Path) -> ModelCard:
    """Open the model in `folder` as playing would, here and now; `ModelError` says what is wrong."""
    card = open_model(folder)[0]
    if isinstance(card.spec, DrumSpec):
        open_autoencoder(card, folder)
    if isinstance(card.spec, PianoSpec):
        Piano.open(folder)
        open_composers(folder)
    return card


def _limit() -> None:
    """Take no more than a model needs, where the system can keep us to that."""
    if sys.platform != "win32":
        import resource

        for kind, most in (
            (resource.RLIMIT_AS, _MEMORY),
            (resource.RLIMIT_CPU, int(PATIENCE)),
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_FSIZE, 0),
        ):
            _, hard = resource.getrlimit(kind)
            within = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(kind, (within, within))


def main(folder: str) -> int:
    """Check the model in `folder` within limits; what is wrong is printed."""
    _limit()
    try:
        check_model(Path(folder))
    except ModelError as problem:
        sys.stdout.write(str(problem))
        return _REFUSED
    except MemoryError:
        sys.stdout.write(f"{folder} needs more than {_MEMORY >> 30} GB of memory. Do not use it.")
        return _REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
