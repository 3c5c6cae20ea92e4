// Asking the demonstration's authority for a certificate: the key is made here, its public half goes to the authority.
(() => {
  "use strict";
  if (!window.sealing) return;
  const { place, ask, ready, send, say, words } = window.sealing;
  const form = place.querySelector("form[data-request]");
  if (!form) return;
  const button = form.querySelector("button");

  function save(name, text) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (button.disabled) return;
    const { passphrase, again, term } = form.elements;
    if (passphrase.value !== again.value) { say(place.dataset.differ, "red"); again.focus(); return; }
    button.disabled = true;
    say(place.dataset.working, "blue");
    try {
      await ready;
      const made = await ask("makeSigner", { passphrase: passphrase.value, kind: "haizhou-demo-certificate" });
      // The file is saved before the authority hears of the key: a certificate without its file would be worth nothing.
      save(`${place.dataset.filename}-${made.public.slice(0, 8)}.json`, made.file);
      const { hex } = await ask("sign", { text: `${place.dataset.request}${made.public}` });
      const told = await send(place.dataset.issue, { public: made.public, signature: hex, term: term.value });
      location.href = told.page;
    } catch (error) {
      say(words(error), "red");
      button.disabled = false;
    } finally {
      ask("forget").catch(() => {});
    }
  }, true);
  button.disabled = false;
})();
