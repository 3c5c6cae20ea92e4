// A hall screen: asks every 2.5 s what is new since the last call it has shown, shows and speaks each call in turn.
(() => {
  "use strict";
  const EVERY = 2500, STALE = 10000, SHOW = 6000;
  const body = document.body, at = (id) => document.getElementById(id);
  let last = Number(body.dataset.last), day = body.dataset.day, etag = "", heard = Date.now(), sound = false, showing = false;
  const pending = [];

  function clock() {
    const now = new Date(), zone = at("clock").dataset.zone;
    at("clock").textContent = new Intl.DateTimeFormat(document.documentElement.lang, {
      timeZone: zone, year: "numeric", month: "long", day: "numeric", weekday: "long", hour: "2-digit", minute: "2-digit",
      second: "2-digit", hour12: false }).format(now);
    const stale = Date.now() - heard > STALE;
    at("stale").hidden = !stale;
    if (stale) at("stale-at").textContent = new Date(heard).toLocaleTimeString(document.documentElement.lang, { timeZone: zone });
  }

  function cell(row, css, text) {
    const td = row.insertCell();
    if (css) td.className = css;
    td.textContent = text;
    return td;
  }

  function table(rows) {
    const list = at("rows");
    if (!list) return;
    list.replaceChildren();
    for (const one of rows) {
      const row = list.insertRow();
      cell(row, "number", one.number);
      cell(row, "arrow", "➜").setAttribute("aria-hidden", "true");
      cell(row, "window", one.window);
      for (const text of [one.queue, one.name, one.at]) cell(row, "", text);
    }
    at("none").hidden = rows.length > 0;
  }

  function waiting(lines) {
    const list = at("waiting");
    list.replaceChildren(...lines.map((line) => {
      const item = document.createElement("li");
      for (const [tag, text] of [["b", line.prefix], ["span", line.queue], ["strong", line.n]]) {
        const part = document.createElement(tag);
        part.textContent = text;
        item.append(part);
      }
      return item;
    }));
  }

  function speak(text) {
    if (!sound || !window.speechSynthesis) return;
    const words = new SpeechSynthesisUtterance(text);
    words.lang = document.documentElement.lang.startsWith("zh") ? "zh-CN" : "en-GB";
    window.speechSynthesis.speak(words);
  }

  // One after the other, in the order of the calls; each stays long enough to be read and heard.
  function showNext() {
    const call = pending.shift();
    showing = Boolean(call);
    if (!call) return;
    at("now-number").textContent = call.number;
    at("now-window").textContent = call.window;
    at("now-queue").textContent = call.queue;
    at("now-name").textContent = call.name;
    const box = document.querySelector(".now");
    box.classList.remove("blink");
    void box.offsetWidth; // begin the blinking anew
    box.classList.add("blink");
    speak(call.say);
    setTimeout(showNext, pending.length > 3 ? SHOW / 2 : SHOW);
  }

  async function ask() {
    try {
      const answer = await fetch(`${body.dataset.feed}?after=${last}`, {
        cache: "no-store", headers: etag ? { "If-None-Match": etag } : {}, signal: AbortSignal.timeout(8000) });
      if (answer.status === 304) { heard = Date.now(); return; }
      if (answer.status === 404) { heard = 0; return; } // revoked
      if (!answer.ok) return;
      const news = await answer.json();
      heard = Date.now();
      if (news.day !== day || ("reload" in body.dataset && etag)) { location.reload(); return; }
      etag = answer.headers.get("ETag") || "";
      last = Math.max(last, news.last);
      if ("reload" in body.dataset) return;
      pending.push(...news.calls);
      table(news.rows);
      waiting(news.waiting);
      if (!showing) showNext();
    } catch { /* the banner says so when it lasts */ }
  }

  async function forever() {
    await ask();
    setTimeout(forever, EVERY);
  }
  const button = at("sound");
  // Browsers speak only after a touch; a screen started in kiosk mode with autoplay allowed needs none.
  if (button) button.addEventListener("click", () => { sound = true; button.hidden = true; speak(" "); });
  if (button && navigator.userActivation && navigator.userActivation.hasBeenActive) { sound = true; button.hidden = true; }
  clock();
  setInterval(clock, 1000);
  forever();
})();
