/* Scale, north, the way back to the first view, layers, attribution. */
function fitView() {
  map.fitBounds(data.view, { paddingTopLeft: [20, 16], paddingBottomRight: [narrow ? 20 : 72, 30], animate: false });
}
function control(position, build) {
  const Made = L.Control.extend({ options: { position }, onAdd: build });
  new Made().addTo(map);
}
function resetButton() {
  const bar = element("div", "leaflet-bar reset");
  const button = element("button");
  button.type = "button";
  button.title = t("Reset view");
  button.setAttribute("aria-label", t("Reset view"));
  const svg = drawing("svg", { width: 16, height: 16, viewBox: "0 0 16 16", "aria-hidden": "true" });
  svg.append(drawing("path", { d: "M2 8 8 2l6 6M4 7v7h3v-4h2v4h3V7", fill: "none", stroke: INK, "stroke-width": 1.5, "stroke-linejoin": "round" }));
  button.append(svg);
  button.addEventListener("click", () => { map.closePopup(); fitView(); });
  bar.append(button);
  L.DomEvent.disableClickPropagation(bar);
  return bar;
}
function northArrow() {
  const box = element("div", "north");
  box.setAttribute("role", "img");
  box.setAttribute("aria-label", t("North is up"));
  const svg = drawing("svg", { width: 22, height: 34, viewBox: "0 0 22 34", "aria-hidden": "true" });
  svg.append(drawing("path", { d: "M11 1 18 22 11 17.5Z", fill: INK }), drawing("path", { d: "M11 1 4 22 11 17.5Z", fill: COLOURS.white, stroke: INK, "stroke-width": 1, "stroke-linejoin": "round" }));
  const letter = drawing("text", { x: 11, y: 33, "text-anchor": "middle", "font-size": 11, "font-weight": 700, fill: INK });
  letter.textContent = tp("north on a map", "N");
  svg.append(letter);
  box.append(svg);
  return box;
}
/* Leaflet joins attributions into one text; each in an element of its own turns with the language. */
const credit = (words) => element("span", "", words).outerHTML;
/* Leaflet knows its own words in English alone. */
const Scale = L.Control.Scale.extend({
  _updateMetric(most) {
    const metres = this._getRoundNum(most);
    const label = metres < 1000 ? t("{length} m", { length: grouped(metres) }) : t("{length} km", { length: grouped(metres / 1000) });
    this._updateScale(this._mScale, label, metres / most);
  },
});
function nameButtons() {
  const names = { ".leaflet-control-zoom-in": t("Zoom in"), ".leaflet-control-zoom-out": t("Zoom out"), ".leaflet-control-layers-toggle": t("Layers") };
  for (const [selector, name] of Object.entries(names)) {
    const button = map.getContainer().querySelector(selector);
    button.title = name;
    button.setAttribute("aria-label", name);
  }
}
function addControls(overlays) {
  map.attributionControl.setPrefix("Leaflet").addAttribution(credit(
    t("Roads © OpenStreetMap contributors (ODbL) | Borders: Natural Earth | Places: GeoNames (CC BY 4.0)"))).addAttribution(credit(
    data.disputed.length ? t("Borders imply no opinion; dashed: disputed") : t("Borders imply no opinion")));
  control("topleft", resetButton);
  new Scale({ imperial: false, maxWidth: 140, position: map.getSize().x < 960 ? "bottomright" : "bottomleft" }).addTo(map);
  L.control.layers(null, overlays, { collapsed: true }).addTo(map);
  control("topright", northArrow);
  nameButtons();
}
