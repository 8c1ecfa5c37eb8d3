/* The page, in the order in which things lie on one another. */
wireLanguages();
if (narrow || low) document.getElementById("legend").open = false;
map.invalidateSize({ animate: false });
map.setMinZoom(3).setMaxZoom(data.tiles ? 14 : 11);
if (data.tiles) { drawTiles(); document.documentElement.dataset.tiles = "tiles"; }
drawLand();
const highways = drawHighways();
fitView();
prepareLeaders();
const minor = L.layerGroup();
const overlays = {
  [t("Corridors")]: L.layerGroup([roadLayer, corridorLayer]),
  [t("90 % interval")]: rimLayer,
  [t("Gates")]: drawPlaces("gates", minor),
  [t("Crossings")]: drawPlaces("crossings", minor),
  [t("Processing areas")]: drawPlaces("areas", minor),
  [data.minor]: minor,
  [t("Seizures")]: drawSeizures(),
  [t("Where to stand")]: data.patrol ? drawPatrol() : L.layerGroup(),
  [t("Posts")]: data.posts ? drawPosts() : changeLayer,
  [t("Notes at places")]: noteLayer,
  [t("Highways")]: highways,
  [t("Names")]: drawLabels(),
};
if (!data.roads.length) delete overlays[t("Highways")];
if (!data.flow.rims) delete overlays[t("90 % interval")];
if (!data.posts && !ANSWER) delete overlays[t("Posts")];
const patrol = overlays[t("Where to stand")];
if (!data.patrol) delete overlays[t("Where to stand")];
for (const layer of Object.values(overlays)) if (layer !== minor && layer !== patrol) layer.addTo(map);
addControls(overlays);
new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(map.getContainer());
if (ANSWER) measureInflow = inflowAnswered;
redrawCorridors();
wirePointer();
wirePopups();
wireTabs();
wireChokepoints();
if (rows.length) { wireSorting(); wireRows(); }
wireFilters();
if (ANSWER) wireAnswer();
wirePrinting();
wireTheme();
wireTools();
wireSearch();
wireSaving();
if (data.posts) wireStates();
nameClusters();
settleNames();
whenLanguageTurns(() => settleNames());
wireState();
wireFigure();
document.documentElement.dataset.ready = "true";
