// The window's keys: Alt with a letter presses the button that carries it, wherever the focus is.
(() => {
  "use strict";
  if (window.queueKeys) return; // the panel and the page may both bring this file
  window.queueKeys = true;
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || !event.code.startsWith("Key")) return;
    const button = document.querySelector(`[aria-keyshortcuts="Alt+${event.code.slice(3)}"]`);
    if (!button || button.getAttribute("aria-disabled") === "true") return;
    event.preventDefault();
    button.focus();
    button.click();
  });
})();
