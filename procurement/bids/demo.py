"""A demonstration's officers: their key files lie in the data folder, so that a visitor can play an opening.

Outside of demo mode nothing is written and nothing is shown. The names of the files say what they are.
"""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from nacl import pwhash, secret, utils
from nacl.public import PrivateKey

from procurement.sealing import peel

PASSPHRASE = "kaibiao-2026"  # noqa: S105 - shown beside the file in a demonstration that invents its data
OPS, MEMORY = 2, 64 * 1024 * 1024
KIND = "haizhou-opening-key"


def folder() -> Path:
    return Path(settings.DATA_DIR) / "demo-keys"


def packed(private: PrivateKey, passphrase: str, *, ops: int = OPS, memory: int = MEMORY) -> dict[str, Any]:
    """A key file as the browser writes it: the private half in a secret box under argon2id of the passphrase."""
    salt = utils.random(pwhash.argon2id.SALTBYTES)
    key = pwhash.argon2id.kdf(secret.SecretBox.KEY_SIZE, passphrase.encode(), salt, opslimit=ops, memlimit=memory)
    nonce = utils.random(secret.SecretBox.NONCE_SIZE)
    box = secret.SecretBox(key).encrypt(bytes(private), nonce).ciphertext
    return {
        "kind": KIND, "v": 1, "public": bytes(private.public_key).hex(), "salt": salt.hex(), "ops": ops,
        "memory": memory, "nonce": nonce.hex(), "box": box.hex(),
    }  # fmt: skip


def unpacked(told: dict[str, Any], passphrase: str) -> PrivateKey:
    """The private half out of a key file. Raises nacl.exceptions.CryptoError for a wrong passphrase."""
    key = pwhash.argon2id.kdf(
        secret.SecretBox.KEY_SIZE, passphrase.encode(), bytes.fromhex(told["salt"]), opslimit=told["ops"],
        memlimit=told["memory"],
    )  # fmt: skip
    plain = secret.SecretBox(key).decrypt(bytes.fromhex(told["box"]), bytes.fromhex(told["nonce"]))
    return PrivateKey(plain)


def private_of(username: str) -> PrivateKey:
    """The key of a demo officer: the same one whenever this installation builds its demo city anew."""
    return PrivateKey(hashlib.sha256(f"{KIND}:{settings.SECRET_KEY}:{username}".encode()).digest())


def keep(username: str, private: PrivateKey) -> None:
    """Write the key file of a demo officer."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder() / f"{username}.json"
    path.write_text(json.dumps(packed(private, PASSPHRASE)))
    path.chmod(0o600)


def files_for(user: Any) -> list[dict[str, str]]:
    """The demo's key file of this officer, to be loaded with one click; nothing outside of demo mode."""
    path = folder() / f"{user.username}.json"
    if not settings.DEMO or not path.is_file():
        return []
    content = path.read_text()
    told = json.dumps({"content": content, "passphrase": PASSPHRASE})
    return [{"name": user.name, "content": content, "passphrase": PASSPHRASE, "json": told}]


def unboxed(text: str) -> bytes:
    return base64.b64decode(text)


def peeled(box: str, private: PrivateKey) -> str:
    """What the browser of the first officer makes of a box."""
    return base64.b64encode(peel(unboxed(box), bytes(private))).decode()
