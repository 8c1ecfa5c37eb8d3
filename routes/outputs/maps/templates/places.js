/* Gates, crossings and processing areas: shape for the kind, area for the share. */
const outlines = {
  gates: (c, r) => drawing("rect", { x: c - r * .886, y: c - r * .886, width: r * 1.772, height: r * 1.772, rx: 1 }),
  crossings: (c, r) => drawing("circle", { cx: c, cy: c, r }),
  areas: (c, r) => drawing("path", { d: `M${c} ${c - r * 1.253}l${r * 1.253} ${r * 1.253} ${-r * 1.253} ${r * 1.253} ${-r * 1.253} ${-r * 1.253}z` }),
};
function symbol(shape, item) {
  const size = Math.max(18, 2.6 * item.radius + 4), centre = size / 2;
  const svg = drawing("svg", { width: size, height: size, "aria-hidden": "true" });
  const outline = outlines[shape](centre, item.radius);
  const look = { fill: "#fff", "fill-opacity": .82, stroke: INK, "stroke-width": 1.6 };
  if (item.status === "restricted") look["stroke-dasharray"] = "3 2.4";
  for (const [name, value] of Object.entries(look)) outline.setAttribute(name, value);
  svg.append(outline);
  if (item.status === "closed") {
    const half = item.radius * .6;
    svg.append(drawing("path", { d: `M${centre - half} ${centre}h${2 * half}`, stroke: INK, "stroke-width": 2.4 }));
  }
  return L.divIcon({ html: svg, className: "symbol", iconSize: [size, size] });
}
const placeMarkers = { gates: [], crossings: [], areas: [] };
/* Taken off and put on again, so that a marker's name for screen readers is renewed as well. */
function renewPlaces(shape) {
  for (const { made, layer } of placeMarkers[shape]) {
    layer.removeLayer(made);
    made.options.icon = symbol(shape, made.options.item);
    layer.addLayer(made);
  }
}
function drawPlaces(shape, minor) {
  const layer = L.layerGroup();
  for (const item of data[shape].items) {
    const made = marker(item, data[shape].fields, symbol(shape, item), Math.round(-item.radius * 20));
    const where = item.minor ? minor : layer;
    where.addLayer(made);
    placeMarkers[shape].push({ made, layer: where });
  }
  return layer;
}
