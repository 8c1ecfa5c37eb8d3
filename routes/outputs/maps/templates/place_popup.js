/* What is known of a gate or crossing: its status over time with sources, the corridors through it, the
   seizures near it, and where it lies. */
const NEAR_KM = 25;
const TOLD = 5;

function part(title, ...nodes) {
  const box = element("section", "part");
  box.append(element("h5", "", title), ...nodes);
  return box;
}
function lineList(lines, className) {
  const list = element("ul", className);
  for (const each of lines) {
    const line = element("li");
    line.append(...(Array.isArray(each) ? each : [element("bdi", "", each)]));
    list.append(line);
  }
  return list;
}
function spanWords(from, until) {
  if (from && until) return t("{from} to {until}", { from, until });
  if (from) return t("since {from}", { from });
  return until ? t("until {until}", { until }) : t("always");
}
function statusOverTime(id) {
  const rows = data.history[id] || [];
  if (!rows.length) return part(t("Status over time"), element("p", "", t("No change is known: taken as open.")));
  return part(t("Status over time"), lineList(rows.map(([first, last, status, source, grade]) => [
    element("b", "", status), " ", element("span", "", spanWords(first, last)), element("bdi", "source", `${source}${grade ? ` (${grade})` : ""}`),
  ]), "history"));
}
function corridorsThrough(id) {
  const { items } = data.corridors;
  const through = items.map((_, index) => index).filter((index) => items[index].places.includes(id) && !items[index].absent);
  through.sort((a, b) => items[b].share - items[a].share || a - b);
  if (!through.length) return part(t("Corridors through it"), element("p", "", t("None of the table.")));
  const buttons = through.slice(0, TOLD).map((index) => {
    const button = element("button", "link");
    button.type = "button";
    button.append(element("bdi", "", items[index].title), " ", element("span", "", percent(items[index].share)));
    button.addEventListener("click", () => { showTab("corridors", false); select(index, null, true); revealRow(index); });
    return [button];
  });
  if (through.length > TOLD) buttons.push([element("span", "", tn("and {n} more of the table", "and {n} more of the table", through.length - TOLD))]);
  return part(t("Corridors through it"), lineList(buttons, ""));
}
function seizuresNear(at) {
  const near = data.seizures.items.map((item) => [map.distance(at, item.at) / 1000, item]).filter(([km]) => km <= NEAR_KM);
  near.sort((a, b) => a[0] - b[0]);
  const title = t("Seizures within {km} km: {n}", { km: grouped(NEAR_KM), n: grouped(near.length) });
  return part(title, lineList(near.slice(0, TOLD).map(([km, item]) => [element("bdi", "", item.hint), " ", element("span", "", t("({km} km away)", { km: fixed(km, 0) }))]), ""));
}
/* Pages from a folder have no clipboard of their own in some browsers: there the text is selected to be copied. */
function copyText(text, button) {
  const tell = (words) => { document.getElementById("status").textContent = words; button.textContent = words; };
  const select = () => {
    getSelection().selectAllChildren(button.previousElementSibling);
    tell(t("Selected"));
  };
  if (!navigator.clipboard) { select(); return; }
  navigator.clipboard.writeText(text).then(() => tell(t("Copied")), select);
}
/* Whoever can do something with a place adds a part to its popup. */
const placeParts = [];
function placePopup(item, fields) {
  const box = popup(item, fields);
  for (const make of placeParts) {
    const made = make(item);
    if (made) box.insertBefore(made, box.querySelector("dl"));
  }
  const facts = element("details", "facts"), rows = box.querySelector("dl");
  box.insertBefore(element("p", "told", item.hint), box.querySelector("h4").nextSibling);
  facts.append(element("summary", "", t("Figures")), rows);
  if (item.shape !== "areas") box.append(statusOverTime(item.id));
  box.append(corridorsThrough(item.id), seizuresNear(item.at), coordinates(item.at), facts);
  return box;
}
