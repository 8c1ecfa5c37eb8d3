/* The ranking beside the map: sorting, keyboard, and rows that light their corridors. */
const table = document.querySelector("#corridors table");
const rows = [...document.querySelectorAll("tr[data-corridor]")];  // by corridor, in whatever order they stand
const rowButtons = rows.map((row) => row.querySelector("button"));
const compareText = (a, b) => a.localeCompare(b, language, { numeric: true, sensitivity: "base" });
const rising = { rank: true, name: true };  // the rest is read from the largest down

function sortKey(column) {
  const items = data.corridors.items;
  if (column === "name") return (index) => items[index].title.replace(/^\d+\. /, "");
  return (index) => (column === "rank" ? index : items[index].sort[column]);
}
function sortRows(column, descending) {
  const key = sortKey(column), keys = rows.map((_, index) => key(index)), sign = descending ? -1 : 1;
  const compare = column === "name" ? compareText : (a, b) => a - b;
  const order = rows.map((_, index) => index).sort((a, b) => sign * compare(keys[a], keys[b]) || a - b);
  table.tBodies[0].append(...order.map((index) => rows[index]));
  postpone();
}
function wireSorting() {
  const buttons = [...table.querySelectorAll("button[data-sort]")];
  for (const button of buttons) {
    button.addEventListener("click", () => {
      const head = button.closest("th"), column = button.dataset.sort, was = head.getAttribute("aria-sort");
      const descending = was ? was === "ascending" : !rising[column];
      for (const other of buttons) other.closest("th").removeAttribute("aria-sort");
      head.setAttribute("aria-sort", descending ? "descending" : "ascending");
      sortRows(column, descending);
      const by = button.getAttribute("aria-label");
      document.getElementById("status").textContent = descending
        ? t("Sorted by {column}, descending", { column: by }) : t("Sorted by {column}, ascending", { column: by });
    });
  }
}
/* A long table shows its first rows until it is asked for all. */
const atFirst = rows.filter((row) => !row.classList.contains("later")).length;
function showAll() {
  table.classList.add("all");
  document.getElementById("more").parentElement.hidden = true;
}
function postpone() {
  const more = document.getElementById("more");
  if (!more) return;
  let count = 0;
  for (const row of table.tBodies[0].rows) {
    row.classList.toggle("later", count >= atFirst);
    if (!row.hidden) count += 1;
  }
  more.parentElement.hidden = count <= atFirst || table.classList.contains("all");
}
let marked = null;
function markRow(index) {
  for (const [each, lit] of [[marked, false], [index, true]]) {
    if (each === null) continue;
    rows[each].classList.toggle("lit", lit);
    rowButtons[each].setAttribute("aria-pressed", String(lit));
  }
  marked = index;
}
/* Only the panel is scrolled: on a phone the page would jump away from the map. */
function revealRow(index) {
  const panel = table.closest(".panel");
  if (rows[index].classList.contains("later")) showAll();
  if (panel.scrollHeight > panel.clientHeight) rows[index].scrollIntoView({ block: "center" });
}
function step(row, way) {
  let next = row;
  do next = way > 0 ? next.nextElementSibling : next.previousElementSibling; while (next && !next.offsetParent);
  return next;
}
function wireRows() {
  const more = document.getElementById("more");
  if (more) more.addEventListener("click", () => { showAll(); rowButtons[0].focus(); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") map.closePopup(); });
  rows.forEach(wireRow);
}
function wireRow(row, index) {
  row.addEventListener("click", () => {
    if (selected === index) return map.closePopup();
    if (narrow) document.querySelector("main").scrollIntoView({ behavior: still ? "auto" : "smooth" });
    select(index, null, true);
  });
  rowButtons[index].addEventListener("keydown", (event) => {
    const way = { ArrowDown: 1, ArrowUp: -1 }[event.key], next = way && step(row, way);
    if (!next) return;
    event.preventDefault();
    next.querySelector("button").focus();
  });
}
/* A row for a corridor that was not in the table, made after the last one. */
function addRow(index, title, via) {
  const row = rows[0].cloneNode(true);
  row.dataset.corridor = String(index);
  row.className = "";
  row.querySelector(".rank").textContent = "+";
  row.querySelector(".ends").textContent = title;
  const way = row.querySelector(".via bdi");
  if (way) way.textContent = via;
  row.querySelector("button").setAttribute("aria-pressed", "false");
  rows.push(row);
  rowButtons.push(row.querySelector("button"));
  table.tBodies[0].append(row);
  wireRow(row, index);
}

function showRows() {
  rows.forEach((row, index) => { row.hidden = !corridorPasses(data.corridors.items[index]) || row.classList.contains("gone"); });
  postpone();
}
