/* Tools that take points of the map, by pointer or, with the arrow keys and Enter, at the cross in the middle; the
   coordinates of a point, to be copied; and the ruler. */
let tool = null;
const mapTools = [];

function takeTool(next) {
  const before = tool;
  tool = null;
  if (before) before.end();
  tool = before === next ? null : next;
  map.getContainer().classList.toggle("picking", tool !== null);
  for (const each of mapTools) each.button.setAttribute("aria-pressed", String(each === tool));
  if (!tool) return;
  map.closePopup();
  if (narrow) document.querySelector("main").scrollIntoView({ behavior: still ? "auto" : "smooth" });
  tool.begin();
  map.getContainer().focus({ preventScroll: narrow });
}
function tell(words) { document.getElementById("status").textContent = words; }

/* --- coordinates --- */
function formsOf(lat, lon) {
  return [[t("Decimal"), `${lat.toFixed(5)}, ${lon.toFixed(5)}`], [t("Degrees, minutes"), dms(lat, lon)], ["MGRS", mgrs(lat, lon)]].filter(([, text]) => text);
}
function coordinates([lat, lon]) {
  const box = part(t("Coordinates"));
  for (const [name, text] of formsOf(lat, lon)) {
    const line = element("p", "coordinates"), button = element("button", "", t("Copy"));
    button.type = "button";
    button.setAttribute("aria-label", t("Copy {what}", { what: name }));
    button.addEventListener("click", () => copyText(text, button));
    line.append(element("span", "form", name), element("output", "", text), button);
    box.append(line);
  }
  return box;
}
function showCoordinates(at, title) {
  const box = element("div", "popup"), point = at.wrap();
  if (title) { const head = element("h4"); head.append(element("bdi", "", title)); box.append(head); }
  const more = element("p", "actions");
  more.append(actionButton(t("Add a note"), () => editNote(noteAt(at))));
  box.append(more, coordinates([point.lat, point.lng]));
  map.openPopup(L.popup(popupOptions()).setLatLng(at).setContent(box));
}
const pointTool = {
  button: document.getElementById("pick-point"),
  begin() { tell(t("Click on the map, or go there with the arrow keys and press Enter.")); },
  take(at) { takeTool(this); showCoordinates(at, ""); },
  end() {},
};

/* --- ruler --- */
const ruler = {
  button: document.getElementById("ruler"), points: [], layer: L.layerGroup(),
  begin() {
    this.points = [];
    this.draw();
    this.layer.addTo(map);
    tell(t("Click the points of a way, or go there with the arrow keys and press Enter. Backspace takes the last one back, Escape ends."));
  },
  take(at) { this.points.push(at); this.draw(); },
  back() { this.points.pop(); this.draw(); },
  end() { this.layer.remove(); document.getElementById("measured").textContent = ""; },
  length() { return this.points.slice(1).reduce((sum, at, index) => sum + map.distance(this.points[index], at), 0) / 1000; },
  draw() {
    const on = { pane: quietPane("tool", 640), interactive: false };
    this.layer.clearLayers();
    L.polyline(this.points, { ...on, color: COLOURS.white, weight: 5, opacity: 1 }).addTo(this.layer);
    L.polyline(this.points, { ...on, color: INK, weight: 2, dashArray: "6 4", opacity: 1, className: "measure" }).addTo(this.layer);
    for (const at of this.points) L.circleMarker(at, { ...on, radius: 4, weight: 2, color: INK, opacity: 1, fillColor: COLOURS.white, fillOpacity: 1 }).addTo(this.layer);
    const km = this.length();
    const words = this.points.length ? t("Length: {km} km as the crow flies", { km: fixed(km, km < 100 ? 1 : 0) }) : t("Ruler: no point yet");
    document.getElementById("measured").textContent = words;
  },
};
mapTools.push(pointTool, ruler);
function wireTools() {
  const container = map.getContainer(), cross = element("div", "cross");
  cross.setAttribute("aria-hidden", "true");
  container.append(cross);
  for (const each of mapTools) each.button.addEventListener("click", () => takeTool(each));
  map.on("click", ({ latlng }) => { if (tool) tool.take(latlng); });
  map.on("contextmenu", ({ latlng }) => { if (!tool) showCoordinates(latlng, ""); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && tool) takeTool(tool); });
  container.addEventListener("keydown", (event) => {
    if (!tool || event.target !== container) return;
    if (event.key === "Enter") { event.preventDefault(); tool.take(map.getCenter()); }
    if (event.key === "Backspace" && tool.back) { event.preventDefault(); tool.back(); }
  });
}
