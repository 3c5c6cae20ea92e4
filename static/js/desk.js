// The list of the workbench by keyboard: the arrow keys go from case to case while one of them has the focus.
(() => {
  "use strict";
  const list = document.querySelector("[data-rows]");
  if (!list) return;
  const links = [...list.querySelectorAll("th a")];
  list.addEventListener("keydown", (event) => {
    const here = links.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (here < 0 || !step || event.altKey || event.ctrlKey || event.metaKey) return;
    const next = links[here + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
})();
