// An officer's key: made here, saved as a file, tried, and never sent anywhere but in its public half.
(() => {
  "use strict";
  if (!window.sealing) return;
  const { place, ask, ready, send, say, words } = window.sealing;
  const making = place.querySelector("form[data-make]"), trying = place.querySelector("form[data-try]");

  function save(name, text) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
  }
  async function prove(id, box) {
    const { hex } = await ask("peel", { box, as: "hex" });
    await send(place.dataset.prove.replace("/0/", `/${id}/`), { text: hex });
  }
  function busy(form, work) {
    const button = form.querySelector("button");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      event.stopImmediatePropagation();
      if (button.disabled) return;
      button.disabled = true;
      say(place.dataset.working, "blue");
      try { await ready; await work(); } catch (error) { say(words(error), "red"); } finally { button.disabled = false; }
    }, true);
    button.disabled = false;
  }

  if (making) busy(making, async () => {
    const { passphrase, again } = making.elements;
    if (passphrase.value !== again.value) { say(place.dataset.differ, "red"); return; }
    const made = await ask("makeKey", { passphrase: passphrase.value });
    // The file is saved before the server hears of the key: a key without its file would be worth nothing.
    save(`${place.dataset.filename}-${made.public.slice(0, 8)}.json`, made.file);
    const kept = await send(place.dataset.register, { public: made.public });
    await prove(kept.id, kept.box);
    location.reload();
  });
  if (trying) busy(trying, async () => {
    const text = await trying.elements.file.files[0]?.text() ?? "";
    await ask("openKey", { text, passphrase: trying.elements.passphrase.value, expected: place.dataset.public });
    await prove(place.dataset.key, place.dataset.box);
    say(place.dataset.works, "green");
  });
})();
