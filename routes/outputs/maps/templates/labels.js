/* Names, placed in order of weight. Each takes the free spot nearest its place that hides least of the
   corridors, and is left out where there is none: no name lies on another, or on a symbol. */
let settleNames = () => {};

function labelList() {
  const list = [];
  const add = (text, at, kind, radius, from) => list.push({ text, at, kind, radius, from });
  data.borders.filter((c) => c.modelled).forEach((c) => add(c.name, c.label, "country", 0, 0));
  for (const shape of ["areas", "gates", "crossings"]) {
    for (const item of [...data[shape].items].reverse().filter((each) => !each.minor)) {
      add(item.title, item.at, "place", item.radius, shape === "crossings" && item.radius < 5 ? 5.5 : 0);
    }
  }
  data.borders.filter((c) => !c.modelled).forEach((c) => add(c.name, c.label, "country ring", 0, 0));
  data.cities.forEach((c) => add(c.name, c.at, "city", 2, 4.5));
  return list;
}
function drawLabels() {
  const layer = L.layerGroup(), on = quietPane("label", 610);
  const fixed = { pane: on, interactive: false, keyboard: false };
  const labels = labelList().map((label) => {
    const text = element("span", label.kind, label.text);
    text.dir = "auto";
    layer.addLayer(L.marker(label.at, { ...fixed, icon: L.divIcon({ html: text, className: "label", iconSize: [0, 0] }) }));
    if (label.kind !== "city") return { ...label, node: text };
    const dot = L.marker(label.at, { ...fixed, icon: L.divIcon({ html: "", className: "dot", iconSize: [4, 4] }) });
    layer.addLayer(dot);
    return { ...label, node: text, dot };
  });
  const settle = () => { if (map.hasLayer(layer)) settleLabels(labels); };
  const soon = oncePerFrame(settle);
  map.on("zoomend moveend viewreset resize overlayadd overlayremove", soon);
  seizureLayer.on("animationend spiderfied unspiderfied", soon);
  redrawn = soon;
  settleNames = settle;
  return layer;
}
function boxAt(x, y, width, height) {
  return { x, y, left: x - 2, right: x + width + 2, top: y - 1, bottom: y + height + 1 };
}
function spots(label) {
  const { x, y } = map.latLngToLayerPoint(label.at), width = label.node.offsetWidth, r = label.radius, middle = y - 7;
  if (label.kind.startsWith("country")) {
    return [0, 18, -18, 36, -36, 54, -54].flatMap((down) => [0, 40, -40].map((right) => boxAt(x - width / 2 + right, middle + down, width, 14)));
  }
  const found = [];
  for (const gap of [r + 4, Math.max(r, 13) + 4, Math.max(r, 13) + 14, Math.max(r, 13) + 26]) {
    const slant = gap * 0.6;
    found.push(
      boxAt(x + gap, middle, width, 14), boxAt(x - gap - width, middle, width, 14),
      boxAt(x + slant, y + slant - 2, width, 14), boxAt(x - slant - width, y + slant - 2, width, 14),
      boxAt(x + slant, y - slant - 12, width, 14), boxAt(x - slant - width, y - slant - 12, width, 14),
      boxAt(x - width / 2, y + gap - 2, width, 14), boxAt(x - width / 2, y - gap - 12, width, 14),
    );
  }
  return found;
}
function symbolBoxes() {
  return [...map.getPane("markerPane").children].map((node) => {
    const { x, y } = L.DomUtil.getPosition(node), half = node.offsetWidth / 2 - 2;
    return boxAt(x - half, y - half, 2 * half, 2 * half);
  });
}
/* Buttons and scale lie over the map; a name under them would be cut off. */
function controlBoxes() {
  const frame = map.getContainer().getBoundingClientRect(), corner = map.containerPointToLayerPoint([0, 0]);
  return [...map.getContainer().querySelectorAll(".leaflet-control")].map((node) => {
    const { left, top, width, height } = node.getBoundingClientRect();
    return boxAt(left - frame.left + corner.x, top - frame.top + corner.y, width, height);
  });
}
/* Which squares of the screen a road with inflow passes. */
const CELL = 7;
function corridorCells() {
  const cells = new Set();
  for (const ring of roadRings()) {
    for (let at = 1; at < ring.length; at += 1) {
      const from = ring[at - 1], to = ring[at], count = Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / CELL) || 1;
      for (let part = 0; part <= count; part += 1) {
        const x = from.x + (to.x - from.x) * part / count, y = from.y + (to.y - from.y) * part / count;
        cells.add(Math.floor(x / CELL) * 1e5 + Math.floor(y / CELL));
      }
    }
  }
  return cells;
}
function hides(box, cells) {
  let count = 0;
  for (let x = Math.floor(box.left / CELL); x <= box.right / CELL; x += 1) {
    for (let y = Math.floor(box.top / CELL); y <= box.bottom / CELL; y += 1) count += cells.has(x * 1e5 + y);
  }
  return count;
}
function settleLabels(labels) {
  const taken = [...symbolBoxes(), ...controlBoxes()], cells = corridorCells(), seen = map.getBounds().pad(0.1);
  const corner = map.containerPointToLayerPoint([0, 0]), end = corner.add(map.getSize());
  const inside = (a) => a.left >= corner.x && a.right <= end.x && a.top >= corner.y && a.bottom <= end.y;
  const free = (a) => inside(a) && !taken.some((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom);
  for (const label of labels) {
    const wanted = map.getZoom() >= label.from && seen.contains(label.at);
    let best = null, least = Infinity;
    for (const [order, spot] of (wanted ? spots(label) : []).entries()) {
      if (order >= least) break;
      const cost = order + 1.5 * hides(spot, cells);
      if (cost < least && free(spot)) { best = spot; least = cost; }
    }
    label.node.classList.toggle("hidden", !best);
    if (label.dot) label.dot.getElement().classList.toggle("hidden", !best);
    if (!best) continue;
    taken.push(best);
    const origin = map.latLngToLayerPoint(label.at);
    label.node.style.left = `${best.x - origin.x}px`;
    label.node.style.top = `${best.y - origin.y}px`;
  }
}
