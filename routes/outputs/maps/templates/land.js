/* Borders and highways, or the tiles of a server where the page was made with one. What is not sea inside the
   box of the data is no sea either: the ground of the map is hatched there. */
function drawTiles() {
  const attribution = element("span", "", data.tiles.attribution).innerHTML;
  L.tileLayer(data.tiles.url, { attribution, maxZoom: 19, referrerPolicy: "origin" }).addTo(map);
}
/* Pieces of a ring between those that are no border: the rim of the data, and what is disputed. */
function linedPieces(ring, unlined) {
  const pieces = [];
  let from = 0;
  for (const [start, stop] of [...unlined, [ring.length, ring.length]]) {
    if (start > from) pieces.push(ring.slice(from, start + 1));
    from = stop;
  }
  return pieces.filter((piece) => piece.length > 1);
}
function drawLand() {
  const land = quietPane("land", 210), quiet = { pane: land, interactive: false, smoothFactor: 0.5, lineJoin: "round" };
  if (!data.tiles) L.rectangle(data.extent, { ...quiet, stroke: false, fillColor: COLOURS.sea, fillOpacity: 1 }).addTo(map);
  const countries = [...data.borders].sort((a, b) => a.modelled - b.modelled);
  for (const country of countries) {
    const fillColor = country.modelled ? COLOURS.land : COLOURS["other-land"];
    L.polygon(country.rings, { ...quiet, stroke: false, fillColor, fillOpacity: data.tiles ? 0 : 1 }).addTo(map);
  }
  for (const country of countries) {
    const pieces = country.rings.flat().flatMap((ring, at) => linedPieces(ring, country.unlined[at]));
    const color = country.modelled ? COLOURS.border : COLOURS["other-border"];
    L.polyline(pieces, { ...quiet, color, opacity: 1, weight: country.modelled ? 1.3 : 0.8, className: "border" }).addTo(map);
  }
  const lines = data.disputed.flatMap((each) => each.lines);
  L.polyline(lines, { ...quiet, color: COLOURS.disputed, opacity: 1, weight: 1.4, dashArray: "5 4", lineCap: "butt", className: "disputed" }).addTo(map);
}
/* Whole thousandths of a degree: the first point, then steps from point to point. */
function roadPoints(steps) {
  const points = [];
  for (let at = 0, lat = 0, lon = 0; at < steps.length; at += 2) {
    lat += steps[at];
    lon += steps[at + 1];
    points.push([lat / 1000, lon / 1000]);
  }
  return points;
}
function drawHighways() {
  return L.polyline(data.roads.map(roadPoints), {
    pane: quietPane("highway", 220), interactive: false, color: COLOURS.highway, weight: 0.7, opacity: 1,
    smoothFactor: 0.7, className: "highway",
  });
}
