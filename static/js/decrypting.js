// A bidder's part of the opening: the key file takes the bidder's own layer off, in this browser; and the window's clock.
(() => {
  "use strict";

  // --- everybody: how long the window is still open -----------------------------------------------------------------------
  setInterval(() => {
    const clock = document.querySelector("[data-left]");
    if (!clock) return;
    clock.dataset.end ||= String(performance.now() + Number(clock.dataset.left) * 1000);
    const left = Math.max(0, Math.ceil((Number(clock.dataset.end) - performance.now()) / 1000));
    const two = (number) => String(number).padStart(2, "0");
    clock.textContent = `${two(Math.floor(left / 60))}:${two(left % 60)}`;
  }, 500);

  // --- the bidder ---------------------------------------------------------------------------------------------------------
  if (!window.sealing) return;
  const { place, ask, ready, send, say, words } = window.sealing;
  const form = place.querySelector("form[data-decrypt]");
  if (!form) return;
  const button = form.querySelector("button");

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
      const { public: mine } = await ask("openKey", { text, passphrase, kind: place.dataset.kind });
      const told = await send(place.dataset.boxes);
      const fitting = told.boxes.filter((one) => one.public === mine);
      if (told.boxes.length && !fitting.length) { say(place.dataset.other, "red"); return; }
      const keys = {};
      for (const one of fitting) keys[one.submission] = (await ask("peel", { box: one.box, as: "base64" })).hex;
      await ask("forget");
      const answer = fitting.length ? await send(place.dataset.keys, { keys }) : { left: 0 };
      if (answer.left) { say(place.dataset.more, "blue"); form.reset(); return; }
      say(place.dataset.done, "green");
      form.hidden = true;
    } catch (error) {
      say(words(error), "red");
    } finally {
      button.disabled = false;
    }
  }, true);
  button.disabled = false;
})();
