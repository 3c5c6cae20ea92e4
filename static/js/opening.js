// The page of an opening: follows by itself, and for an officer does the steps as soon as the other one has done theirs.
(() => {
  "use strict";

  // --- everybody: the live part -------------------------------------------------------------------------------------------
  const board = document.querySelector("[data-board]");
  let mark = "";
  async function follow() {
    try {
      const answer = await fetch(board.dataset.board, {
        cache: "no-store", headers: mark ? { "If-None-Match": mark } : {}, signal: AbortSignal.timeout(8000),
      });
      const fresh = answer.headers.get("ETag") || "";
      if (answer.status === 200 && fresh !== mark) {
        const before = mark;
        mark = fresh;
        if (before) board.innerHTML = await answer.text();
      }
    } catch { /* away for a moment */ }
    setTimeout(follow, document.hidden ? 15000 : 3000);
  }
  if (board) follow();

  // --- an officer ---------------------------------------------------------------------------------------------------------
  if (!window.sealing) return;
  const { place, ask, ready, send, say, words } = window.sealing;
  const form = place.querySelector("form[data-enter]");
  if (!form) return;
  const button = form.querySelector("button");
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  async function give(told) {
    const boxes = {};
    for (const book of told.books) {
      boxes[book.lot] = {};
      for (const [who, box] of Object.entries(book.outer)) {
        boxes[book.lot][who] = (await ask("peel", { box, as: "base64" })).base64;
      }
    }
    await send(place.dataset.part, { boxes });
  }
  // A part that does not open is somebody's mistake: another one may fit.
  async function keyOf(book) {
    for (const part of book.inner) {
      try { return (await ask("peel", { box: part.box, as: "base64" })).hex; } catch { /* the next one */ }
    }
    return null;
  }
  async function work() {
    let told = await send(place.dataset.boxes);
    if (told.short) { say(place.dataset.few, "red"); return; }
    await give(told);
    while (["closed", "opening"].includes(told.state)) {
      told = await send(place.dataset.boxes);
      const keys = {};
      for (const book of told.books) {
        const key = await keyOf(book);
        if (key) keys[book.lot] = key;
      }
      if (told.books.length && Object.keys(keys).length === told.books.length) {
        const answer = await send(place.dataset.open, { keys });
        told.state = answer.state;
        say(`${place.dataset.opening} ${answer.left}`, "blue");
      } else {
        say(place.dataset.waiting, "blue");
        await pause(2500);
      }
    }
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (button.disabled) return;
    button.disabled = true;
    say(place.dataset.working, "blue");
    try {
      await ready;
      const demo = form.elements.demo?.checked ? JSON.parse(form.elements.demo.dataset.file) : null;
      const text = demo ? demo.content : await form.elements.file.files[0]?.text() ?? "";
      const passphrase = demo ? demo.passphrase : form.elements.passphrase.value;
      await ask("openKey", { text, passphrase, expected: place.dataset.public });
      await work();
      await ask("forget");
      say(place.dataset.finished, "green");
      setTimeout(() => location.reload(), 800);
    } catch (error) {
      say(words(error), "red");
      button.disabled = false;
    }
  }, true);
  button.disabled = false;
})();
