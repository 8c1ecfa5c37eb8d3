/* What is shown: corridors by gate and processing area, seizures by substance and month. */
const form = document.getElementById("filter-form");
const fields = form.elements;

function monthText(month) {
  const day = new Date(Date.UTC(Math.floor(month / 12), month % 12)), form = { month: "short", year: "numeric", timeZone: "UTC" };
  return remember(day.toLocaleDateString(language === "en" ? "en-GB" : language, form), () => monthText(month));
}
const chosen = (name) => (fields[name].value === "" ? null : Number(fields[name].value));
const months = () => (fields.from ? [Number(fields.from.value), Number(fields.until.value)] : null);
const allMonths = () => !fields.from || (fields.from.value === fields.from.min && fields.until.value === fields.until.max);

function corridorPasses(item) {
  const gate = chosen("gate"), area = chosen("area");
  return (gate === null || item.gate === gate) && (area === null || item.area === area);
}
/* A seizure known to a year counts for every month of it; one without a date only while all time is shown. */
function seizurePasses(item) {
  const substance = chosen("substance");
  if (substance !== null && item.substance !== substance) return false;
  if (allMonths()) return true;
  const [first, last] = months();
  return item.months !== null && item.months[0] <= last && item.months[1] >= first;
}
function filterCorridors(always) {
  const before = shown.join();
  /* A corridor that carries nothing before or after keeps its row, but has no line then. */
  data.corridors.items.forEach((item, index) => { shown[index] = corridorPasses(item) && !item.absent; });
  if (shown.join() === before && !always) return;
  if (selected !== null && !shown[selected]) map.closePopup();
  showRows();
  redrawCorridors();
}
let seizuresShown = data.seizures.items.length;
function filterSeizures() {
  const kept = seizureMarkers.filter((each) => seizurePasses(each.options.item));
  seizuresShown = kept.length;
  seizureLayer.clearLayers();
  seizureLayer.addLayers(kept);
  nameSeen();
  settleSoon();
}
function tellFilters() {
  const active = ["gate", "area", "substance"].some((name) => fields[name].value !== "") || !allMonths();
  const corridorsShown = data.corridors.items.filter(corridorPasses).length;
  document.getElementById("shown").textContent =
    t("Shown: {corridors} of {allCorridors} corridors, {seizures} of {allSeizures} located seizures.", {
      corridors: corridorsShown, allCorridors: shown.length, seizures: seizuresShown, allSeizures: data.seizures.items.length,
    });
  document.getElementById("clear").disabled = !active;
  const told = document.getElementById("list-shown");
  if (told) told.textContent = active ? listShown() : "";
  document.getElementById("filter-state").textContent = active ? t("(on)") : "";
}
function tellMonths() {
  if (!fields.from) return;
  for (const name of ["from", "until"]) {
    const words = monthText(Number(fields[name].value));
    fields[name].setAttribute("aria-valuetext", words);
    document.getElementById(`${name}-text`).textContent = words;
  }
}
/* The two handles never pass one another. */
function holdOrder(moved) {
  const from = Number(fields.from.value), until = Number(fields.until.value);
  if (from > until) fields[moved === "from" ? "until" : "from"].value = fields[moved].value;
}
function yearToSlider() {
  const year = Number(fields.year.value);
  fields.from.value = fields.year.value === "" ? fields.from.min : 12 * year;
  fields.until.value = fields.year.value === "" ? fields.until.max : 12 * year + 11;
}
function sliderToYear() {
  const [first, last] = months(), whole = first % 12 === 0 && last === first + 11;
  fields.year.value = allMonths() ? "" : whole ? String(first / 12) : "span";
  if (fields.year.selectedIndex < 0) fields.year.value = "span";
}
const applyFilters = oncePerFrame(() => {
  filterCorridors();
  filterSeizures();
  tellFilters();
});
function wireFilters() {
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", (event) => {
    const { name } = event.target;
    if (name === "year") yearToSlider();
    if (name === "from" || name === "until") { holdOrder(name); sliderToYear(); }
    tellMonths();
    applyFilters();
    if (ANSWER && ["year", "from", "until", "follow"].includes(name)) followSlider();
  });
  form.reset();  // browsers keep what was chosen when a page is loaded again
  form.addEventListener("reset", () => setTimeout(() => {
    tellMonths();
    applyFilters();
    if (ANSWER) followSlider();
    fields.gate.focus();  // the button that was pressed is about to go
  }));
  tellMonths();
  tellFilters();
  whenLanguageTurns(tellMonths);
}
