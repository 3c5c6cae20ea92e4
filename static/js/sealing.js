// What the pages with sealing share: the worker as promises, small requests, and lines that say what is going on.
(() => {
  "use strict";
  const place = document.querySelector("[data-sealing]");
  if (!place) return;
  let worker = null, next = 1;
  const waiting = new Map();

  function start() {
    worker = new Worker(place.dataset.worker);
    worker.addEventListener("message", ({ data }) => {
      const one = waiting.get(data.id);
      if (!one) return;
      if ("progress" in data) { one.onProgress(data.progress); return; }
      waiting.delete(data.id);
      if ("done" in data) one.resolve(data.done);
      else one.reject(new Error(data.refused));
    });
    worker.addEventListener("error", () => {
      for (const one of waiting.values()) one.reject(new Error("failed"));
      waiting.clear();
    });
    return ask("load", { urls: JSON.parse(place.dataset.libraries) });
  }
  function ask(act, given = {}, onProgress = () => {}) {
    return new Promise((resolve, reject) => {
      const id = next++;
      waiting.set(id, { resolve, reject, onProgress });
      worker.postMessage({ id, act, ...given });
    });
  }

  const ready = start();
  const token = () => document.querySelector("[name=csrfmiddlewaretoken]").value;

  class Said extends Error {} // a sentence of the portal for the reader

  async function send(url, body) {
    const answer = await fetch(url, {
      method: body === undefined ? "GET" : "POST",
      headers: { Accept: "application/json", ...(body === undefined ? {} : { "Content-Type": "application/json", "X-CSRFToken": token() }) },
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: "no-store",
    });
    const told = (answer.headers.get("Content-Type") || "").includes("json") ? await answer.json() : null;
    if (!answer.ok || told === null) throw new Said(sentence(told));
    return told;
  }
  function sentence(told) {
    const fields = told && told.fields ? Object.values(told.fields).join(" ") : "";
    return fields || (told && told.detail) || place.dataset.unreachable;
  }

  // What an error says: the portal's own sentence, or the page's words for what the worker refused.
  function words(error) {
    if (error instanceof Said) return error.message;
    return place.dataset[`refused${error.message.charAt(0).toUpperCase()}${error.message.slice(1)}`] || place.dataset.unreachable;
  }
  function say(text, tone) {
    const box = place.querySelector("[data-said]");
    box.hidden = !text;
    box.className = `act ${tone || "blue"}`;
    box.textContent = text;
  }

  window.sealing = { place, ask, ready, send, say, words, sentence, Said, token };
})();
