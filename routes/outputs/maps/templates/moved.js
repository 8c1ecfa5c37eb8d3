/* Before and after a change of crossings: what a corridor or a place is in either state is put into its item,
   and whatever is drawn of it is drawn anew. */

function postIcon(kind) {
  const { closed, watched } = SYMBOLS;
  const shapes = {
    closed: `<path d="${closed.path}" stroke="${COLOURS.white}" stroke-width="7"/><path d="${closed.path}" stroke="${closed.colour}" stroke-width="3.6"/>`,
    watched: `<path d="${watched.path}" fill="${watched.colour}" stroke="${COLOURS.white}" stroke-width="1.6"/>`,
  };
  const html = `<svg width="24" height="24" viewBox="-1 -1 24 24" aria-hidden="true">${shapes[kind]}</svg>`;
  return L.divIcon({ html, className: `symbol post ${kind}`, iconSize: [24, 24], reach: 10 });
}
function drawPosts() {
  const layer = L.layerGroup();
  for (const item of data.posts.items) layer.addLayer(marker(item, data.posts.fields, postIcon(item.kind), 900));
  return layer;
}
function changeState(state) {
  map.closePopup();
  for (const layer of [data.corridors, data.gates, data.crossings]) {
    for (const item of layer.items) if (item.states) Object.assign(item, item.states[state]);
  }
  filterCorridors(true);
  for (const shape of ["gates", "crossings"]) renewPlaces(shape);
  settleNames();
  for (const node of document.querySelectorAll(".state-text")) node.textContent = state ? t("Drawn: inflow after.") : t("Drawn: inflow before.");
  tellFilters();
}
function wireStates() {
  const radios = [...document.querySelectorAll("input[name=state]")];
  radios[1].checked = true;  // browsers keep what was chosen when a page is loaded again
  for (const radio of radios) radio.addEventListener("change", () => changeState(Number(radio.value)));
  changeState(1);
}
