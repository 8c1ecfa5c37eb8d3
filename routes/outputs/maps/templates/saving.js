/* What a reader takes along: the rows shown as CSV, and a copy of the page with notes and the state of the view. */
/* The page before anything is drawn, but for Leaflet's own marks; scripts stay as they are and are taken later. */
const asWritten = [...document.body.childNodes].map((node) => (node.nodeName === "SCRIPT" ? node : node.cloneNode(true)));
const rootAsWritten = document.documentElement.cloneNode(false);
const titleAsWritten = document.title;
const notesBox = document.getElementById("notes");
const kept = JSON.parse(document.getElementById("routes-kept").textContent);

function download(name, type, ...parts) {
  const link = element("a");
  link.href = URL.createObjectURL(new Blob(parts, { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
/* As routes/outputs/text.py has it: what a spreadsheet would compute gets an apostrophe, numbers stay numbers. */
function defused(text) {
  if (!/^ *[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(text) || /^[+-]?\d+(\.\d*)?([eE][+-]?\d+)?$/.test(text)) return text;
  return `'${text}`;
}
function csvCell(text) {
  const safe = defused(text.replace(/[\u00a0\u202f]/g, " ").replace(/\s*\n\s*/g, " ").trim());
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}
function cellText(cell) {
  const button = cell.querySelector("button[aria-label]");
  return cell.innerText.trim() || (button ? button.getAttribute("aria-label") : "");
}
function csvOf(shownTable) {
  const rowsShown = [...shownTable.rows].filter((row) => row.offsetParent !== null);
  return rowsShown.map((row) => [...row.cells].filter((cell) => cell.offsetParent !== null).map((cell) => csvCell(cellText(cell))).join(",")).join("\r\n");
}
function saveRows() {
  const panel = tabs.map((tab) => document.getElementById(tab.getAttribute("aria-controls"))).find((each) => !each.hidden);
  const tables = [...panel.querySelectorAll("table")].filter((each) => each.offsetParent !== null);
  if (!tables.length) { tell(t("There is no table in this tab.")); return; }
  download(`${panel.id}.csv`, "text/csv;charset=utf-8", "\ufeff", tables.map(csvOf).join("\r\n\r\n"), "\r\n");
}
/* The map's element as it was before Leaflet filled it. */
function pristinePage() {
  const page = rootAsWritten.cloneNode(false), body = document.body.cloneNode(false);
  page.append(document.head.cloneNode(true), body);
  body.append(...asWritten.map((node) => node.cloneNode(true)));
  page.querySelector("title").textContent = titleAsWritten;
  const drawn = page.querySelector(".folium-map");
  const bare = document.createElement("div");
  bare.className = "folium-map";
  bare.id = drawn.id;
  drawn.replaceWith(bare);
  const places_ = placeNotes.map(({ at, place, text }) => ({ at, place, text }));
  const keep = JSON.stringify({ notes: notesBox.value, places: places_, view: stateText() });
  page.querySelector("#routes-kept").textContent = keep.replace(/[&<>]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
  page.querySelector("#notes-printed").textContent = notesText();
  return `<!DOCTYPE html>\n${page.outerHTML}\n`;
}
function wireSaving() {
  notesBox.value = kept.notes || "";
  wireNotes();
  notesBox.addEventListener("input", () => { document.getElementById("notes-printed").textContent = notesText(); });
  document.getElementById("save-rows").addEventListener("click", saveRows);
  document.getElementById("save-copy").addEventListener("click", () => {
    const name = decodeURIComponent(location.pathname.split("/").pop() || "map.html").replace(/(\.html?)?$/i, "-notes.html");
    download(name, "text/html;charset=utf-8", pristinePage());
  });
}
