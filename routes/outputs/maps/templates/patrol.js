/* Where to stand: stretches of road on which the next seizure is likeliest. Off until somebody asks for it. */
function drawPatrol() {
  const layer = L.layerGroup(), on = pane("patrol", 430);
  for (const item of data.patrol.items) {
    const line = L.polyline(item.points, {
      pane: on, color: COLOURS.accent, weight: item.width, opacity: 0.85, lineCap: "round", className: "patrol",
    });
    line.bindPopup(() => popup(item, data.patrol.fields), popupOptions()).bindTooltip(() => hint(item), { sticky: true });
    layer.addLayer(line);
  }
  return layer;
}
