"""The first start writes the installation's keys to `var/portal.env`. No Django in here: the settings read that file.

python -m portal.core.keys [folder]
"""

import base64
import contextlib
import os
import secrets
import sys
import tempfile
from pathlib import Path

NAMES = ("SECRET_KEY", "FIELD_KEYS", "BLIND_KEYS")
HEAD = """# Keys of this installation, written at the first start. Without them the personal data cannot be read again:
# keep a copy in a safe place, apart from the backups.
"""


class KeysMissing(Exception):
    """There is data that was written with keys which are not here."""


def ensure_keys(data_dir: Path) -> Path:
    """Write `portal.env` with fresh keys (mode 0600) unless it is there or the environment has them all.

    Raises KeysMissing when there is a database already: new keys would make its personal data unreadable for ever.
    """
    path = data_dir / "portal.env"
    if path.exists() or all(os.environ.get(name) for name in NAMES):
        return path
    if (data_dir / "portal.sqlite3").exists():
        raise KeysMissing(
            f"{data_dir} holds a database, but {path.name} with its keys is missing. "
            f"Put the saved {path.name} back, or set {', '.join(NAMES)}."
        )
    data_dir.mkdir(parents=True, exist_ok=True)
    _write_once(path, HEAD + "".join(f"{name}={value}\n" for name, value in new_keys().items()))
    return path


def new_keys() -> dict[str, str]:
    """Fresh values: a key list holds `id:base64(32 bytes)`."""
    return {"SECRET_KEY": secrets.token_urlsafe(50), "FIELD_KEYS": f"k1:{_key()}", "BLIND_KEYS": f"b1:{_key()}"}


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _write_once(path: Path, text: str) -> None:
    """Whole or not at all, readable by the owner only; of two first starts at once the first wins."""
    handle, name = tempfile.mkstemp(dir=path.parent)  # mkstemp creates with mode 0600
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
        with contextlib.suppress(FileExistsError):
            os.link(name, path)
    finally:
        os.unlink(name)


if __name__ == "__main__":
    base = Path(__file__).resolve().parent.parent.parent
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("PORTAL_DATA_DIR", base / "var"))
    try:
        sys.stdout.write(f"{ensure_keys(folder)}\n")
    except KeysMissing as error:
        sys.exit(str(error))
