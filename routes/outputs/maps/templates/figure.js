/* The map as a clean figure: title, legend, scale, sources and the note on borders, nothing to press. The address
   ends in #figure where a browser takes a picture of it; a button opens it to be looked at or saved. */
const root = document.documentElement;
function showFigure(on, bare) {
  const seen = map.getBounds(), legend = document.getElementById("legend");
  root.classList.toggle("figure", on);
  root.classList.toggle("bare", Boolean(bare));
  map.closePopup();
  if (on) legend.open = true;
  tellPaper();
  map.invalidateSize({ animate: false, pan: false });
  map.fitBounds(on && bare ? data.view : seen, { animate: false, padding: on ? [16, 16] : [0, 0] });
  settleNames();
  if (on && !bare) document.getElementById("figure-close").focus();
}
/* The page as a picture, drawn by the browser itself from a copy of what is seen. */
function figureSvg(width, height) {
  const copy = document.body.cloneNode(true), skin = document.createElement("style");
  for (const node of copy.querySelectorAll("script, .panel, .figure-bar, noscript, .leaflet-popup-pane, .leaflet-tooltip-pane")) node.remove();
  skin.textContent = [...document.querySelectorAll("head style")].map((each) => each.textContent).join("\n").replace(/:root/g, ".root");
  const page = document.createElement("div");
  page.className = `root ${root.className}`;
  page.style.cssText = `width:${width}px;height:${height}px`;
  const body = document.createElement("div");
  body.className = "figure-body";
  body.append(...copy.childNodes);
  page.append(skin, body);
  const inside = new XMLSerializer().serializeToString(page);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><foreignObject width="100%" height="100%">${inside}</foreignObject></svg>`;
}
function saveFigure() {
  const width = innerWidth, height = innerHeight, sharp = 2, image = new Image();
  image.onload = () => {
    const canvas = document.createElement("canvas");
    canvas.width = sharp * width;
    canvas.height = sharp * height;
    const pen = canvas.getContext("2d");
    pen.scale(sharp, sharp);
    pen.drawImage(image, 0, 0, width, height);
    try {
      canvas.toBlob((blob) => download("map.png", "image/png", blob), "image/png");
    } catch (error) {  // a browser that lets no page read such a picture: it can still be printed
      tell(t("This browser cannot save the figure: print it, or take a picture of the screen."));
    }
  };
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(figureSvg(width, height))}`;
}
function wireFigure() {
  document.getElementById("figure").addEventListener("click", () => showFigure(true, false));
  document.getElementById("figure-close").addEventListener("click", () => { showFigure(false, false); document.getElementById("figure").focus(); });
  document.getElementById("figure-save").addEventListener("click", saveFigure);
  document.getElementById("print").addEventListener("click", () => window.print());
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && root.matches(".figure:not(.bare)")) showFigure(false, false); });
  if (location.hash === "#figure") showFigure(true, true);
}
