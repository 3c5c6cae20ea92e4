// The window by keyboard: the cursor stands where the clerk goes on, and copies are noted with one press.
(() => {
  "use strict";
  const form = document.querySelector("[data-first]");
  if (!form || document.querySelector(".govuk-error-summary")) return;
  const reader = form.querySelector("[data-reader]");
  const fields = [...form.elements].filter((one) => one.matches("input, select, textarea") && !one.disabled &&
    one.type !== "hidden" && one.type !== "file" && one.offsetParent !== null);
  const open = fields.find((one) => one.type === "radio" ? one.checked || !form.elements.namedItem(one.name).value : !one.value);
  const first = reader && open && open.name === "name" ? reader : open;
  if (first) first.focus({ preventScroll: true });
})();
(() => {
  "use strict";
  const button = document.querySelector("[data-copies]");
  if (!button) return;
  const says = document.querySelector("[data-copies-says]");
  button.addEventListener("click", () => {
    const open = [...button.form.querySelectorAll("select[name^=kept-]")].filter((one) => !one.value);
    for (const one of open) one.value = "copy";
    says.textContent = open.length ? button.dataset.copies.replace("0", open.length) : button.dataset.none;
  });
})();
// The identity-card reader: asks the service on this machine, checks what it answers, and fills the fields.
(() => {
  "use strict";
  const button = document.querySelector("[data-reader]");
  if (!button) return;
  const form = button.form;
  const says = form.querySelector("[data-reader-says]");
  const field = (name) => form.elements.namedItem(name);
  const tell = (name) => { says.textContent = button.dataset[name]; };

  function fits(card) {
    return card && typeof card === "object" && card.version === 1 && card.type === "resident" &&
      typeof card.name === "string" && card.name.trim().length >= 2 && card.name.length <= 60 &&
      typeof card.number === "string" && /^\d{17}[\dX]$/.test(card.number);
  }
  async function read() {
    const stop = new AbortController();
    const clock = setTimeout(() => stop.abort(), Number(button.dataset.wait || 12000));
    try {
      const answer = await fetch(button.dataset.reader, { signal: stop.signal, cache: "no-store", credentials: "same-origin" });
      if (answer.status === 204) return tell("empty");
      if (!answer.ok) return tell("silent");
      let card;
      try { card = await answer.json(); } catch (_error) { return tell(stop.signal.aborted ? "silent" : "nonsense"); }
      if (!fits(card)) return tell("nonsense");
      if (typeof card.valid_to === "string" && /^\d{4}-\d\d-\d\d$/.test(card.valid_to) && card.valid_to < new Date().toISOString().slice(0, 10)) return tell("expired");
      field("name").value = card.name.trim();
      field("resident_number").value = card.number;
      field("identity").value = "card";
      tell("read");
      field("phone").focus();
    } catch (_error) {
      tell("silent");
    } finally {
      clearTimeout(clock);
    }
  }
  button.addEventListener("click", async () => {
    tell("busy");
    button.disabled = true;
    await read();
    button.disabled = false;
  });
  // What is typed over is no longer what the card said.
  for (const name of ["name", "resident_number"]) field(name).addEventListener("input", () => { field("identity").value = "typed"; });
})();
