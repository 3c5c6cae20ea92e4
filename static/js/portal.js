// What every page does beyond plain HTML: form helpers, one submit per click, a question before what cannot be undone.
(() => {
  "use strict";
  const body = document.body;
  body.classList.add("js-enabled", "govuk-frontend-supported");

  const parts = {
    "govuk-character-count": "CharacterCount",
    "govuk-error-summary": "ErrorSummary",
    "govuk-password-input": "PasswordInput",
  };

  // A choice shows the fields that it asks for. (GOV.UK's own script marks the radio with aria-expanded, which a radio
  // may not carry.)
  function reveal(root) {
    for (const choice of root.querySelectorAll("[data-reveals]")) {
      const target = document.getElementById(choice.dataset.reveals);
      const kind = choice.type === "radio" ? "radios" : "checkboxes";
      target.classList.toggle(`govuk-${kind}__conditional--hidden`, !choice.checked);
    }
  }
  document.addEventListener("change", (event) => {
    if (event.target.matches("input[type=radio], input[type=checkbox]")) reveal(event.target.form || document);
  });

  function dress(root) {
    reveal(root);
    for (const [module, name] of Object.entries(parts)) {
      for (const element of root.querySelectorAll(`[data-module="${module}"]`)) {
        const Part = window.GOVUKFrontend[name];
        if (element.hasAttribute(`data-${module}-init`)) continue;
        try { new Part(element); } catch (error) { console.warn(error); }
      }
    }
    for (const box of root.querySelectorAll("input[type=file].upload")) {
      box.addEventListener("dragenter", () => box.classList.add("dragging"));
      for (const end of ["dragleave", "drop", "change"]) box.addEventListener(end, () => box.classList.remove("dragging"));
    }
  }
  dress(document);
  document.addEventListener("htmx:load", (event) => dress(event.detail.elt));

  // --- one submit per click, and a question before an irreversible one ------------------------------------------------
  const dialog = document.getElementById("confirm");

  function busy(form, button) {
    form.dataset.sent = "yes";
    // After the event, so that the button's own name and value are still sent.
    setTimeout(() => {
      for (const each of form.querySelectorAll("button:not([type=button])")) each.setAttribute("aria-disabled", "true");
      if (button) button.setAttribute("aria-busy", "true");
    });
  }
  function idle(form) {
    delete form.dataset.sent;
    for (const each of form.querySelectorAll("button[aria-disabled]")) {
      each.removeAttribute("aria-disabled");
      each.removeAttribute("aria-busy");
    }
  }

  document.addEventListener("submit", (event) => {
    const form = event.target, button = event.submitter;
    if (form.method === "dialog" || event.defaultPrevented) return;
    const question = (button && button.dataset.confirm) || form.dataset.confirm;
    if (question && dialog && dialog.showModal && form.dataset.confirmed !== "yes") {
      event.preventDefault();
      event.stopImmediatePropagation();
      document.getElementById("confirm-text").textContent = question;
      dialog.returnValue = "";
      dialog.addEventListener("close", () => {
        if (dialog.returnValue !== "yes") return;
        form.dataset.confirmed = "yes";
        form.requestSubmit(button || undefined);
        delete form.dataset.confirmed;
      }, { once: true });
      dialog.showModal();
      return;
    }
    if (form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); event.stopImmediatePropagation(); return; }
    busy(form, button);
  }, true);
  // Back from the history, or an answer that stayed on the page: the form may be sent again.
  window.addEventListener("pageshow", (event) => { if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(idle); });
  document.addEventListener("htmx:afterRequest", () => document.querySelectorAll("form[data-sent]").forEach(idle));

  // --- small things ------------------------------------------------------------------------------------------------------
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
    for (const menu of document.querySelectorAll("details.user-menu[open], details.nav-menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.user-menu[open], details.nav-menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  // A line of tabs that is pushed sideways begins where the reader is.
  for (const line of document.querySelectorAll(".tabs.slide")) {
    const here = line.querySelector("[aria-current]");
    if (here) line.scrollLeft += here.getBoundingClientRect().left - line.getBoundingClientRect().left - 24;
  }
})();
