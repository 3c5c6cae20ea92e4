// libsodium in a worker: seals bids piece by piece, makes and opens key files, takes layers off boxes.
//
// The format is the one of procurement/sealing.py. Nothing here ever holds a whole bid: four megabytes are read, sealed
// and handed to the browser's own blob store, then the next four. A private key stays in this worker.
(() => {
  "use strict";
  const BATCH = 64; // frames that are read at once: 4 MiB
  const SMALLEST_PASSPHRASE = 10;
  const OFFICER = "haizhou-opening-key"; // a bidder's key file names itself by another kind
  let sodium = null, mine = null, signer = null;

  const hex = (bytes) => sodium.to_hex(bytes);
  const unhex = (text) => sodium.from_hex(text);
  const fromBase64 = (text) => sodium.from_base64(text, sodium.base64_variants.ORIGINAL);
  const toBase64 = (bytes) => sodium.to_base64(bytes, sodium.base64_variants.ORIGINAL);
  const utf8 = (text) => new TextEncoder().encode(text);

  class Refused extends Error {}

  const acts = {
    async load({ urls }) {
      // libsodium says where it is by setting `self.sodium`; without WebAssembly it takes its own slower form.
      importScripts(...urls);
      await self.sodium.ready;
      sodium = self.sodium;
      return {};
    },

    // --- officers -----------------------------------------------------------------------------------------------------

    makeKey({ passphrase, kind = OFFICER }) {
      if (passphrase.length < SMALLEST_PASSPHRASE) throw new Refused("short");
      mine = sodium.crypto_box_keypair();
      return { public: hex(mine.publicKey), file: packed(kind, mine.publicKey, mine.privateKey, passphrase) };
    },

    openKey({ text, passphrase, expected, kind = OFFICER }) {
      const told = known(text, kind);
      if (!told) throw new Refused("file");
      if (expected && told.public !== expected) throw new Refused("other");
      const privateKey = unpacked(told, passphrase);
      if (!privateKey) throw new Refused("passphrase");
      mine = { publicKey: sodium.crypto_scalarmult_base(privateKey), privateKey };
      if (hex(mine.publicKey) !== told.public) throw new Refused("file");
      return { public: told.public };
    },

    peel({ box, as }) {
      if (!mine) throw new Refused("file");
      let plain;
      try {
        plain = sodium.crypto_box_seal_open(as === "hex" ? unhex(box) : fromBase64(box), mine.publicKey, mine.privateKey);
      } catch { throw new Refused("part"); }
      return { hex: hex(plain), base64: toBase64(plain) };
    },

    forget() {
      for (const pair of [mine, signer]) if (pair) sodium.memzero(pair.privateKey);
      mine = signer = null;
      return {};
    },

    // --- certificates of the demonstration's authority ------------------------------------------------------------------

    makeSigner({ passphrase, kind }) {
      if (passphrase.length < SMALLEST_PASSPHRASE) throw new Refused("short");
      const seed = sodium.randombytes_buf(sodium.crypto_sign_SEEDBYTES);
      signer = sodium.crypto_sign_seed_keypair(seed);
      const file = packed(kind, signer.publicKey, seed, passphrase);
      sodium.memzero(seed);
      return { public: hex(signer.publicKey), file };
    },

    openSigner({ text, passphrase, expected, kind }) {
      const told = known(text, kind);
      if (!told) throw new Refused("signerFile");
      if (told.public !== expected) throw new Refused("signerOther");
      const seed = unpacked(told, passphrase);
      if (!seed) throw new Refused("signerPassphrase");
      signer = sodium.crypto_sign_seed_keypair(seed);
      sodium.memzero(seed);
      if (hex(signer.publicKey) !== told.public) throw new Refused("signerFile");
      return {};
    },

    sign({ text }) {
      if (!signer) throw new Refused("signerFile");
      const signature = sodium.crypto_sign_detached(utf8(text), signer.privateKey);
      return { hex: hex(signature), base64: toBase64(signature) };
    },

    // --- bidders ------------------------------------------------------------------------------------------------------

    // With `own` the key of the stream is sealed to the bidder first, then to the lot.
    async seal({ lot, own, bound, magic, domain, chunk, fields, files }, tell) {
      const nonce = hex(sodium.randombytes_buf(32));
      const opening = utf8(canonical({ fields, nonce }));
      const commitment = hex(sodium.crypto_hash_sha256(joined([utf8(domain), utf8("\0opening\0"), opening])));
      const digest = sodium.crypto_hash_sha256_init();
      const key = sodium.crypto_secretstream_xchacha20poly1305_keygen();
      const { state, header } = sodium.crypto_secretstream_xchacha20poly1305_init_push(key);
      const tags = {
        more: sodium.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE,
        last: sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL,
      };
      const to = unhex(bound), parts = [];
      const put = (bytes) => {
        sodium.crypto_hash_sha256_update(digest, bytes);
        parts.push(new Blob([bytes])); // the browser keeps large blobs on the disk
      };
      const inner = own ? sodium.crypto_box_seal(key, unhex(own)) : key;
      put(joined([unhex(magic), sodium.crypto_box_seal(inner, unhex(lot)), header]));
      sodium.memzero(key);
      const length = new DataView(new ArrayBuffer(4));
      length.setUint32(0, opening.length);
      const total = 4 + opening.length + files.reduce((sum, file) => sum + file.size, 0);
      const source = pieces([new Uint8Array(length.buffer), opening], files, chunk * BATCH);
      let left = new Uint8Array(0), done = 0;
      for await (const piece of source) {
        left = joined([left, piece]);
        const frames = [];
        let from = 0;
        // A whole chunk waits for what follows it: only the very last frame carries the final tag.
        while (left.length - from > chunk || (left.length > from && done + left.length - from === total)) {
          const plain = left.subarray(from, Math.min(from + chunk, left.length));
          done += plain.length;
          from += plain.length;
          const tag = done === total ? tags.last : tags.more;
          frames.push(sodium.crypto_secretstream_xchacha20poly1305_push(state, plain, to, tag));
        }
        left = left.slice(from);
        if (frames.length) put(joined(frames));
        tell({ progress: total ? done / total : 1 });
      }
      if (done !== total) throw new Refused("changed"); // a file changed while it was read
      const sealed = new Blob(parts, { type: "application/octet-stream" });
      return { blob: sealed, size: sealed.size, sha256: hex(sodium.crypto_hash_sha256_final(digest)), commitment };
    },
  };

  // --- key files: the private half in a secret box under argon2id of the passphrase --------------------------------------

  function packed(kind, publicKey, secret, passphrase) {
    const salt = sodium.randombytes_buf(sodium.crypto_pwhash_SALTBYTES);
    const ops = 3, memory = 64 * 1024 * 1024;
    const nonce = sodium.randombytes_buf(sodium.crypto_secretbox_NONCEBYTES);
    const box = sodium.crypto_secretbox_easy(secret, nonce, derived(passphrase, salt, ops, memory));
    return JSON.stringify({
      kind, v: 1, public: hex(publicKey), salt: hex(salt), ops, memory, nonce: hex(nonce), box: hex(box),
    });
  }

  // The file as an object, or null for what is no key file of this kind.
  function known(text, kind) {
    let told;
    try { told = JSON.parse(text); } catch { return null; }
    return told && told.kind === kind ? told : null;
  }

  // The private half, or null for a wrong passphrase.
  function unpacked(told, passphrase) {
    try {
      const key = derived(passphrase, unhex(told.salt), told.ops, told.memory);
      return sodium.crypto_secretbox_open_easy(unhex(told.box), unhex(told.nonce), key);
    } catch { return null; }
  }

  function derived(passphrase, salt, ops, memory) {
    return sodium.crypto_pwhash(
      sodium.crypto_secretbox_KEYBYTES, passphrase.normalize("NFC"), salt, ops, memory, sodium.crypto_pwhash_ALG_ARGON2ID13,
    );
  }

  function joined(parts) {
    const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let place = 0;
    for (const part of parts) { whole.set(part, place); place += part.length; }
    return whole;
  }

  async function* pieces(first, files, size) {
    yield joined(first);
    for (const file of files) {
      for (let place = 0; place < file.size; place += size) {
        yield new Uint8Array(await file.slice(place, place + size).arrayBuffer());
      }
    }
  }

  // Sorted keys, no blanks: the text whose hash is committed to. Only whole numbers, texts, lists and null stand in it.
  function canonical(value) {
    if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
    if (value !== null && typeof value === "object") {
      return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
    }
    return JSON.stringify(value);
  }

  self.addEventListener("message", async ({ data }) => {
    const { id, act, ...given } = data;
    const tell = (more) => self.postMessage({ id, ...more });
    try {
      tell({ done: await acts[act](given, tell) });
    } catch (error) {
      tell({ refused: error instanceof Refused ? error.message : "failed" });
    }
  });
})();
