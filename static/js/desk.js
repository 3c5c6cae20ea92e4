// The workbench's list: on a phone the row of tabs begins at the present one; by keyboard the arrow keys go from case
// to case while one of them has the focus.
(() => {
  "use strict";
  const tabs = document.querySelector(".tabs.slide");
  const current = tabs && tabs.querySelector("[aria-current]");
  if (current && tabs.scrollWidth > tabs.clientWidth) tabs.scrollLeft = current.offsetLeft - tabs.offsetLeft - 24;

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
