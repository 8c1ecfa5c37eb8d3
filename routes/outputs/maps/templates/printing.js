/* On paper the map has a size of its own, so it is fitted anew before printing and after. What is folded
   away on the screen and belongs on paper is unfolded. */
function wirePrinting() {
  const legend = document.getElementById("legend");
  let wasOpen = true, view = null;
  const measure = () => map.invalidateSize({ animate: false, pan: false });
  window.addEventListener("beforeprint", () => {
    wasOpen = legend.open;
    view = [map.getBounds(), map.getCenter(), map.getZoom()];
    legend.open = true;
    document.documentElement.classList.add("on-paper");
    measure();
    const all = L.latLngBounds(data.view);
    map.fitBounds(view[0].contains(all) ? all : view[0], { animate: false, padding: [12, 12] });
    nameSeen();
    settleNames();  // at once: the next frame comes after the paper
  });
  window.addEventListener("afterprint", () => {
    document.documentElement.classList.remove("on-paper");
    legend.open = wasOpen;
    measure();
    if (view) map.setView(view[1], view[2], { animate: false });
    settleNames();
  });
}
