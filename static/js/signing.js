// Signing within the page, whoever signs: a signer registers under its code, the pages ask it and never learn how it works.
//
// A signer has open({ place, certificate }), which takes what the person entered in `place` (a file, a passphrase, a PIN)
// and makes ready to sign with that certificate, and sign(text), which gives the signature of the text in Base64. What
// they throw is an Error of which sealing.words() makes a sentence. The middleware of an authority is one more of them.
(() => {
  "use strict";
  if (!window.sealing) return;
  const { place, ask, ready, say, words } = window.sealing;
  const signers = new Map();

  // The signer of a chosen certificate, an <option> or a form that carries its data; null where a signature is pasted.
  function of(certificate) {
    const code = certificate && certificate.dataset.signer;
    return (code && signers.get(code)) || null;
  }
  window.signing = { register: (code, signer) => signers.set(code, signer), of };

  // The page on which the holder shows that the key is theirs: the signer signs the text, and the form goes on as always.
  const form = place.querySelector("form[data-prove]");
  if (!form) return;
  const button = form.querySelector("[data-sign]");
  button.addEventListener("click", async () => {
    button.disabled = true;
    say("");
    try {
      await ready;
      const signer = of(form);
      await signer.open({ place: form, certificate: form.dataset });
      form.elements.signature.value = await signer.sign(form.dataset.text);
      form.submit();
    } catch (error) {
      say(words(error), "red");
    } finally {
      button.disabled = false;
      ask("forget").catch(() => {});
    }
  });
  button.disabled = false;
})();
