// The rating tablet: asks for the next service, keeps a rating while the network is away, and goes back when idle.
(() => {
  "use strict";
  const KEPT = "kept-ratings";
  const IDLE = 60, POLL = 3, RETRY = 5; // seconds

  const kept = () => { try { return JSON.parse(localStorage.getItem(KEPT)) || []; } catch { return []; } };
  const keep = (rows) => localStorage.setItem(KEPT, JSON.stringify(rows));

  // Sent again under its own key, a rating counts once however often it arrives.
  async function send(row) {
    const answer = await fetch(row.url, { method: "POST", body: new URLSearchParams(row.fields), redirect: "manual" });
    if (answer.status >= 500) throw new Error(String(answer.status));
    return answer;
  }
  async function sendKept() {
    for (const row of kept()) {
      try { await send(row); } catch { return; }
      keep(kept().filter((one) => one.fields.client_key !== row.fields.client_key));
    }
  }
  setInterval(sendKept, RETRY * 1000);
  sendKept();

  const form = document.querySelector("form[data-tablet]");
  if (form) {
    let idle;
    const touched = () => {
      clearTimeout(idle);
      idle = setTimeout(() => { form.reset(); form.dispatchEvent(new Event("change", { bubbles: true })); watch(); }, IDLE * 1000);
    };
    for (const what of ["pointerdown", "keydown", "change"]) document.addEventListener(what, touched);
    touched();
    form.addEventListener("submit", (event) => {
      if (!form.querySelector("input[name=grade]:checked")) return; // the server says what is missing
      event.preventDefault();
      const fields = [...new FormData(form).entries()];
      const row = { url: location.pathname, fields: Object.fromEntries(fields) };
      const body = new URLSearchParams(fields);
      fetch(row.url, { method: "POST", body, redirect: "manual" })
        .then((answer) => {
          if (answer.type === "opaqueredirect" || answer.ok) location.assign(form.dataset.thanks);
          else if (answer.status >= 500) throw new Error(String(answer.status));
          else form.submit();
        })
        .catch(() => {
          keep([...kept(), row]);
          form.replaceWith(Object.assign(document.createElement("p"), { className: "lead", textContent: form.dataset.kept }));
          // Only once the network answers again: a page that cannot load would forget to send.
          setInterval(() => fetch(form.dataset.tablet).then(() => location.assign(location.pathname)).catch(() => {}), 8000);
        });
    });
    // The service was rated on a telephone, or the next one has ended: the page follows.
    const service = form.elements.service.value;
    const watch = () => fetch(form.dataset.tablet).then((answer) => answer.json())
      .then((found) => { if (found.service !== service) location.reload(); }).catch(() => {});
    setInterval(watch, POLL * 5000);
  }

  const waits = document.querySelector("[data-waits]");
  if (waits) {
    const look = () => fetch(waits.dataset.waits).then((answer) => answer.json())
      .then((found) => { if (found.service) location.assign(waits.dataset.page); }).catch(() => {});
    setTimeout(() => setInterval(look, POLL * 1000), Number(waits.dataset.after || 0) * 1000);
    if (waits.dataset.after) setTimeout(() => location.assign(waits.dataset.page), Number(waits.dataset.after) * 1000);
  }
})();
