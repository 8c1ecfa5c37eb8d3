/* The chosen corridor and its rivals, side by side over the roads; what the pointer is over. */
const FEW = 150;  // up to here lines are vectors, which print sharply; more are painted, which is faster
const RIVALS = 4;
const corridorLayer = L.layerGroup();
let lines = new Map();  // corridor -> casing, known, synthetic, rings
let lanePanes = null, redrawn = () => {};

/* A polyline whose points on the screen are worked out by the lanes. _project and _rings are Leaflet's own
   way to tell its renderers what to draw; the version of Leaflet is pinned for it. */
const LaneLine = L.Polyline.extend({
  _project() {
    this._rings = this.options.rings();
    const box = L.bounds([]);
    this._rings.forEach((ring) => ring.forEach((point) => box.extend(point)));
    this._rawPxBounds = box.isValid() ? box : L.bounds([[0, 0], [0, 0]]);
    this._updateBounds();
  },
});
function renderer(name, level) {
  const on = quietPane(name, level);
  return { pane: on, renderer: L.svg({ pane: on, padding: 0.5 }) };
}
function courseBounds(corridor) {
  return L.latLngBounds(courses[corridor].flatMap((step) => data.corridors.stretches[stretchOf(step)]));
}
/* Who competes with a corridor: the largest others into the same processing area. */
function rivalsOf(index) {
  const { items } = data.corridors;
  return items.map((_, other) => other)
    .filter((other) => other !== index && shown[other] && items[other].area === items[index].area && courses[other].length)
    .sort((a, b) => items[b].share - items[a].share || a - b).slice(0, RIVALS);
}
function drawCorridor(index, lit) {
  const item = data.corridors.items[index], bounds = courseBounds(index);
  if (!bounds.isValid()) return;
  const rings = {};
  /* Three lines ask for the same rings: work them out once. */
  const cached = (synthetic) => () => {
    const { key } = lanesNow();
    if (rings.key !== key) Object.assign(rings, { key, known: corridorRings(index, false), synthetic: corridorRings(index, true) });
    return synthetic === undefined ? [...rings.known, ...rings.synthetic] : rings[synthetic ? "synthetic" : "known"];
  };
  const corners = [bounds.getSouthWest(), bounds.getNorthEast()];
  const line = (place, options, synthetic) => new LaneLine(corners, {
    interactive: false, smoothFactor: 0, lineCap: "round", lineJoin: "round", ...place, ...options, rings: cached(synthetic),
  });
  const has = (kind) => courses[index].some((step) => Boolean(data.corridors.synthetic[stretchOf(step)]) === kind);
  const { colour, width } = item, opacity = lit ? 1 : 0.75;
  lines.set(index, {
    casing: line(lanePanes.casing, { color: lit ? INK : COLOURS.white, weight: width + (lit ? 3.6 : 2), opacity: lit ? 1 : 0.85 }),
    known: has(false) ? line(lanePanes.line, { color: colour, weight: width, opacity, className: "corridor known" }, false) : null,
    synthetic: has(true) ? line(lanePanes.line, {
      color: colour, weight: Math.max(1.4, width), opacity, lineCap: "butt", className: "corridor synthetic", dashArray: `${width + 3} ${width + 3}`,
    }, true) : null,
    rings: cached(undefined),
  });
  for (const each of ["casing", "known", "synthetic"]) if (lines.get(index)[each]) corridorLayer.addLayer(lines.get(index)[each]);
}
/* Lanes of the chosen corridor and its rivals, the chosen one on top; none where none is chosen. */
function drawLanes() {
  lanePanes = lanePanes || { casing: renderer("casing", 418), line: renderer("corridor", 420) };
  corridorLayer.clearLayers();
  lines = new Map();
  laned.clear();
  if (selected !== null && shown[selected]) for (const index of [selected, ...rivalsOf(selected)]) laned.add(index);
  lanesChanged();
  for (const index of [...laned].reverse()) drawCorridor(index, index === selected);
}
function light(index) {
  selected = index;
  drawLanes();
  fadeRoads();
  markRow(selected);
}
/* --- filters and the lit corridor --- */
function redrawCorridors() {
  drawRoads();
  drawLanes();
}
function select(index, latlng, fit) {
  const item = data.corridors.items[index], at = latlng || item.anchor;
  map.addLayer(corridorLayer);
  if (fit && at) {
    const above = narrow ? 190 : 250;
    map.fitBounds(courseBounds(index), { paddingTopLeft: [40, above], paddingBottomRight: [40, 40], maxZoom: 8, animate: false });
  }
  map.closePopup();
  light(index);
  if (at) {
    const opened = L.popup(popupOptions()).setLatLng(at).setContent(popup(item, data.corridors.fields));
    opened.on("remove", () => { if (selected === index) light(null); });
    opened.openOn(map);
  }
  document.getElementById("status").textContent = t("Selected: {title}, {hint}", { title: item.title, hint: item.hint });
}

/* --- the pointer: lanes lie close together, so the nearest within reach counts, not the topmost --- */
function nearest(point, reach) {
  let best = { distance: reach };
  const measure = (rings, half, found) => {
    for (const ring of rings) {
      if (!ring.box) ring.box = L.bounds(ring);
      const { min, max } = ring.box;
      if (point.x < min.x - reach || point.x > max.x + reach || point.y < min.y - reach || point.y > max.y + reach) continue;
      for (let index = 1; index < ring.length; index += 1) {
        const distance = Math.max(0, L.LineUtil.pointToSegmentDistance(point, ring[index - 1], ring[index]) - half);
        if (distance < best.distance) best = { distance, ...found(ring) };
      }
    }
  };
  lines.forEach((line, corridor) => measure(line.rings(), data.corridors.items[corridor].width / 2, () => ({ corridor })));
  if (best.corridor === undefined) for (const line of roadLines) measure(line._rings || [], line.options.weight / 2, (ring) => ({ stretch: ring.stretch }));
  return best;
}
function overMap(event) {
  return !tool && map.hasLayer(roadLayer) && !event.target.closest(".leaflet-control, .leaflet-popup, .leaflet-marker-icon");
}
function wirePointer() {
  const tip = L.tooltip({ direction: "top", offset: [0, -6], className: "over-corridor" });
  const container = map.getContainer();
  const clear = () => { map.closeTooltip(tip); container.classList.remove("on-corridor"); };
  const follow = oncePerFrame((event) => {
    const over = overMap(event) ? nearest(map.mouseEventToLayerPoint(event), 7) : {};
    const found = over.corridor !== undefined || over.stretch !== undefined;
    container.classList.toggle("on-corridor", Boolean(found));
    if (!found) return clear();
    tip.setLatLng(map.mouseEventToLatLng(event)).setContent(over.corridor === undefined ? roadHint(over.stretch) : hint(data.corridors.items[over.corridor]));
    map.openTooltip(tip);
  });
  container.addEventListener("pointermove", (event) => { if (event.pointerType !== "touch") follow(event); });
  container.addEventListener("pointerleave", clear);
  map.on("zoomstart movestart", clear);
  /* Leaflet closes popups on a click before this handler opens the next one. */
  map.on("click", (event) => {
    if (!event.originalEvent || !overMap(event.originalEvent)) return;
    const over = nearest(event.layerPoint, event.originalEvent.pointerType === "touch" ? 18 : 9);
    const corridor = over.corridor === undefined && over.stretch !== undefined ? corridorsOver(over.stretch)[0] : over.corridor;
    if (corridor === undefined) return;
    clear();
    select(corridor, event.latlng, false);
    showTab("corridors", false);
    revealRow(corridor);
  });
}
