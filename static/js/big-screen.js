// The big screen: asks every five seconds whether anything has changed, and shows it; says so when nobody answers.
(() => {
  "use strict";
  const EVERY = 5000, LOST = 20000, TURN = 8000, SIDE = 4;
  const body = document.body, at = (id) => document.getElementById(id);
  const language = document.documentElement.lang;
  let etag = body.dataset.etag, heard = Date.now(), chart = null, lines = [...at("lines").children], turn = 0;

  function clock() {
    const zone = at("clock").dataset.zone, now = new Date();
    at("clock").textContent = new Intl.DateTimeFormat(language, { timeZone: zone, year: "numeric", month: "long", day: "numeric",
      weekday: "long", hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false }).format(now);
    const lost = Date.now() - heard > LOST;
    at("lost").hidden = !lost;
    if (lost) at("lost-at").textContent = heard ? new Date(heard).toLocaleTimeString(language, { timeZone: zone }) : "";
  }

  function element(tag, text, css) {
    const made = document.createElement(tag);
    made.textContent = text;
    if (css) made.className = css;
    return made;
  }

  function tiles(groups) {
    for (const tile of Object.values(groups).flat()) {
      const box = document.querySelector(`[data-code="${tile.code}"]`);
      if (!box) continue;
      box.className = `tile ${tile.tone}`;
      box.querySelector("dd").textContent = tile.value;
    }
  }

  function ranking(rows) {
    at("ranking").replaceChildren(...rows.map((row) => {
      const item = document.createElement("li"), meter = document.createElement("meter");
      meter.max = 1000;
      meter.value = row.width;
      meter.setAttribute("aria-hidden", "true");
      item.append(element("span", row.place, "place"), element("span", row.name, "dept"), meter, element("b", row.rate));
      return item;
    }));
    at("none").hidden = rows.length > 0;
  }

  function ticker(found) {
    lines = found.map((line) => {
      const item = element("li", "", line.tone), shape = element("span", line.shape);
      shape.setAttribute("aria-hidden", "true");
      item.append(shape, ` ${line.text}`);
      return item;
    });
    turn = 0;
    at("lines").replaceChildren(...lines);
    at("calm").hidden = lines.length > 0;
    show();
  }

  // Some lines at a time, so that each can be read from afar.
  function show() {
    lines.forEach((line, i) => { line.hidden = lines.length > SIDE && Math.floor(i / SIDE) !== turn; });
  }

  function draw(trend) {
    const plot = at("trend"), size = Math.max(14, Math.round(Math.min(innerWidth / 100, innerHeight / 56.25) * 1.3));
    if (!window.echarts) return;
    if (!chart) {
      chart = window.echarts.init(plot, null, { renderer: "canvas" });
      new ResizeObserver(() => chart.resize()).observe(plot);
    }
    const font = getComputedStyle(body).fontFamily;
    chart.setOption({
      animation: false, textStyle: { fontFamily: font, fontSize: size, color: "#9FB8D9" }, color: ["#4FC3FF", "#FFC43D"],
      legend: { right: 0, top: 0, itemWidth: 2 * size, textStyle: { color: "#E8F1FF", fontSize: size } },
      grid: { left: 4, right: 16, top: 2 * size, bottom: 0, containLabel: true },
      xAxis: { type: "category", data: trend.categories, axisTick: { show: false }, axisLine: { lineStyle: { color: "#24497D" } },
        axisLabel: { color: "#9FB8D9", fontSize: size, hideOverlap: true } },
      yAxis: { type: "value", min: 0, minInterval: 1, splitNumber: 3, splitLine: { lineStyle: { color: "#24497D" } },
        axisLabel: { color: "#9FB8D9", fontSize: size, hideOverlap: true } },
      series: trend.series.map((series, i) => ({ name: series.name, data: series.values, type: "line", symbol: i ? "rect" : "circle",
        symbolSize: 8, lineStyle: { width: 4, type: i ? "dashed" : "solid" } })),
    }, true);
    plot.dataset.drawn = "yes";
  }

  function table(trend) {
    at("trend-rows").replaceChildren(...trend.series.map((series) => {
      const row = document.createElement("tr"), head = element("th", series.name);
      head.scope = "row";
      row.append(head, ...series.values.map((value) => element("td", value.toLocaleString("en-US"))));
      return row;
    }));
  }

  function all(news) {
    if (news.day !== body.dataset.day) { location.reload(); return; }
    tiles(news.groups);
    ranking(news.ranking);
    ticker(news.lines);
    draw(news.trend);
    table(news.trend);
    at("stale").hidden = !news.stale;
    at("workday").textContent = news.workday ? at("workday").dataset.yes : at("workday").dataset.no;
    at("workday").classList.toggle("off", !news.workday);
  }

  async function ask() {
    try {
      const answer = await fetch(body.dataset.feed, { cache: "no-store", headers: { "If-None-Match": etag }, signal: AbortSignal.timeout(15000) });
      if (answer.status === 304) { heard = Date.now(); return; }
      if (answer.status === 404 || answer.redirected) { heard = 0; return; } // revoked, or signed out
      if (!answer.ok) return;
      all(await answer.json());
      etag = answer.headers.get("ETag") || "";
      heard = Date.now();
    } catch { /* the banner says so when it lasts */ }
  }

  async function forever() {
    await ask();
    setTimeout(forever, EVERY);
  }
  clock();
  setInterval(clock, 1000);
  draw(JSON.parse(at("trend-data").textContent));
  show();
  setInterval(() => { turn = (turn + 1) % Math.max(1, Math.ceil(lines.length / SIDE)); show(); }, TURN);
  setTimeout(forever, EVERY);
})();
