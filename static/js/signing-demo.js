// The demonstration's signer: the key of a certificate lies in a file under a passphrase, and signs in the sealing worker.
(() => {
  "use strict";
  if (!window.signing) return;
  const { ask } = window.sealing;
  const KIND = "haizhou-demo-certificate";

  window.signing.register("demo", {
    async open({ place, certificate }) {
      const file = place.querySelector("input[name=signerfile]").files[0];
      if (!file) throw new Error("signerNone");
      const passphrase = place.querySelector("input[name=signerpassphrase]").value;
      await ask("openSigner", { text: await file.text(), passphrase, expected: certificate.public, kind: KIND });
    },
    async sign(text) {
      return (await ask("sign", { text })).base64;
    },
  });
})();
