/* Gates and crossings as a table: a row shows its place on the map. */
const placeRows = [...document.querySelectorAll("tr[data-place]")];
const markerOf = new Map();  // id of a gate, crossing or area -> its marker and the layer it lies in

function selectPlace(id, focus) {
  const found = markerOf.get(id);
  if (!found) return;
  map.addLayer(found.layer);
  const at = found.made.getLatLng();
  if (!map.getBounds().pad(-0.1).contains(at)) map.panTo(at, { animate: false });
  found.made.openPopup();
  markPlace(id);
  if (focus) document.querySelector("main").scrollIntoView({ behavior: still ? "auto" : "smooth" });
}
function markPlace(id) {
  for (const row of placeRows) row.classList.toggle("lit", row.dataset.place === id);
}
function wireChokepoints() {
  for (const row of placeRows) row.addEventListener("click", () => selectPlace(row.dataset.place, narrow));
  const more = document.getElementById("more-places");
  if (more) {
    more.addEventListener("click", () => {
      document.querySelector(".chokepoints").classList.add("all");
      more.parentElement.hidden = true;
    });
  }
  map.on("popupclose", () => markPlace(null));
  document.querySelector(".chokepoints").addEventListener("keydown", (event) => {
    const row = event.target.closest("tr[data-place]"), way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!row || !way) return;
    const seen = placeRows.filter((each) => each.offsetParent), next = seen[seen.indexOf(row) + way];
    if (!next) return;
    event.preventDefault();
    next.querySelector("button").focus();
  });
}
