// The operator's desk: suggestions fill the form, the title is put to the knowledge base, a call opens by itself as long
// as nothing is typed, and the question mark shows the keys.
(() => {
  "use strict";
  const form = document.getElementById("ticket");
  if (!form) return;
  let touched = false, asked = false;
  const question = document.getElementById("q"), title = document.getElementById("id_title");

  form.addEventListener("input", () => { touched = true; });
  question.addEventListener("input", (event) => { if (event.isTrusted) asked = true; });
  title.addEventListener("input", () => {
    if (asked) return;
    question.value = title.value;
    question.dispatchEvent(new Event("input", { bubbles: true }));
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-fill]");
    if (!button) return;
    const field = form.elements[button.dataset.fill];
    field.value = button.dataset.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    const link = event.target.id === "ringing" && event.target.querySelector("[data-open]");
    if (link && !touched) window.location.assign(link.href);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "?" || event.target.closest("input, textarea, select")) return;
    const help = document.querySelector("[data-keys-help]");
    if (help) help.click();
  });
})();
