/* On paper the map has a size of its own, so it is fitted anew before printing and after. What is folded
   away on the screen and belongs on paper is unfolded. */
function filterWords() {
  const said = ["gate", "area", "substance"].filter((name) => fields[name].value !== "").map((name) => {
    const field = fields[name];
    return `${field.closest("label").firstChild.textContent.trim()}: ${field.selectedOptions[0].textContent}`;
  });
  if (!allMonths()) {
    const [from, until] = months().map(monthText);
    said.push(t("seizures from {from} to {until}", { from, until }));
  }
  return said.length ? t("Filters: {filters}.", { filters: said.join("; ") }) : t("No filters.");
}
/* What the rows that are shown carry together. */
function listShown() {
  const seen = data.corridors.items.filter((item) => corridorPasses(item)), share = seen.reduce((sum, item) => sum + (item.share || 0), 0);
  return t("{shown} of {all} corridors of the table, which carry {share} of the inflow.", {
    shown: grouped(seen.length), all: grouped(data.corridors.items.length), share: percent(share),
  });
}
/* What the page answers besides the ranking: the time asked about, what is changed and what follows. */
function scenarioWords() {
  const at = document.querySelector("#time input:checked"), box = document.getElementById("changed");
  const when = at ? `${at.closest("fieldset").querySelector("legend").textContent} ${at.parentElement.textContent.trim()}.` : "";
  const what = box && !box.hidden ? ["what-changed", "what-moved", "coverage"].map((id) => document.getElementById(id).textContent) : [];
  return [when, ...what].filter(Boolean).join(" ");
}
/* What the head of the paper and of a figure says of the state of the page. */
function tellPaper() {
  document.getElementById("paper-state").textContent = [scenarioWords(), filterWords()].filter(Boolean).join(" ");
  document.getElementById("paper-shown").textContent = `${listShown()} ${tn("{n} seizure on the map.", "{n} seizures on the map.", seizuresShown)}`;
}
function wirePrinting() {
  const legend = document.getElementById("legend");
  const unfolded = [legend, document.getElementById("caveat")];
  let wasOpen = [], view = null;
  const measure = () => map.invalidateSize({ animate: false, pan: false });
  /* A browser that prints the mark into the margins needs it nowhere else. */
  if ("CSSMarginRule" in window) document.documentElement.dataset.marked = "margins";
  window.addEventListener("beforeprint", () => {
    wasOpen = unfolded.map((each) => each.open);
    view = [map.getBounds(), map.getCenter(), map.getZoom()];
    for (const each of unfolded) each.open = true;
    tellPaper();
    document.documentElement.classList.add("on-paper");
    measure();
    const all = L.latLngBounds(data.view), seen = L.latLngBounds(view[0].getSouthWest(), view[0].getNorthEast());
    if (selected !== null && courseBounds(selected).isValid()) seen.extend(courseBounds(selected));
    map.fitBounds(seen.contains(all) ? all : seen, { animate: false, padding: [12, 12] });
    nameSeen();
    settleNames();  // at once: the next frame comes after the paper
  });
  window.addEventListener("afterprint", () => {
    document.documentElement.classList.remove("on-paper");
    unfolded.forEach((each, index) => { each.open = wasOpen[index]; });
    measure();
    if (view) map.setView(view[1], view[2], { animate: false });
    settleNames();
  });
}
