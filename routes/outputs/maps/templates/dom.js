/* Building blocks. Every text from data is set as text, never as HTML. */
const data = JSON.parse(document.getElementById("routes-data").textContent);
const COLOURS = data.colours, SYMBOLS = data.symbols, INK = COLOURS.ink;
const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
const narrow = window.matchMedia("(max-width: 760px)").matches;
const low = window.matchMedia("(max-height: 560px)").matches;

function element(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}
function drawing(tag, attributes) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}
/* bdi keeps text that runs from right to left from turning its neighbours round. */
function popup(item, fields) {
  const box = element("div", "popup");
  const rows = element("dl");
  const title = element("h4");
  title.append(element("bdi", "", item.title));
  box.append(title, rows);
  fields.forEach((field, index) => {
    if (!item.values[index]) return;
    const cell = element("dd", index === fields.length - 1 ? "id" : "");
    cell.append(element("bdi", "", item.values[index]));
    rows.append(element("dt", "", field), cell);
  });
  return box;
}
function hint(item) {
  const box = element("div");
  const title = element("b");
  title.append(element("bdi", "", item.title));
  box.append(title, element("span", "", item.hint));
  return box;
}
function popupOptions() {
  const wide = Math.min(narrow ? 236 : 320, map.getSize().x - 170);
  return {
    maxWidth: wide, minWidth: Math.min(narrow ? 200 : 260, wide), maxHeight: Math.max(120, Math.min(narrow ? 240 : 380, map.getSize().y - 90)),
    autoPanPaddingTopLeft: [58, 12], autoPanPaddingBottomRight: [narrow ? 12 : 64, 12],
  };
}
/* A long popup scrolls; a reader without a mouse scrolls it by keyboard. */
function wirePopups() {
  map.on("popupopen", ({ popup: opened }) => {
    const content = opened.getElement().querySelector(".leaflet-popup-scrolled");
    if (!content) return;
    content.tabIndex = 0;
    content.setAttribute("role", "region");
    content.setAttribute("aria-label", t("Details"));
  });
}
function pane(name, level) {
  if (!map.getPane(name)) map.createPane(name).style.zIndex = level;
  return name;
}
/* A pane for things to look at: the pointer goes through it to what lies below. */
function quietPane(name, level) {
  map.getPane(pane(name, level)).style.pointerEvents = "none";
  return name;
}
/* Once a frame is enough for anything that follows the pointer or a slider. */
function oncePerFrame(work) {
  let waiting = false, latest;
  return (argument) => {
    latest = argument;
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; work(latest); });
  };
}
/* A marker that is focused by the mouse must not move away under it, so Leaflet's own panning is off.
   Popup and tooltip are tied to it only once it is seen: ten thousand hidden ones cost seconds. */
const ItemMarker = L.Marker.extend({
  onAdd(owner) {
    L.Marker.prototype.onAdd.call(this, owner);
    const { item, fields } = this.options, node = this.getElement();
    nameMarker(this);
    node.addEventListener("focus", () => {
      if (node.matches(":focus-visible")) map.panInside(this.getLatLng(), { padding: [50, 50], animate: !still });
    });
    if (this.getPopup()) return;
    this.bindPopup(() => this.options.content(item, fields), popupOptions()).bindTooltip(() => hint(item), { direction: "top" });
  },
});
function nameMarker(made) {
  const { item } = made.options;
  made.getElement().setAttribute("aria-label", t("{title}, {hint}", { title: item.title, hint: item.hint }));
}
function marker(item, fields, icon, zIndexOffset, content = popup) {
  return new ItemMarker(item.at, { icon, zIndexOffset, item, fields, content, alt: "", autoPanOnFocus: false });
}
