// Charts: each element with data-chart names a block of JSON beside it. The server says what is shown and in which words;
// here it gets the colours of the theme, the size of its place, and a canvas. A part that is put in anew keeps its charts.

const drawn = new Map();
const NARROW = 520;
const ROW = 26;

// What a custom property holds may be light-dark(…): only a colour that is used is resolved.
const probe = document.createElement("span");
probe.hidden = true;
document.body.append(probe);
function colour(name) {
  probe.style.color = `var(--${name})`;
  return getComputedStyle(probe).color;
}

function palette() {
  const names = { ink: "ink", soft: "ink-soft", line: "line", card: "card", raised: "raised", brand: "brand", good: "good", warn: "warn", bad: "bad", info: "info" };
  return Object.fromEntries(Object.entries(names).map(([key, name]) => [key, colour(name)]));
}

function common(data, look) {
  const text = { color: look.ink, fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 12 };
  return {
    animation: false,
    textStyle: text,
    aria: { enabled: true, label: { description: data.label } },
    tooltip: {
      renderMode: "richText", confine: true, backgroundColor: look.card, borderColor: look.line, borderWidth: 1,
      padding: [6, 10], textStyle: { ...text },
    },
  };
}

const axis = (look) => ({
  axisLine: { lineStyle: { color: look.line } }, axisTick: { show: false },
  axisLabel: { color: look.soft }, splitLine: { lineStyle: { color: look.line } },
});

const legend = (look) => ({ top: 0, left: 0, itemWidth: 14, itemHeight: 10, textStyle: { color: look.ink } });

function lines(data, look) {
  const option = common(data, look);
  const unit = data.unit ?? "";
  return {
    ...option,
    legend: legend(look),
    grid: { left: 8, right: 16, top: 36, bottom: 8, outerBoundsMode: "same" },
    xAxis: { type: "category", data: data.labels, ...axis(look), splitLine: { show: false } },
    yAxis: { type: "value", min: 0, max: data.most, ...axis(look), axisLabel: { color: look.soft, formatter: `{value}${unit}` } },
    tooltip: {
      ...option.tooltip, trigger: "axis",
      formatter: (points) => [
        points[0].axisValue,
        ...points.filter((each) => each.value != null)
          .map((each) => `${each.seriesName}: ${each.value}${unit} (${data.series[each.seriesIndex].notes[each.dataIndex]})`),
      ].join("\n"),
    },
    series: data.series.map((each, place) => ({
      type: "line", name: each.name, data: each.values, connectNulls: false, symbol: place ? "rect" : "circle", symbolSize: 7,
      itemStyle: { color: look[each.tone] }, lineStyle: { color: look[each.tone], width: 2, type: place ? "dashed" : "solid" },
    })),
  };
}

function stack(data, look, width) {
  const option = common(data, look);
  option.aria.decal = { show: true };
  return {
    ...option,
    legend: { ...legend(look), type: "scroll" },
    grid: { left: 8, right: 16, top: 36, bottom: 8, outerBoundsMode: "same" },
    xAxis: { type: "value", minInterval: 1, max: data.most, ...axis(look) },
    yAxis: {
      type: "category", inverse: true, data: data.labels, ...axis(look), splitLine: { show: false },
      axisLabel: { color: look.ink, width: Math.max(90, width / 3), overflow: "truncate" },
    },
    tooltip: {
      ...option.tooltip, trigger: "axis", axisPointer: { type: "shadow", shadowStyle: { color: look.raised, opacity: 0.4 } },
      formatter: (points) => [
        data.titles[points[0].dataIndex],
        ...points.filter((each) => each.value).map((each) => `${each.seriesName}: ${each.value}`),
      ].join("\n"),
    },
    series: data.series.map((each) => ({
      type: "bar", stack: "all", name: each.name, data: each.values, barMaxWidth: 18,
      itemStyle: { color: look[each.tone], borderColor: look.card, borderWidth: 1 },
    })),
  };
}

function calendar(data, look, width) {
  const option = common(data, look);
  const upright = width < NARROW;
  return {
    ...option,
    tooltip: { ...option.tooltip, formatter: (point) => `${point.value[0]}\n${data.name}: ${point.value[1]}` },
    visualMap: { show: false, min: 0, max: data.most, inRange: { color: [look.raised, look[data.tone]] } },
    calendar: {
      range: data.range, orient: upright ? "vertical" : "horizontal", cellSize: upright ? ["auto", 14] : ["auto", 18],
      left: 34, right: 4, top: upright ? 24 : 22, splitLine: { lineStyle: { color: look.soft, width: 1 } },
      itemStyle: { color: look.card, borderColor: look.line, borderWidth: 1 },
      yearLabel: { show: false },
      monthLabel: { nameMap: data.language === "zh" ? "ZH" : "EN", color: look.soft },
      dayLabel: { firstDay: 1, nameMap: data.language === "zh" ? "ZH" : "EN", color: look.soft },
    },
    series: [{ type: "heatmap", coordinateSystem: "calendar", name: data.name, data: data.values }],
  };
}

const KINDS = { lines, stack, calendar };

function draw(place) {
  const block = document.getElementById(place.dataset.chart);
  if (!block) return;
  const one = drawn.get(place) ?? begin(place);
  const width = place.clientWidth;
  const shape = `${width < NARROW}`;
  if (one.text === block.textContent && one.shape === shape && one.look === look) return;
  const data = JSON.parse(block.textContent);
  if (data.kind === "stack") {
    place.style.height = `${data.labels.length * ROW + 76}px`;
    one.chart.resize();
  }
  Object.assign(one, { text: block.textContent, shape, look });
  one.chart.setOption(KINDS[data.kind](data, look, width), { notMerge: true });
}

function begin(place) {
  const chart = window.echarts.init(place, null, { renderer: "canvas", devicePixelRatio: window.devicePixelRatio });
  const watch = new ResizeObserver(() => {
    if (!place.clientWidth) return;
    chart.resize();
    draw(place);
  });
  const one = { chart, watch };
  drawn.set(place, one);
  watch.observe(place);
  return one;
}

let look = palette();

function drawAll() {
  for (const [place, { chart, watch }] of drawn) {
    if (place.isConnected) continue;
    watch.disconnect();
    chart.dispose();
    drawn.delete(place);
  }
  for (const place of document.querySelectorAll("[data-chart]")) draw(place);
}

function repaint() {
  look = palette();
  drawAll();
}

document.addEventListener("htmx:after:swap", drawAll);
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
new MutationObserver(repaint).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
drawAll();
