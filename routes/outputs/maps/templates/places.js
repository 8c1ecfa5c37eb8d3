/* Gates, crossings and processing areas: shape for the kind, area for the share. */
function outlineOf(shape, centre, radius) {
  const points = SYMBOLS[shape].corners.map(([x, y]) => `${centre + radius * x} ${centre + radius * y}`);
  return drawing("path", { d: `M${points.join("L")}Z` });
}
function symbol(shape, item) {
  const size = Math.max(24, 2.6 * item.radius + 4), centre = size / 2;
  const svg = drawing("svg", { width: size, height: size, "aria-hidden": "true" });
  const outline = outlineOf(shape, centre, item.radius);
  const { colour } = SYMBOLS[shape], shut = item.status === "closed";
  const look = { fill: shut ? COLOURS.white : colour, "fill-opacity": .82, stroke: shut ? colour : INK, "stroke-width": shut ? 2 : 1.4 };
  if (item.status === "restricted") look["stroke-dasharray"] = "3 2.4";
  for (const [name, value] of Object.entries(look)) outline.setAttribute(name, value);
  svg.append(outline);
  if (shut) {
    const half = item.radius * .6;
    svg.append(drawing("path", { d: `M${centre - half} ${centre}h${2 * half}`, stroke: INK, "stroke-width": 2.4 }));
  }
  return L.divIcon({ html: svg, className: "symbol", iconSize: [size, size], reach: 1.25 * item.radius });
}
const placeMarkers = { gates: [], crossings: [], areas: [] };
/* Taken off and put on again, so that a marker's name for screen readers is renewed as well. */
function renewPlace(entry, shape) {
  const { item } = entry.made.options;
  entry.layer.removeLayer(entry.made);
  entry.layer = item.minor ? entry.minor : entry.own;
  entry.made.options.icon = symbol(shape, item);
  entry.layer.addLayer(entry.made);
}
function renewPlaces(shape) {
  for (const entry of placeMarkers[shape]) renewPlace(entry, shape);
}
function drawPlaces(shape, minor) {
  const layer = L.layerGroup();
  for (const item of data[shape].items) {
    item.shape = shape;
    const made = marker(item, data[shape].fields, symbol(shape, item), Math.round(-item.radius * 20), placePopup);
    const where = item.minor ? minor : layer;
    where.addLayer(made);
    const entry = { made, layer: where, own: layer, minor };
    placeMarkers[shape].push(entry);
    markerOf.set(item.id, entry);
  }
  return layer;
}
