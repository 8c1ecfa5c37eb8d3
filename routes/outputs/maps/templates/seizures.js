/* Seizures, in clusters where they lie close together. */
const seizureMarkers = [];
let seizureLayer = null;

function seizureIcon(used, flagged) {
  const look = used
    ? `r="5.2" fill="${SYMBOLS.used.colour}" stroke="${flagged ? INK : COLOURS.white}" stroke-width="${flagged ? 1.8 : 1.5}"`
    : `r="4.6" fill="${COLOURS.white}" stroke="${SYMBOLS.unused.colour}" stroke-width="2"`;
  const ring = !used && flagged ? `<circle cx="12" cy="12" r="6.6" fill="none" stroke="${INK}" stroke-width="1.6"/>` : "";
  const html = `<svg width="24" height="24" aria-hidden="true"><circle cx="12" cy="12" ${look}/>${ring}</svg>`;
  return L.divIcon({ html, className: "symbol seizure", iconSize: [24, 24], reach: 7 });
}
function clusterIcon(cluster) {
  const count = cluster.getChildCount(), size = 24 + Math.min(14, 2 * Math.floor(Math.sqrt(count)));
  return L.divIcon({ html: element("span", "", String(count)), className: "cluster", iconSize: [size, size] });
}
function drawSeizures() {
  /* Four looks are enough for all; an icon of its own for each marker would be ten thousand objects. */
  const icons = [false, true].map((used) => [false, true].map((flagged) => seizureIcon(used, flagged)));
  seizureLayer = L.markerClusterGroup({
    maxClusterRadius: 30, iconCreateFunction: clusterIcon, showCoverageOnHover: false, animate: false,
    spiderLegPolylineOptions: { weight: 1.2, color: INK, opacity: .6 }, spiderfyDistanceMultiplier: 1.1,
  });
  for (const item of data.seizures.items) {
    const made = marker(item, data.seizures.fields, icons[Number(item.used)][Number(item.flagged)], 500);
    made.options.seizure = true;
    seizureMarkers.push(made);
  }
  seizureLayer.addLayers(seizureMarkers);
  return seizureLayer;
}
/* The cluster group says "button" of a cluster but not what it does. */
function nameClusters() {
  seizureLayer.on("add animationend", nameSeen);
  map.on("zoomend moveend", nameSeen);
  nameSeen();
}
function nameSeen() {
  for (const node of map.getPane("markerPane").querySelectorAll(".cluster:not([aria-label])")) {
    const n = Number(node.textContent);
    node.setAttribute("aria-label", tn("{n} seizure, press to zoom in", "{n} seizures, press to zoom in", n));
  }
}
