/* Names, placed in order of weight. Each takes the free spot nearest its place that hides least of the
   corridors, and is left out where there is none: no name lies on another or on a symbol, none stands nearer to
   another symbol than to its own, and that of a country stays inside the country. */
let settleNames = () => {}, settleSoon = () => {};
const LINE = 14, BESIDE = 7;  // height of a name; from this distance on a line leads to it

function labelList() {
  const list = [];
  data.borders.filter((c) => c.modelled).forEach((country) => list.push({ text: country.name, at: country.label, kind: "country", from: 0, country }));
  for (const shape of ["areas", "gates", "crossings"]) {
    for (const item of [...data[shape].items].reverse().filter((each) => !each.minor)) {
      list.push({ text: item.title, at: item.at, kind: "place", item, from: shape === "crossings" && item.radius < 5 ? 5.5 : 0 });
    }
  }
  data.borders.filter((c) => !c.modelled).forEach((country) => list.push({ text: country.name, at: country.label, kind: "country ring", from: 0, country }));
  data.cities.forEach((c) => list.push({ text: c.name, at: c.at, kind: "city", from: 4.5 }));
  return list;
}
function drawLabels() {
  const layer = L.layerGroup(), on = quietPane("label", 610), below = quietPane("dot", 590);
  const fixed = { interactive: false, keyboard: false };
  const labels = labelList().map((label) => {
    const text = element("span", `${label.kind} hidden`, label.text);
    text.dir = "auto";
    layer.addLayer(L.marker(label.at, { ...fixed, pane: on, icon: L.divIcon({ html: text, className: "label", iconSize: [0, 0] }) }));
    if (label.kind !== "city") return { ...label, node: text };
    const dot = L.marker(label.at, { ...fixed, pane: below, icon: L.divIcon({ html: "", className: "dot", iconSize: [4, 4] }) });
    layer.addLayer(dot);
    return { ...label, node: text, dot };
  });
  const settle = () => { setAside(); if (map.hasLayer(layer)) settleLabels(labels); };
  const soon = oncePerFrame(settle);
  map.on("zoomend moveend viewreset resize overlayadd overlayremove", soon);
  seizureLayer.on("animationend spiderfied unspiderfied", soon);
  redrawn = soon;
  settleNames = settle;
  settleSoon = soon;
  return layer;
}
function boxAt(x, y, width, height) {
  return { x, y, width, left: x - 2, right: x + width + 2, top: y - 1, bottom: y + height + 1 };
}
/* How far a name is from a symbol: from the middle, and from the edge. */
function apart(box, { x, y, reach }) {
  const middle = Math.hypot(Math.max(box.x - x, 0, x - box.x - box.width), Math.max(box.y - y, 0, y - box.y - LINE));
  return { middle, edge: middle - reach };
}
/* A square reaches less far to its sides than to its corners: its own symbol counts as small, others as large. */
function nearerTo(box, own, other) {
  const mine = apart(box, { ...own, reach: 0.7 * own.reach }), theirs = apart(box, other);
  return mine.middle + 0.5 < theirs.middle && mine.edge + 0.5 < theirs.edge;
}

/* --- spots that a name may take, the best first --- */
const AROUND = [[1, 0], [-1, 0], [0.8, 0.6], [-0.8, 0.6], [0.8, -0.6], [-0.8, -0.6], [0, 1], [0, -1], [0.4, 0.9], [-0.4, 0.9], [0.4, -0.9], [-0.4, -0.9]];
function spotsAround({ x, y, reach }, width) {
  return [4, 8, 14, 22, 30].flatMap((gap) => AROUND.map(([right, down]) => {
    const far = reach + gap, left = right > 0.5 ? 0 : right < -0.5 ? -width : (right - 1) * width / 2;
    const lift = Math.abs(down) > 0.7 ? (down > 0 ? -2 : 2 - LINE) : -LINE / 2;
    return boxAt(x + far * (Math.abs(right) > 0.5 ? right : 0) + left, y + far * down + lift, width, LINE);
  }));
}
/* The ground of a country on the screen: its rings in pixels, worked out once for each zoom. */
function groundOf(label) {
  const origin = map.getPixelOrigin(), key = `${map.getZoom()} ${origin.x} ${origin.y}`;
  if (!label.ground || label.ground.key !== key) {
    const rings = label.country.rings.flat().map((ring) => ring.map((at) => map.latLngToLayerPoint(at)));
    label.ground = { key, rings: rings.map((ring) => ({ ring, box: L.bounds(ring) })) };
  }
  return label.ground.rings;
}
function spotsInside(label, width, frame) {
  const bounds = L.bounds([]);
  for (const { box } of groundOf(label)) {
    if (box.intersects(frame)) bounds.extend(box.min).extend(box.max);
  }
  if (!bounds.isValid()) return [];
  const left = Math.max(bounds.min.x, frame.min.x) + 3, right = Math.min(bounds.max.x, frame.max.x) - width - 3;
  const top = Math.max(bounds.min.y, frame.min.y) + 2, bottom = Math.min(bounds.max.y, frame.max.y) - LINE - 2;
  const home = map.latLngToLayerPoint(label.at), spots = [], across = Math.max(16, (right - left) / 24), down = Math.max(9, (bottom - top) / 24);
  const first = boxAt(home.x - width / 2, home.y - LINE / 2, width, LINE);
  for (let x = left; x <= right; x += across) for (let y = top; y <= bottom; y += down) spots.push(boxAt(x, y, width, LINE));
  const far = (box) => Math.hypot(box.x - first.x, 2 * (box.y - first.y));
  return [first, ...spots.sort((a, b) => far(a) - far(b))];
}
/* No edge of the country passes through the box, and its middle is inside. */
function standsInside(label, box) {
  const at = { x: box.x + box.width / 2, y: box.y + LINE / 2 };
  let inside = false;
  for (const { ring, box: round } of groundOf(label)) {
    if (round.max.x < box.left || round.min.y > box.bottom || round.max.y < box.top) continue;
    for (let i = 1; i < ring.length; i += 1) {
      const p = ring[i - 1], q = ring[i];
      if ((p.y > at.y) !== (q.y > at.y) && at.x < p.x + (at.y - p.y) / (q.y - p.y) * (q.x - p.x)) inside = !inside;
      if (passes(p, q, box)) return false;
    }
  }
  return inside;
}
function passes(p, q, { left, right, top, bottom }) {
  if (Math.max(p.x, q.x) < left || Math.min(p.x, q.x) > right || Math.max(p.y, q.y) < top || Math.min(p.y, q.y) > bottom) return false;
  const side = (x, y) => Math.sign((q.x - p.x) * (y - p.y) - (q.y - p.y) * (x - p.x));
  const sides = [side(left, top), side(right, top), side(left, bottom), side(right, bottom)];
  return !(sides.every((each) => each > 0) || sides.every((each) => each < 0));
}

/* --- what lies where --- */
function frameOf() {
  return L.bounds(map.containerPointToLayerPoint([0, 0]), map.containerPointToLayerPoint(map.getSize()));
}
/* Buttons and scale lie over the map; a name under them would be cut off. */
function controlBoxes() {
  const frame = map.getContainer().getBoundingClientRect(), corner = map.containerPointToLayerPoint([0, 0]);
  return [...map.getContainer().querySelectorAll(".leaflet-control")].map((node) => {
    const { left, top, width, height } = node.getBoundingClientRect();
    return { left: left - frame.left + corner.x - 2, right: left - frame.left + corner.x + width + 2, top: top - frame.top + corner.y - 1, bottom: top - frame.top + corner.y + height + 1 };
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
const overlap = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
const covers = (box, symbol) => apart(box, symbol).edge < 1;

/* The line from a symbol's edge to a name that stands off; null if something lies on its way. */
function leaderTo(box, own, others, taken) {
  const to = { x: Math.min(Math.max(own.x, box.x), box.x + box.width), y: Math.min(Math.max(own.y, box.y + 2), box.y + LINE - 2) };
  const length = Math.hypot(to.x - own.x, to.y - own.y), from = { x: own.x + (to.x - own.x) * own.reach / length, y: own.y + (to.y - own.y) * own.reach / length };
  for (let part = 0; part <= 1; part += 0.125) {
    const x = from.x + (to.x - from.x) * part, y = from.y + (to.y - from.y) * part;
    if (others.some((other) => Math.hypot(x - other.x, y - other.y) < other.reach + 1)) return null;
    if (taken.some((each) => x > each.left && x < each.right && y > each.top && y < each.bottom)) return null;
  }
  return { from, to };
}
function settleLabels(labels) {
  const state = { symbols: symbolsSeen(), taken: controlBoxes(), cells: corridorCells(), frame: frameOf(), named: [] };
  const widths = labels.map((label) => label.node.offsetWidth);  // all at once: the browser lays out the page once
  labels.forEach((label, index) => {
    const spot = map.getZoom() >= label.from ? spotFor(label, widths[index], state) : null;
    label.node.classList.toggle("hidden", !spot);
    if (label.dot) label.dot.getElement().classList.toggle("hidden", !spot);
    if (!spot) return;
    state.taken.push(spot.box);
    if (spot.own) state.named.push(spot);
    if (label.dot) state.symbols.push(spot.own);
    if (spot.leader) drawLeader(spot.leader.from, spot.leader.to, false);
    const origin = map.latLngToLayerPoint(label.at);
    label.node.style.left = `${spot.box.x - origin.x}px`;
    label.node.style.top = `${spot.box.y - origin.y}px`;
  });
}
function spotFor(label, width, state) {
  const { frame, taken, symbols, cells } = state;
  const free = (a) => a.left >= frame.min.x && a.right <= frame.max.x && a.top >= frame.min.y && a.bottom <= frame.max.y
    && !taken.some((b) => overlap(a, b)) && !symbols.some((each) => covers(a, each));
  let best = null, least = Infinity;
  const consider = (box, cost, fits) => {
    if (cost >= least || !free(box)) return;
    const whole = cost + 1.5 * hides(box, cells);
    if (whole >= least) return;
    const found = fits(box);
    if (found) { best = { box, ...found }; least = whole; }
  };
  if (label.country) {
    spotsInside(label, width, frame).forEach((box, order) => consider(box, order / 8, () => (standsInside(label, box) ? {} : null)));
    return best;
  }
  const own = ownSymbol(label, state);
  if (!own) return null;
  const others = symbols.filter((each) => each !== own);
  spotsAround(own, width).forEach((box, order) => consider(box, order, () => {
    if (!others.every((other) => nearerTo(box, own, other))) return null;
    if (apart(box, own).edge <= BESIDE) return { own };
    const leader = leaderTo(box, own, others, taken);
    return leader && { own, leader };
  }));
  return best;
}
/* The symbol that a name belongs to. The dot of a city is drawn only where nothing covers it, and where no name
   that is placed already would seem to be that of the city. */
function ownSymbol(label, { symbols, frame, taken, named }) {
  if (label.item) {
    const own = symbols.find((each) => each.layer && each.layer.options.item === label.item);
    return own && frame.contains(L.point(own.x, own.y)) ? own : null;
  }
  const { x, y } = map.latLngToLayerPoint(label.at), dot = { x, y, reach: 2 };
  if (!frame.contains(L.point(x, y)) || !clearOf(x, y, 2, symbols)) return null;
  if (taken.some((each) => x > each.left - 3 && x < each.right + 3 && y > each.top - 3 && y < each.bottom + 3)) return null;
  return named.every(({ box, own }) => nearerTo(box, own, dot)) ? dot : null;
}
