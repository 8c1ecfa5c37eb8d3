/* Corridors on the map: their lines, what the pointer is over, and the one that is lit. */
const FEW = 150;  // up to here lines are vectors, which print sharply; more are painted, which is faster
const corridorLayer = L.layerGroup(), bandLayer = L.layerGroup(), restLayer = L.layerGroup();
const lines = [];  // of every corridor: band, casing, known, synthetic
let restLine = null, redrawn = () => {};

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
  const on = quietPane(name, level), many = courses.length > FEW;
  const made = many ? L.canvas({ pane: on, padding: 0.3 }) : L.svg({ pane: on, padding: 0.5 });
  return { pane: on, renderer: made };
}
function courseBounds(corridor) {
  return L.latLngBounds(courses[corridor].flatMap((step) => data.corridors.stretches[stretchOf(step)]));
}
function drawCorridor(item, index, on) {
  const bounds = courseBounds(index);
  if (!bounds.isValid()) { lines[index] = null; return; }
  const rings = {};
  /* Four lines ask for the same rings: work them out once. */
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
  lines[index] = {
    band: line(on.band, { color: item.colour, weight: item.band, opacity: BAND, lineCap: "butt", className: "band" }),
    casing: line(on.casing, { color: COLOURS.white, weight: item.width + 2, opacity: 0.85 }),
    known: has(false) ? line(on.line, { color: item.colour, weight: item.width, opacity: 1, className: "corridor known" }, false) : null,
    synthetic: has(true) ? line(on.line, {
      color: item.colour, weight: Math.max(1.4, item.width), lineCap: "butt", className: "corridor synthetic",
      dashArray: `${item.width + 3} ${item.width + 3}`,
    }, true) : null,
    rings: cached(undefined),
  };
  addLines(index);
}
const BAND = 0.3;
function eachLine(index, work) {
  const { casing, known, synthetic } = lines[index];
  for (const line of [casing, known, synthetic]) if (line) work(line);
}
function addLines(index) {
  bandLayer.addLayer(lines[index].band);
  eachLine(index, (line) => corridorLayer.addLayer(line));
}
function removeLines(index) {
  bandLayer.removeLayer(lines[index].band);
  eachLine(index, (line) => corridorLayer.removeLayer(line));
}
function drawCorridors() {
  const on = { band: renderer("band", 412), casing: renderer("casing", 414), rest: renderer("rest", 416), line: renderer("corridor", 420) };
  for (let index = courses.length - 1; index >= 0; index -= 1) drawCorridor(data.corridors.items[index], index, on);
  if (courses.length <= data.lanes.most) return;
  restLine = new LaneLine(data.view, {
    ...on.rest, interactive: false, smoothFactor: 0, color: COLOURS.rest, weight: data.lanes.rest, opacity: 0.9, className: "rest",
    rings: restRings,
  });
  restLayer.addLayer(restLine);
  corridorLayer.addLayer(restLayer);
}

/* --- filters and the lit corridor --- */
function redrawCorridors() {
  lanesChanged();
  lines.forEach((line, index) => {
    if (!line) return;
    if (!shown[index]) return removeLines(index);
    addLines(index);
    for (const each of [line.band, line.casing, line.known, line.synthetic]) if (each && each._map) each._reset();
  });
  if (restLine && restLine._map) restLine._reset();
  stack();
  redrawn();
}
function stack() {
  if (!map.hasLayer(corridorLayer)) return;
  for (let index = lines.length - 1; index >= 0; index -= 1) if (lines[index] && shown[index]) raise(index);
  if (selected !== null && lines[selected] && shown[selected]) raise(selected);
}
function raise(index) {
  eachLine(index, (line) => { if (line._map) line.bringToFront(); });
}
function paint() {
  lines.forEach((line, index) => {
    if (!line) return;
    const item = data.corridors.items[index], lit = index === selected, faded = selected !== null && !lit;
    line.band.setStyle({ opacity: faded ? 0.05 : lit ? 0.38 : BAND });
    line.casing.setStyle({ color: lit ? INK : COLOURS.white, weight: item.width + (lit ? 3.6 : 2), opacity: faded ? 0.3 : lit ? 1 : 0.85 });
    if (line.known) line.known.setStyle({ opacity: faded ? 0.28 : 1 });
    if (line.synthetic) line.synthetic.setStyle({ opacity: faded ? 0.28 : 1 });
  });
  if (restLine) restLine.setStyle({ opacity: selected === null ? 0.9 : 0.3 });
  markRow(selected);
}
/* Where many share a road, lighting one that had no lane of its own gives it one. */
function needsLane(index) {
  return index !== null && usersOf.some((users) => users.length > data.lanes.most && users.some((user) => user.corridor === index));
}
function light(index) {
  const before = selected;
  selected = index;
  if (needsLane(before) || needsLane(index)) redrawCorridors(); else stack();
  paint();
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
  lines.forEach((line, corridor) => {
    if (line && shown[corridor]) measure(line.rings(), data.corridors.items[corridor].width / 2, () => ({ corridor }));
  });
  if (restLine && restLine._map) measure(restLine._rings, 1.5, (ring) => ({ rest: lanesNow().lanes[ring.stretch].rest }));
  return best;
}
function overMap(event) {
  return map.hasLayer(corridorLayer) && !event.target.closest(".leaflet-control, .leaflet-popup, .leaflet-marker-icon");
}
function wirePointer() {
  const tip = L.tooltip({ direction: "top", offset: [0, -6], className: "over-corridor" });
  const container = map.getContainer();
  const clear = () => { map.closeTooltip(tip); container.classList.remove("on-corridor"); };
  const follow = oncePerFrame((event) => {
    const over = overMap(event) ? nearest(map.mouseEventToLayerPoint(event), 7) : {};
    const found = over.corridor !== undefined || over.rest;
    container.classList.toggle("on-corridor", Boolean(found));
    if (!found) return clear();
    tip.setLatLng(map.mouseEventToLatLng(event)).setContent(over.rest ? restHint(over.rest) : hint(data.corridors.items[over.corridor]));
    map.openTooltip(tip);
  });
  container.addEventListener("pointermove", (event) => { if (event.pointerType !== "touch") follow(event); });
  container.addEventListener("pointerleave", clear);
  map.on("zoomstart movestart", clear);
  /* Leaflet closes popups on a click before this handler opens the next one. */
  map.on("click", (event) => {
    if (!event.originalEvent || !overMap(event.originalEvent)) return;
    const over = nearest(event.layerPoint, event.originalEvent.pointerType === "touch" ? 18 : 9);
    const corridor = over.rest ? over.rest[0] : over.corridor;
    if (corridor === undefined) return;
    clear();
    select(corridor, event.latlng, false);
    revealRow(corridor);
  });
}
function restHint(rest) {
  const share = rest.reduce((sum, corridor) => sum + data.corridors.items[corridor].share, 0);
  return hint({
    title: tn("{n} further corridor", "{n} further corridors", rest.length), hint: t("{share} together", { share: percent(share) }),
  });
}
