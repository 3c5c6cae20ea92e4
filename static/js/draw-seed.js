// Makes the seed of a draw in the browser: random bytes stay here, only their commitment goes into the form.
(() => {
  const maker = document.querySelector("[data-seed-maker]");
  if (!maker) return;
  maker.hidden = false;
  const told = maker.querySelector("[data-told]");
  const button = maker.querySelector("[data-make]");
  if (!window.crypto?.subtle) {
    told.textContent = maker.dataset.missing;
    button.disabled = true;
    return;
  }
  const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  button.addEventListener("click", async () => {
    const seed = crypto.getRandomValues(new Uint8Array(32));
    const text = new TextEncoder();
    const parts = ["haizhou.draw.v1", "commit", maker.dataset.party, maker.dataset.digest].map((part) => text.encode(part));
    const body = [];
    for (const part of [...parts, seed]) {
      if (body.length) body.push(0);
      body.push(...part);
    }
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(body)));
    const field = maker.querySelector("[data-seed]");
    field.value = hex(seed);
    maker.querySelector("[data-made]").hidden = false;
    maker.querySelector("[data-save]").href = URL.createObjectURL(new Blob([`${hex(seed)}\n`], { type: "text/plain" }));
    document.querySelector("[name=commitment]").value = hex(digest);
  });
})();
