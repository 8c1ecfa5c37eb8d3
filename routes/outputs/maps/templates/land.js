/* Borders and highways, or the tiles of a server where the page was made with one. */
function drawTiles() {
  const attribution = element("span", "", data.tiles.attribution).innerHTML;
  L.tileLayer(data.tiles.url, { attribution, maxZoom: 19, referrerPolicy: "origin" }).addTo(map);
}
function drawLand() {
  const land = quietPane("land", 210);
  for (const country of [...data.borders].sort((a, b) => a.modelled - b.modelled)) {
    L.polygon(country.rings, {
      pane: land, interactive: false, weight: country.modelled ? 1.3 : 0.8, smoothFactor: 0.5,
      color: country.modelled ? COLOURS.border : COLOURS["other-border"], fillOpacity: data.tiles ? 0 : 1, lineJoin: "round",
      fillColor: country.modelled ? COLOURS.land : COLOURS["other-land"],
    }).addTo(map);
  }
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
    pane: quietPane("highway", 220), interactive: false, color: COLOURS.highway, weight: 0.9, opacity: 0.75,
    smoothFactor: 0.7, className: "highway",
  });
}
