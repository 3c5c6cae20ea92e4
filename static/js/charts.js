// Draws the charts of a page from their data blocks, each when it comes into sight; the data table is in the page already.
(() => {
  "use strict";
  const COLOURS = ["#0B5CAD", "#B5560A", "#0A7239", "#6A4FB3", "#0B7C7C"];
  const INK = "#1B2430", MUTED = "#4A5665", LINE = "#E8EDF3";
  const DASHES = ["solid", "dashed", "dotted", [10, 4, 2, 4], [14, 4]];
  const SYMBOLS = ["circle", "rect", "triangle", "diamond", "roundRect"];
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

  const number = (value) => (value === null || value === undefined ? "—" : Number(value).toLocaleString("en-US"));

  function base(data, font) {
    return {
      color: COLOURS,
      textStyle: { fontFamily: font, fontSize: 14, color: MUTED },
      animation: !still, animationDuration: 300,
      aria: { enabled: true, label: { enabled: false }, decal: { show: data.kind === "pie" || (data.kind === "bar" && data.series.length > 1) } },
      tooltip: { trigger: data.kind === "pie" ? "item" : "axis", renderMode: "richText", confine: true, valueFormatter: (v) => `${number(v)}${data.unit}` },
    };
  }

  function cartesian(data, font, width) {
    const names = data.horizontal ? { width: Math.min(180, width * 0.36), overflow: "truncate" } : { hideOverlap: true };
    const category = { type: "category", data: data.categories, axisTick: { show: false }, axisLabel: { color: MUTED, fontSize: 14, ...names }, inverse: data.horizontal };
    const value = { type: "value", min: 0, max: (range) => data.unit === "%" && range.max > 80 && range.max <= 100 ? 100 : null, minInterval: 1, splitNumber: data.horizontal ? 3 : 5, splitLine: { lineStyle: { color: LINE } }, axisLabel: { color: MUTED, fontSize: 14, hideOverlap: true, formatter: number } };
    return Object.assign(base(data, font), {
      legend: data.series.length > 1 ? { right: 0, top: 0, itemWidth: 28, textStyle: { fontSize: 14, color: INK } } : undefined,
      grid: { left: 8, right: 24, top: data.series.length > 1 ? 40 : 16, bottom: 4, containLabel: true },
      xAxis: data.horizontal ? value : category,
      yAxis: data.horizontal ? category : value,
      series: data.series.map((series, i) => ({
        name: series.name, data: series.values, type: data.kind, stack: data.stacked ? "all" : undefined,
        symbol: SYMBOLS[i], symbolSize: 8, lineStyle: { width: 3, type: DASHES[i] }, barMaxWidth: 36,
        itemStyle: data.kind === "bar" ? { borderRadius: data.stacked ? 0 : data.horizontal ? [0, 4, 4, 0] : [4, 4, 0, 0] } : undefined,
        areaStyle: data.kind === "line" && i === 0 ? { opacity: 0.08 } : undefined,
        label: data.kind === "bar" && data.series.length === 1 ? { show: true, position: data.horizontal ? "right" : "top", color: INK, formatter: (p) => number(p.value) } : undefined,
        connectNulls: false,
      })),
    });
  }

  function pie(data, font, width) {
    const values = data.series[0].values;
    return Object.assign(base(data, font), {
      legend: width < 480 ? { bottom: 0, textStyle: { fontSize: 14, color: INK } } : undefined,
      series: [{
        type: "pie", radius: width < 480 ? ["36%", "58%"] : ["48%", "72%"], center: ["50%", width < 480 ? "40%" : "50%"],
        label: { show: width >= 480, formatter: (p) => `${p.name}\n${number(p.value)}${data.unit}`, fontSize: 14, color: INK },
        itemStyle: { borderColor: "#fff", borderWidth: 2 },
        data: data.categories.map((name, i) => ({ name, value: values[i] })),
      }],
    });
  }

  function gauge(data, font) {
    const value = data.series[0].values[0];
    return Object.assign(base(data, font), {
      tooltip: undefined,
      series: [{
        type: "gauge", min: 0, max: 100, progress: { show: true, width: 14 }, axisLine: { lineStyle: { width: 14, color: [[1, LINE]] } },
        axisTick: { show: false }, splitLine: { show: false }, axisLabel: { show: false }, pointer: { show: false },
        detail: { formatter: () => `${number(value)}${data.unit}`, color: INK, fontSize: 28, fontWeight: 700, offsetCenter: [0, 0] },
        data: [{ value, name: data.categories[0] }], title: { offsetCenter: [0, "36%"], color: MUTED },
      }],
    });
  }

  function draw(figure, animated = true) {
    const plot = figure.querySelector(".plot");
    const data = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
    const font = getComputedStyle(document.body).fontFamily;
    const chart = window.echarts.init(plot, null, { renderer: "canvas" });
    const kinds = { pie, gauge };
    const show = () => {
      const option = (kinds[data.kind] || cartesian)(data, font, plot.clientWidth);
      chart.setOption(animated ? option : Object.assign(option, { animation: false }), true);
    };
    show();
    new ResizeObserver(() => { chart.resize(); if (data.kind === "pie") show(); }).observe(plot);
    plot.dataset.drawn = "yes";
  }

  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      seen.unobserve(entry.target);
      draw(entry.target);
    }
  }, { rootMargin: "200px" });
  document.querySelectorAll("[data-chart]").forEach((figure) => seen.observe(figure));

  // Paper shows all of the page at once: what nobody has scrolled to is drawn before it is printed, and stands at once.
  addEventListener("beforeprint", () => document.querySelectorAll("[data-chart]").forEach((figure) => {
    if (figure.querySelector(".plot").dataset.drawn) return;
    seen.unobserve(figure);
    draw(figure, false);
  }));
})();
