// The kiosk: survives a lost connection without doing anything twice, prints once, and goes back to the start by itself.
(() => {
  "use strict";
  const body = document.body, lost = document.getElementById("lost");
  const IDLE = document.querySelector("[data-printed]") ? 25000 : 60000;
  let idle = 0;

  function awake() {
    clearTimeout(idle);
    idle = setTimeout(() => visit(body.dataset.start), IDLE);
  }
  function away() {
    lost.textContent = body.dataset.lost;
    lost.hidden = false;
  }

  // A page of the browser's own saying "no connection" would strand the next person: ask first, then go.
  async function visit(url) {
    try {
      await fetch(url, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(6000) });
      location.href = url;
    } catch { away(); awake(); }
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-kiosk]");
    if (!link) return;
    event.preventDefault();
    visit(link.href);
  });

  // The form keeps its key, so that a second touch after a lost answer gives the same number.
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-kiosk-form]");
    if (!form || event.defaultPrevented) return;
    event.preventDefault();
    send(form);
  });
  async function send(form) {
    try {
      const answer = await fetch(form.action || location.href, {
        method: "POST", body: new FormData(form), cache: "no-store", signal: AbortSignal.timeout(10000) });
      if (answer.redirected) { location.href = answer.url; return; }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      document.getElementById("main").replaceWith(page.getElementById("main"));
      document.title = page.title;
      const summary = document.querySelector(".govuk-error-summary");
      if (summary) summary.focus();
    } catch { away(); }
    delete form.dataset.sent;
    for (const each of form.querySelectorAll("button[aria-disabled]")) { each.removeAttribute("aria-disabled"); each.removeAttribute("aria-busy"); }
  }

  const printed = document.querySelector("[data-printed]");
  if (printed && !sessionStorage.getItem(`printed:${printed.dataset.printed}`)) {
    sessionStorage.setItem(`printed:${printed.dataset.printed}`, "yes");
    window.print();
  }
  for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, awake);
  awake();
})();
