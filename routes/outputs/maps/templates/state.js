/* The state of the view in the address, after #, so that it can be sent and come back to. Whoever has state of its
   own adds a part: how it is said, and how it is taken. What cannot be understood is left out. */
const stateParts = [
  ["view", () => { const { lat, lng } = map.getCenter(); return [lat.toFixed(4), lng.toFixed(4), map.getZoom()].join(","); }, (text) => {
    const [lat, lon, zoom] = text.split(",").map(Number);
    if ([lat, lon, zoom].every(Number.isFinite) && Math.abs(lat) <= 85 && Math.abs(lon) <= 180) map.setView([lat, lon], zoom, { animate: false });
  }],
  ["language", () => (language === WORDS.own ? "" : language), (text) => { if (text === WORDS.own || text in WORDS.others) turnLanguage(text); }],
  ["theme", () => themeChoice.value, (text) => { if (["light", "dark"].includes(text)) { themeChoice.value = text; applyTheme(); } }],
  ["tab", () => (tabs.find((tab) => tab.getAttribute("aria-selected") === "true") || tabs[0]).dataset.tab, (text) => {
    if (tabs.some((tab) => tab.dataset.tab === text)) showTab(text, false);
  }],
  ["gate", () => (chosen("gate") === null ? "" : data.gate_ids[chosen("gate")]), (text) => setFilter("gate", data.gate_ids.indexOf(text))],
  ["area", () => (chosen("area") === null ? "" : data.area_ids[chosen("area")]), (text) => setFilter("area", data.area_ids.indexOf(text))],
  ["substance", () => (chosen("substance") === null ? "" : String(chosen("substance"))), (text) => setFilter("substance", Number(text))],
  ["months", () => (allMonths() ? "" : months().join("-")), (text) => {
    const [from, until] = text.split("-").map(Number);
    if (!fields.from || !(from <= until)) return;
    fields.from.value = from;
    fields.until.value = until;
    fields.from.dispatchEvent(new Event("input", { bubbles: true }));
  }],
  ["corridor", () => (selected === null ? "" : corridorId(selected)), (text) => {
    const index = data.corridors.items.findIndex((_, each) => corridorId(each) === text);
    if (index >= 0) select(index, null, false);
  }],
  ["place", () => { const lit = placeRows.find((row) => row.classList.contains("lit")); return lit ? lit.dataset.place : ""; }, (text) => selectPlace(text, false)],
];
const corridorId = (index) => data.corridors.items[index].values[data.corridors.items[index].values.length - 1];
function setFilter(name, value) {
  if (!fields[name] || ![...fields[name].options].some((option) => option.value === String(value))) return;
  fields[name].value = String(value);
  fields[name].dispatchEvent(new Event("input", { bubbles: true }));
}
let stateAtFirst = "", stateWritten = "";
function stateText() {
  const said = new URLSearchParams();
  for (const [name, say] of stateParts) { const text = say(); if (text) said.set(name, text); }
  return said.toString();
}
function takeState(text) {
  const said = new URLSearchParams(text);
  for (const [name, , take] of stateParts) if (said.has(name)) take(said.get(name));
}
function writeState() {
  if (document.documentElement.matches(".on-paper, .figure")) return;
  const text = stateText(), hash = text === stateAtFirst ? "" : `#${text}`;
  if (hash === stateWritten) return;
  stateWritten = hash;
  history.replaceState(null, "", hash || location.pathname + location.search);
}
function wireState() {
  let waiting = 0;
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(writeState, 250); };
  stateAtFirst = stateText();
  takeState(location.hash.slice(1) || kept.view || "");
  stateWritten = location.hash;
  map.on("moveend popupopen popupclose", soon);
  for (const kind of ["click", "change", "keyup"]) document.addEventListener(kind, soon);
  window.addEventListener("hashchange", () => { if (location.hash !== stateWritten) takeState(location.hash.slice(1)); });
}
