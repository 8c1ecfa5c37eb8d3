/* The page, in the order in which things lie on one another. */
map.setMinZoom(3).setMaxZoom(data.tiles ? 14 : 11);
if (data.tiles) drawTiles();
drawLand();
const highways = drawHighways();
fitView();
drawCorridors();
const minor = L.layerGroup();
const overlays = {
  "Corridors": corridorLayer,
  "90 % interval": bandLayer,
  "Gates": drawPlaces("gates", minor),
  "Crossings": drawPlaces("crossings", minor),
  "Processing areas": drawPlaces("areas", minor),
  [data.minor]: minor,
  "Seizures": drawSeizures(),
  "Posts": data.posts ? drawPosts() : L.layerGroup(),
  "Highways": highways,
  "Names": drawLabels(),
};
if (!data.roads.length) delete overlays.Highways;
if (data.posts) delete overlays["90 % interval"]; else delete overlays.Posts;
for (const layer of Object.values(overlays)) if (layer !== minor) layer.addTo(map);
addControls(overlays);
corridorLayer.on("add", stack);
map.on("overlayadd", ({ layer }) => { if (layer === corridorLayer) stack(); });
new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(map.getContainer());
stack();
wirePointer();
wirePopups();
if (rows.length) { wireSorting(); wireRows(); }
wireFilters();
wirePrinting();
if (data.posts) wireStates();
nameClusters();
settleNames();
document.documentElement.dataset.ready = "true";
