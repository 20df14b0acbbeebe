/**
 * Charts, loaded only on pages that have one. The server writes an ECharts option as data; colours are named by token
 * ("$c1"). The table beside it is made from the same option, so that it can never disagree with the drawing.
 */
import { BarChart, HeatmapChart, LineChart, PieChart, ScatterChart, TreemapChart } from "echarts/charts";
import { AriaComponent, DatasetComponent, GridComponent, LegendComponent, MarkLineComponent, MarkPointComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

echarts.use([BarChart, HeatmapChart, LineChart, PieChart, ScatterChart, TreemapChart]);
echarts.use([AriaComponent, DatasetComponent, GridComponent, LegendComponent, MarkLineComponent, MarkPointComponent, TooltipComponent, VisualMapComponent, SVGRenderer]);

const drawn = new Map();
const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Draw the chart of one frame and wire its switch between drawing and table. */
function mount(frame) {
  const option = JSON.parse(frame.querySelector("script[type='application/json']").textContent);
  const plot = frame.querySelector(".sw-chart-plot");
  const chart = echarts.init(plot, null, { renderer: "svg" });
  drawn.set(frame, { chart, option });
  paint(chart, option);
  const size = new ResizeObserver(() => frame.isConnected && chart.resize());
  size.observe(plot);
  const [drawing, table] = frame.querySelectorAll("[data-sw-chart-as]");
  drawing?.addEventListener("click", () => show(frame, false));
  table?.addEventListener("click", () => show(frame, true));
}

function paint(chart, option) {
  const { sw = {}, ...given } = resolve(option);
  const known = base(sw);
  const series = given.series?.flatMap(pieces);
  if (series?.length > (given.series?.length ?? 0)) known.tooltip.formatter = once(known.tooltip.valueFormatter);
  chart.setOption({ ...known, ...given, ...(series && { series }), ...axes(given) }, true);
}

/** A line whose value at `open` is of a period that is not over: the piece that leads there is dotted. */
function pieces({ open, ...line }) {
  if (!(open > 0) || line.type !== "line") return [line];
  const whole = line.data.map((value, place) => (place === open ? null : value));
  const dotted = line.data.map((value, place) => (place === open || place === open - 1 ? value : null));
  return [{ ...line, data: whole }, { ...line, data: dotted, lineStyle: { ...line.lineStyle, type: "dotted" }, symbol: "none" }];
}

/** What is told of one place: both pieces of a line end at the same value, which is said once. */
function once(say) {
  return (found) => {
    const told = new Map();
    for (const one of [found].flat()) if (one.value !== null && one.value !== undefined) told.set(one.seriesName, one);
    const rows = [...told.values()].map((one) => `<div>${one.marker}${echarts.format.encodeHTML(one.seriesName)}　<b>${echarts.format.encodeHTML(say(one.value))}</b></div>`);
    return `<div>${echarts.format.encodeHTML(String([found].flat()[0]?.name ?? ""))}</div>${rows.join("")}`;
  };
}

/** Replace "$token" by the value that the theme gives it now. */
function resolve(value) {
  if (typeof value === "string") return /^\$[\w-]+$/.test(value) ? token(value.slice(1)) : value;
  if (Array.isArray(value)) return value.map(resolve);
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolve(inner)]));
  return value;
}

function formatter({ decimals, unit = "" }) {
  const digits = new Intl.NumberFormat(document.documentElement.lang, { minimumFractionDigits: decimals ?? 0, maximumFractionDigits: decimals ?? 2 });
  return (value) => (value === null || value === undefined || value === "-" ? "—" : typeof value === "number" ? `${digits.format(value)}${unit}` : String(value));
}

function base(sw) {
  const font = token("font");
  return {
    animation: !still(),
    animationDuration: 250,
    aria: { enabled: true },
    color: ["c1", "c2", "c3", "c4", "c5", "c6"].map(token),
    textStyle: { fontFamily: font, fontSize: 11, color: token("ink-3") },
    grid: { left: 8, right: 14, top: 16, bottom: 6, containLabel: true },
    tooltip: {
      trigger: "axis", confine: true, backgroundColor: token("surface"), borderColor: token("line-2"), borderWidth: 1, padding: [6, 10],
      textStyle: { color: token("ink"), fontSize: 12, fontFamily: font }, extraCssText: "box-shadow:var(--lift);border-radius:5px", valueFormatter: formatter(sw),
      axisPointer: { lineStyle: { color: token("line-3"), width: 1 }, shadowStyle: { color: token("hover"), opacity: 0.6 } },
    },
  };
}

/** Our axis looks under whatever the page says of its axes. */
function axes(option) {
  const look = {
    axisLine: { lineStyle: { color: token("line-2") } }, axisTick: { show: false }, axisLabel: { color: token("ink-3"), fontSize: 11 },
    splitLine: { lineStyle: { color: token("c-grid") } },
  };
  const short = new Intl.NumberFormat(document.documentElement.lang, { notation: "compact", maximumFractionDigits: 1 });
  const labels = (axis) => ({ ...look.axisLabel, hideOverlap: axis.type === "value", ...(axis.type === "value" ? { formatter: (value) => short.format(value) } : {}), ...axis.axisLabel });
  // Values across have room for few labels: with more, every other one would be left out, and not evenly.
  const few = (name, axis) => (name === "xAxis" && axis.type === "value" ? { splitNumber: 3 } : {});
  const dress = (name, axis) => (Array.isArray(axis) ? axis.map((one) => dress(name, one)) : { ...look, ...few(name, axis), ...axis, axisLabel: labels(axis) });
  return Object.fromEntries(["xAxis", "yAxis"].filter((name) => option[name]).map((name) => [name, dress(name, option[name])]));
}

function show(frame, asTable) {
  const [drawing, table] = frame.querySelectorAll("[data-sw-chart-as]");
  drawing.setAttribute("aria-pressed", String(!asTable));
  table.setAttribute("aria-pressed", String(asTable));
  const plot = frame.querySelector(".sw-chart-plot");
  let sheet = frame.querySelector(".sw-chart-table");
  if (!sheet) {
    sheet = document.createElement("div");
    sheet.className = "sw-chart-table";
    sheet.tabIndex = 0;
    sheet.append(tableOf(drawn.get(frame).option));
    plot.after(sheet);
  }
  plot.hidden = asTable;
  sheet.hidden = !asTable;
}

/** Rows and columns of the option: its own table where the drawing leaves some out, a dataset, else categories by series. */
function cells(option) {
  if (option.sw?.table) return [option.sw.table.head, option.sw.table.rows];
  if (option.dataset?.source) {
    const head = option.dataset.dimensions ?? Object.keys(option.dataset.source[0] ?? {});
    const names = head.map((each) => (typeof each === "object" ? each.displayName ?? each.name : each));
    return [names, option.dataset.source.map((row) => (Array.isArray(row) ? row : head.map((each) => row[each.name ?? each])))];
  }
  const axis = [option.xAxis, option.yAxis].flat().find((each) => each?.data);
  const series = option.series.filter((each) => each.name || option.series.length === 1);
  const value = (item) => (item && typeof item === "object" && !Array.isArray(item) ? item.value : item);
  if (axis) return [["", ...series.map((each) => each.name ?? "")], axis.data.map((name, row) => [name, ...series.map((each) => value(each.data[row]))])];
  return [["", ""], series.flatMap((each) => each.data.map((item) => [item.name, item.value]))];
}

function tableOf(option) {
  const [head, rows] = cells(option);
  const say = formatter(option.sw ?? {});
  const table = document.createElement("table");
  table.className = "sw-table is-plain";
  const addRow = (section, values, tag) => {
    const row = section.insertRow();
    values.forEach((value, index) => {
      const cell = document.createElement(tag);
      cell.textContent = index && tag === "td" ? say(value) : String(value ?? "");
      if (index) cell.className = "sw-num";
      row.append(cell);
    });
  };
  addRow(table.createTHead(), head, "th");
  const body = table.createTBody();
  rows.forEach((values) => addRow(body, values, "td"));
  return table;
}

function repaint() {
  for (const [frame, { chart, option }] of drawn) {
    if (frame.isConnected) paint(chart, option);
    else {
      chart.dispose();
      drawn.delete(frame);
    }
  }
}

addEventListener("sw:theme", repaint);
addEventListener("beforeprint", repaint);
window.shangwu = { ...window.shangwu, charts: { mount } };
