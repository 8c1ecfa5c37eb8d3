/* Seizures, in clusters where they lie close together. */
const seizureMarkers = [];
let seizureLayer = null;

function seizureIcon(used, flagged) {
  const look = used
    ? `r="5.2" fill="${SYMBOLS.used.colour}" stroke="${flagged ? INK : COLOURS.white}" stroke-width="${flagged ? 1.8 : 1.5}"`
    : `r="4.6" fill="${COLOURS.white}" stroke="${SYMBOLS.unused.colour}" stroke-width="2"`;
  const ring = !used && flagged ? `<circle cx="9" cy="9" r="6.6" fill="none" stroke="${INK}" stroke-width="1.6"/>` : "";
  const html = `<svg width="18" height="18" aria-hidden="true"><circle cx="9" cy="9" ${look}/>${ring}</svg>`;
  return L.divIcon({ html, className: "symbol seizure", iconSize: [18, 18] });
}
function clusterIcon(cluster) {
  const count = cluster.getChildCount(), size = 20 + Math.min(16, 2 * Math.sqrt(count));
  return L.divIcon({ html: element("span", "", String(count)), className: "cluster", iconSize: [size, size] });
}
function drawSeizures() {
  /* Four looks are enough for all; an icon of its own for each marker would be ten thousand objects. */
  const icons = [false, true].map((used) => [false, true].map((flagged) => seizureIcon(used, flagged)));
  seizureLayer = L.markerClusterGroup({
    maxClusterRadius: 22, iconCreateFunction: clusterIcon, showCoverageOnHover: false, animate: false,
    spiderLegPolylineOptions: { weight: 1.2, color: INK, opacity: .6 }, spiderfyDistanceMultiplier: 1.1,
  });
  for (const item of data.seizures.items) {
    seizureMarkers.push(marker(item, data.seizures.fields, icons[Number(item.used)][Number(item.flagged)], 500));
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
