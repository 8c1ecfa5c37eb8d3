/* Search for places, countries, towns, corridors, seizures and coordinates, in every language of the page. */
const FOUND = 12;
const searchBox = document.getElementById("search"), searchList = document.getElementById("search-found");
let searchIndex = null, found = [];

/* Case, accents, vowel signs and the two forms of Arabic letters make no difference. */
function folded(text) {
  return text.normalize("NFKD").replace(/[\p{M}\u200c]/gu, "").toLowerCase()
    .replace(/[يى]/g, "ی").replace(/ك/g, "ک").replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}
function entry(kind, name, go, others = []) {
  return { kind, name, go, words: [name, ...others].map((each) => ` ${folded(each)}`) };
}
function goTo(at, title) {
  map.setView(at, Math.max(map.getZoom(), 7), { animate: false });
  showCoordinates(L.latLng(at), title);
}
function indexAll() {
  const also = (id) => data.aliases[id] || [], list = [];
  for (const [shape, kind] of [["crossings", t("crossing")], ["gates", t("gate")], ["areas", t("processing area")]]) {
    for (const item of data[shape].items) list.push(entry(kind, item.title, () => selectPlace(item.id, narrow), also(item.id)));
  }
  for (const country of data.borders) {
    const go = () => map.fitBounds(L.latLngBounds(country.rings.flat(2)), { animate: false });
    list.push(entry(t("country"), country.name, go, also(country.iso3)));
  }
  for (const city of data.cities) list.push(entry(t("town"), city.name, () => goTo(city.at, city.name), also(city.id)));
  data.corridors.items.forEach((item, index) => {
    list.push(entry(t("corridor"), item.title, () => { showTab("corridors", false); select(index, null, true); revealRow(index); }, [item.values[item.values.length - 1]]));
  });
  for (const made of seizureMarkers) {
    const { item } = made.options;
    list.push(entry(t("seizure"), `${item.title}, ${item.hint}`, () => seizureLayer.zoomToShowLayer(made, () => made.openPopup())));
  }
  return list;
}
/* Latitude and longitude in degrees, as the page copies them. */
function asCoordinates(text) {
  const numbers = /^\s*(-?\d{1,2}(?:\.\d+)?)\s*[,;\s]\s*(-?\d{1,3}(?:\.\d+)?)\s*$/.exec(text);
  if (!numbers || Math.abs(numbers[1]) > 90 || Math.abs(numbers[2]) > 180) return null;
  return [Number(numbers[1]), Number(numbers[2])];
}
function lookUp(text) {
  const at = asCoordinates(text), wanted = folded(text);
  if (at) return [entry(t("point"), text.trim(), () => goTo(at, ""))];
  if (!wanted) return [];
  searchIndex ??= indexAll();
  const parts = wanted.split(" "), scored = [];
  for (const each of searchIndex) {
    /* 0: a name begins so; 1: a word of it does; 2: it stands somewhere inside. */
    const rank = Math.min(...each.words.map((word) => (word.startsWith(` ${wanted}`) ? 0 : parts.every((part) => word.includes(` ${part}`)) ? 1 : parts.every((part) => word.includes(part)) ? 2 : 3)));
    if (rank < 3) scored.push([rank, each]);
  }
  return scored.sort((a, b) => a[0] - b[0]).slice(0, FOUND).map(([, each]) => each);
}
let pointedAt = -1;
function pointAt(index) {
  const options = [...searchList.children];
  pointedAt = options.length ? (index + options.length) % options.length : -1;
  options.forEach((option, at) => option.setAttribute("aria-selected", String(at === pointedAt)));
  if (pointedAt < 0) { searchBox.removeAttribute("aria-activedescendant"); return; }
  searchBox.setAttribute("aria-activedescendant", options[pointedAt].id);
  options[pointedAt].scrollIntoView({ block: "nearest" });
}
function closeSearch() {
  searchList.hidden = true;
  searchBox.setAttribute("aria-expanded", "false");
  searchBox.removeAttribute("aria-activedescendant");
}
function showFound() {
  found = lookUp(searchBox.value);
  searchList.replaceChildren(...found.map((each, index) => {
    const option = element("li");
    option.id = `found-${index}`;
    option.setAttribute("role", "option");
    option.append(element("bdi", "", each.name), element("span", "kind", each.kind));
    option.addEventListener("pointerdown", (event) => event.preventDefault());  // the box keeps the focus
    option.addEventListener("click", () => choose(index));
    return option;
  }));
  const some = searchBox.value.trim() !== "";
  searchList.hidden = !found.length;
  searchBox.setAttribute("aria-expanded", String(found.length > 0));
  document.getElementById("search-told").textContent = some ? tn("{n} result", "{n} results", found.length) : "";
  pointAt(0);
}
function choose(index) {
  const each = found[index];
  if (!each) return;
  closeSearch();
  if (narrow) document.querySelector("main").scrollIntoView({ behavior: still ? "auto" : "smooth" });
  each.go();
}
function wireSearch() {
  searchBox.value = "";
  searchBox.addEventListener("input", showFound);
  searchBox.addEventListener("focus", () => { if (searchBox.value) showFound(); });
  searchBox.addEventListener("blur", closeSearch);
  searchBox.addEventListener("keydown", (event) => {
    const { key } = event;
    if (key === "Escape") { event.stopPropagation(); if (searchList.hidden) searchBox.value = ""; closeSearch(); return; }
    if (!["ArrowDown", "ArrowUp", "Enter"].includes(key)) return;
    event.preventDefault();
    if (searchList.hidden) showFound();
    if (key === "Enter") choose(pointedAt); else pointAt(pointedAt + (key === "ArrowDown" ? 1 : -1));
  });
  whenLanguageTurns(() => { searchIndex = null; });
}
