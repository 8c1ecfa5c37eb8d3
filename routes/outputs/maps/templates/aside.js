/* Symbols on the screen, and seizures that are set aside where they would cover a place or one another.

   A symbol is a circle here: middle and reach in pixels of the layer. A thin line leads from a seizure that was
   set aside to the place where it was made. */
const CLEAR = 1;
let leaders = null;

function reachOf(layer) {
  const icon = layer._iconObj || layer.options.icon;
  return icon.options.reach === undefined ? Math.max(...icon.options.iconSize) / 2 : icon.options.reach;
}
/* Everything that can be pressed on the map, as far as it is in view. */
function symbolsSeen() {
  const found = [], view = L.bounds(map.containerPointToLayerPoint([-40, -40]), map.containerPointToLayerPoint(map.getSize().add([40, 40])));
  map.eachLayer((layer) => {
    if (!(layer instanceof L.Marker) || !layer._icon || layer.options.pane !== "markerPane") return;
    const home = map.latLngToLayerPoint(layer.getLatLng());
    if (!view.contains(home)) return;
    const seizure = seizureLayer !== null && (layer instanceof L.MarkerCluster || layer.options.seizure);
    const moved = seizure && layer.aside ? layer.aside : { x: 0, y: 0 };
    found.push({ layer, seizure, home, reach: reachOf(layer), x: home.x + moved.x, y: home.y + moved.y });
  });
  return found;
}
function clearOf(x, y, reach, taken) {
  return taken.every((other) => Math.hypot(x - other.x, y - other.y) >= reach + other.reach + CLEAR);
}
/* The nearest free spot, tried first on the side away from what is covered. */
function spotAside({ home, reach }, taken) {
  if (clearOf(home.x, home.y, reach, taken)) return home;
  const covered = taken.reduce((a, b) => (Math.hypot(b.x - home.x, b.y - home.y) - b.reach < Math.hypot(a.x - home.x, a.y - home.y) - a.reach ? b : a));
  const away = Math.atan2(home.y - covered.y, home.x - covered.x);
  for (let far = 4; far <= 120; far += 4) {
    for (let turn = 0; turn < 16; turn += 1) {
      const angle = away + (turn % 2 ? 1 : -1) * Math.ceil(turn / 2) * Math.PI / 8;
      const x = home.x + far * Math.cos(angle), y = home.y + far * Math.sin(angle);
      if (clearOf(x, y, reach, taken)) return { x, y };
    }
  }
  return home;
}
function shiftIcon({ layer, home }, spot) {
  layer.aside = { x: spot.x - home.x, y: spot.y - home.y };
  const [width, height] = (layer._iconObj || layer.options.icon).options.iconSize;
  layer._icon.style.marginLeft = `${layer.aside.x - width / 2}px`;
  layer._icon.style.marginTop = `${layer.aside.y - height / 2}px`;
}
function setAside() {
  const seen = symbolsSeen(), taken = seen.filter((each) => !each.seizure);
  leaders.replaceChildren();
  /* A cluster that is spread out has its own order. */
  const fanned = seizureLayer && seizureLayer._spiderfied;
  const order = seen.filter((each) => each.seizure).sort((a, b) => b.reach - a.reach || a.home.y - b.home.y || a.home.x - b.home.x);
  for (const each of order) {
    const spot = fanned ? each.home : spotAside(each, taken);
    shiftIcon(each, spot);
    taken.push({ ...spot, reach: each.reach });
    if (spot !== each.home) drawLeader(each.home, spot, true);
  }
}
function drawLeader(from, to, dotted) {
  leaders.append(drawing("line", { x1: from.x, y1: from.y, x2: to.x, y2: to.y, stroke: INK, "stroke-width": 1 }));
  if (dotted) leaders.append(drawing("circle", { cx: from.x, cy: from.y, r: 1.8, fill: INK }));
}
function prepareLeaders() {
  leaders = drawing("svg", { width: 1, height: 1, "aria-hidden": "true", class: "leaders" });
  map.getPane(quietPane("leader", 596)).append(leaders);
  map.on("zoomstart", () => leaders.replaceChildren());
}
