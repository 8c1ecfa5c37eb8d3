/* Light or dark: as the system says, until the reader chooses. Drawings turn by the style sheet alone. */
const darkSystem = window.matchMedia("(prefers-color-scheme: dark)");
const themeChoice = document.getElementById("theme");
function applyTheme() {
  const dark = themeChoice.value === "dark" || (themeChoice.value === "" && darkSystem.matches);
  document.documentElement.classList.toggle("dark", dark);
}
function wireTheme() {
  themeChoice.value = "";  // browsers keep what was chosen when a page is loaded again
  themeChoice.addEventListener("change", applyTheme);
  darkSystem.addEventListener("change", applyTheme);
  applyTheme();
  if (!still) return;
  /* Leaflet moves smoothly by itself: not for a reader who asked for stillness. */
  map._zoomAnimated = false;
  map.panBy = (offset, options) => L.Map.prototype.panBy.call(map, offset, { ...options, animate: false });
  Object.assign(map.options, { inertia: false, zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false });
}
