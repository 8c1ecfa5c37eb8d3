/* What the page answers by itself: what is changed, what follows, and how it is told. Numbers come from choice.js. */
const ANSWER = data.model || null;
let model = null, time = null, before = null, after = null;
let change = nothingChanged();
const history_ = [];  // states to go back to
const listenersOfAnswer = [];
const whenAnswered = (work) => listenersOfAnswer.push(work);

const isChanged = () => change.close.length + change.impassable.length + Object.keys(change.penalty).length + Object.keys(change.watch).length > 0;
const isAsked = () => !time || time === model.reference;
const copyOf = (each) => JSON.parse(JSON.stringify(each));
const nameOf = (id) => (markerOf.get(id) ? markerOf.get(id).made.options.item.title : data.place_names[id] || id);

function answerModel() {
  if (!model) {
    model = readModel(ANSWER);
    time = model.reference;
    model.pathOf = new Map(model.paths.map((path, corridor) => [path.places.map((place) => model.places[place]).join(">"), corridor]));
    model.coursesOf = model.paths.map((path) => path.legs.flatMap((leg) => ANSWER.courses[leg]));
  }
  return model;
}
/* The sums behind the first answer are made while nobody waits. */
function prepare() {
  answerModel();
  const fill = () => { if (!fillDraws(model, performance.now() + 12)) setTimeout(fill, 4); else tellCosts(); };
  setTimeout(fill, 50);
}
function reckon() {
  answerModel();
  before = before || sharesAt(model, time);
  after = isChanged() ? whatif(model, time, change, before) : null;
  showAnswer();
}
function setTime(span) {
  answerModel();
  const [first, last] = span, asked = model.times[model.asked];
  time = first === asked[0] && last === asked[1] ? model.reference : timeOf(model, first, last);
  before = null;
  reckon();
}
function setChange(next) {
  history_.push(copyOf(change));
  change = next;
  reckon();
}
/* Close, open again, watch: what is done to a place stands in one of the four lists alone. */
function changed(what, id, amount) {
  const next = copyOf(change);
  for (const list of ["close", "impassable"]) next[list] = next[list].filter((each) => each !== id);
  delete next.watch[id];
  if (what === "penalty") { if (amount > 0) next.penalty[id] = amount; else delete next.penalty[id]; }
  if (what === "watch") next.watch[id] = amount;
  if (what === "close" || what === "impassable") next[what].push(id);
  setChange(next);
}
function unchanged(id) {
  const next = copyOf(change);
  for (const list of ["close", "impassable"]) next[list] = next[list].filter((each) => each !== id);
  delete next.watch[id];
  delete next.penalty[id];
  setChange(next);
}
function undo() {
  if (!history_.length) return;
  change = history_.pop();
  reckon();
}
const detectionAt = (id) => model.detection[id] ?? model.post_detection;
const currentAnswer = () => after || before;

/* --- in words --- */
function changeWords(of) {
  const names = (ids) => ids.map(nameOf).join(", ");
  return [
    of.close.length ? t("Closed to trade: {places}.", { places: names(of.close) }) : "",
    of.impassable.length ? t("Impassable: {places}.", { places: names(of.impassable) }) : "",
    Object.keys(of.watch).length ? t("Watched: {places}.", { places: Object.entries(of.watch).map(([id, p]) => `${nameOf(id)} (${percent(p)})`).join(", ") }) : "",
    Object.keys(of.penalty).length ? t("Dearer, in km-equivalents: {places}.", { places: Object.entries(of.penalty).map(([id, km]) => `${nameOf(id)} (+${grouped(km)})`).join(", ") }) : "",
  ].filter(Boolean).join(" ");
}
/* The part of the inflow that changes its corridor. */
function movedShare(found = after) {
  return before.corridors.reduce((sum, was, corridor) => sum + Math.max(0, was - found.corridors[corridor]), 0);
}
function gains(found = after) {
  const touched = new Set([...change.close, ...change.impassable, ...Object.keys(change.watch), ...Object.keys(change.penalty)]);
  return [...new Set([...before.places.keys(), ...found.places.keys()])]
    .filter((place) => model.kinds[place] === 1 && !touched.has(model.places[place]))
    .map((place) => ({ id: model.places[place], gain: shareThrough(model, found, place) - shareThrough(model, before, place) }))
    .filter(({ gain }) => gain >= 0.0005).sort((a, b) => b.gain - a.gain).slice(0, 4);
}
function movedWords() {
  const share = percent(movedShare()), list = gains().map(({ id, gain }) => `${points(gain)} ${nameOf(id)}`).join(", ");
  const [first, second] = after.costs, parts = [];
  if (movedShare() < 0.0005) parts.push(t("Hardly anything must go elsewhere."));
  else if (list) parts.push(t("{share} must go elsewhere, in percentage points: {gains}.", { share, gains: list }));
  else parts.push(t("{share} must go elsewhere.", { share }));
  parts.push(t("The inflow costs {more} km-equivalents more: {before} before, {after} after.", { more: grouped(Math.max(0, second - first)), before: grouped(first), after: grouped(second) }));
  if (after.noWay > 0) parts.push(t("{share} of the inflow has no way left.", { share: percent(after.noWay) }));
  if (Object.keys(change.watch).length) parts.push(throughWords());
  return parts.join(" ");
}
/* What gets past the posts, of the flow as the rest of the change makes it. */
function throughOf(of, at, start) {
  const without = { ...copyOf(of), watch: {} }, flow = Object.values(without).some((each) => Object.keys(each).length) ? whatif(model, at, without, start) : start;
  return throughPosts(model, flow, of.watch);
}
function throughWords() {
  const { passing, interval } = throughOf(change, time, before);
  return t("{share} gets through (90 %: {interval}).", { share: percent(passing), interval: intervalText(...interval) });
}
const ENOUGH = 0.98;
function coverageWords() {
  const { covered } = (after || before).listed;
  return covered >= ENOUGH ? "" : t("The list of corridors covers {covered} of this inflow; {rest} would go by corridors that are not in it. routes whatif lists them anew.",
    { covered: percent(covered), rest: percent(1 - covered) });
}
function dayText(day, month = "long") {
  const when = new Date(day * 864e5), form = { day: "numeric", month, year: "numeric", timeZone: "UTC" };
  return remember(when.toLocaleDateString(language === "en" ? "en-GB" : language, form), () => dayText(day, month));
}
function timeWords([first, last]) {
  return first === last ? t("on {day}", { day: dayText(first) }) : t("from {first} to {last}, on average", { first: dayText(first), last: dayText(last) });
}

/* --- on the page --- */
function showAnswer() {
  const found = currentAnswer();
  showPlaces(found);
  showPlaceRows(found);
  showCorridors(found);
  showWords();
  showChange = Boolean(after) && drawn() === "moved";
  filterCorridors(true);
  drawPostsNow();
  renewAllPlaces();
  for (const work of listenersOfAnswer) work();
  tellCosts();
}
const drawn = () => document.querySelector("input[name=draw]:checked").value;
const shownAnswer = () => (after && drawn() === "before" ? before : currentAnswer());

function showWords() {
  const box = document.getElementById("changed"), note = document.getElementById("coverage");
  box.hidden = !after && !coverageWords();
  document.getElementById("what-changed").textContent = after ? changeWords(change) : "";
  document.getElementById("what-moved").textContent = after ? movedWords() : "";
  note.textContent = coverageWords();
  note.hidden = !note.textContent;
  document.getElementById("undo").disabled = !history_.length;
  document.getElementById("draw").hidden = !after;
  document.getElementById("through").textContent = after && Object.keys(change.watch).length ? throughWords() : "";
  for (const node of document.querySelectorAll(".state-text")) node.textContent = after ? `${changeWords(change)} ${movedWords()}` : isAsked() ? "" : timeWords(time.span);
}
/* What the ranking itself says of an item is kept beside, and put back when nothing is changed. */
function keepBase(item, names) {
  if (!item.base) item.base = Object.fromEntries(names.map((name) => [name, item[name]]));
}
function statusAt(id) {
  const [restricted, closed] = time.status.get(id) || [0, 0], open = 1 - restricted - closed;
  if (change.close.includes(id) || change.impassable.includes(id)) return "closed";
  return open >= restricted && open >= closed ? "open" : restricted >= closed ? "restricted" : "closed";
}
const radiusOf = (share) => Math.max(data.radius.least, data.radius.whole * Math.sqrt(share));
/* Marks and table ask for the same intervals: work them out once for an answer. */
const placeChanges = new WeakMap();
function changeOfPlace(found, place) {
  if (!placeChanges.has(found)) placeChanges.set(found, new Map());
  const known = placeChanges.get(found);
  if (!known.has(place)) known.set(place, placeChange(model, before, found, place));
  return known.get(place);
}
function showPlaces() {
  const found = shownAnswer(), exact = isAsked() && found === before;
  for (const shape of ["gates", "crossings"]) {
    for (const item of data[shape].items) {
      keepBase(item, ["hint", "share", "radius", "status", "values", "minor"]);
      if (exact) { Object.assign(item, item.base, { hint: sayAnew(item.base.hint) }); continue; }
      const { after: share, interval } = changeOfPlace(found, model.number.get(item.id));
      item.share = share;
      item.radius = radiusOf(share);
      item.minor = share < data.minor_share && item.base.share < data.minor_share;
      item.status = statusAt(item.id);
      const between = intervalText(...interval);
      item.hint = t("{share} of the inflow (90 %: {interval})", { share: percent(share), interval: between });
      item.values = item.base.values.map((value, index) => ({ 2: statusWord(item.status), 3: percent(share), 4: between, 5: "", 6: "", 7: "", 8: "" }[index] ?? value));
    }
  }
}
const statusWord = (status) => ({ open: tp("crossing", "open"), restricted: tp("crossing", "restricted"), closed: tp("crossing", "closed") }[status]);
function renewAllPlaces() {
  for (const shape of ["gates", "crossings"]) {
    for (const entry of placeMarkers[shape]) {
      const { item } = entry.made.options, look = `${item.radius.toFixed(1)} ${item.status} ${item.minor}`, node = entry.made.getElement();
      if (entry.look === look && node) nameMarker(entry.made); else renewPlace(entry, shape);
      entry.look = look;
    }
  }
}
function fillBar(bar, share, [low, high], end) {
  const [, wide, mark] = bar.querySelectorAll("rect"), at = (each) => Math.min(100, 100 * each / end);
  wide.setAttribute("x", at(low));
  wide.setAttribute("width", Math.max(0, at(high) - at(low)));
  mark.setAttribute("x", at(share) - 1);
  for (const each of [wide, mark]) each.setAttribute("fill", classColour(share));
}
function showPlaceRows(found) {
  const exact = isAsked() && !after, groups = new Map();
  for (const row of placeRows) {
    const place = model.number.get(row.dataset.place), cells = { figure: row.querySelector(".figure"), between: row.querySelector(".between"), tier: row.querySelector(".tier") };
    row.base = row.base || { figure: cells.figure.textContent, between: cells.between.textContent, tier: cells.tier.textContent, bar: row.querySelector(".bar").innerHTML, rank: row.querySelector(".rank").textContent };
    const { before: was, after: share, interval } = changeOfPlace(found, place);
    cells.figure.textContent = exact ? sayAnew(row.base.figure) : percent(share);
    cells.between.textContent = exact ? sayAnew(row.base.between) : intervalText(...interval);
    cells.tier.textContent = exact ? row.base.tier : "";
    row.querySelector(".moved").textContent = after && Math.abs(share - was) >= 0.0005 ? points(share - was) : "";
    row.querySelector(".moved").className = `moved ${share > was ? "gain" : "loss"}`;
    if (exact) row.querySelector(".bar").innerHTML = row.base.bar; else fillBar(row.querySelector(".bar"), share, interval, data.bar_end);
    const chip = row.querySelector(".chip"), status = statusAt(row.dataset.place);
    chip.className = `chip ${status}`;
    chip.textContent = statusWord(status);
    row.share = share;
    const body = row.parentElement;
    groups.set(body, [...(groups.get(body) || []), row]);
  }
  for (const [body, rows_] of groups) {
    const order = [...rows_].sort((a, b) => (exact ? Number(a.base.rank) - Number(b.base.rank) : b.share - a.share));
    order.forEach((row, index) => {
      row.querySelector(".rank").textContent = String(index + 1);
      row.classList.toggle("later", index >= data.places_first);
    });
    body.append(...order);
  }
}
/* What closing each place would cost, on the crossing graph as it is changed now; a few rows at a time. */
let costing = 0;
function tellCosts() {
  const run = costing += 1, now = change, at = time;
  if (!before) before = model.draws.filled === model.paths.length ? sharesAt(model, time) : null;
  if (!before) return;
  const start = changedGraph(model, at, now), total = { listed: { total: totalMass(model, start) }, corridors: before.corridors, graph: start };
  document.querySelector(".chokepoints").classList.add("reckoned");
  const left = [...placeRows];
  const some = () => {
    const until = performance.now() + 10;
    while (left.length && performance.now() < until && run === costing) {
      const row = left.shift(), id = row.dataset.place, cell = row.querySelector("td.costs");
      if (statusAt(id) === "closed" && !closable(id, at, now)) { cell.textContent = t("shut"); continue; }
      const shut = changedGraph(model, at, { ...now, close: [...now.close, id] });
      const [first, second] = inflowCosts(model, total, { total: totalMass(model, shut) });
      cell.textContent = `+${fixed(Math.max(0, second - first), second - first < 9.95 ? 1 : 0)}`;
    }
    if (left.length && run === costing) setTimeout(some, 4);
  };
  some();
}
const closable = (id, at, now) => !now.impassable.includes(id) && (at.parts[model.number.get(id)].closed || 0) < model.closed_km && !now.close.includes(id);

/* --- corridors: those of the table, and others that a change sends inflow to --- */
const MORE = 10;
function showCorridors() {
  const found = shownAnswer(), exact = isAsked() && found === before, { items } = data.corridors;
  if (after) addGainers();
  items.forEach((item, index) => {
    keepBase(item, ["hint", "share", "colour", "width", "values", "sort"]);
    const corridor = model.pathOf.get(item.places.join(">")), row = rows[index];
    const told = after ? corridorChange(model, before, after, corridor) : null;
    if (exact && item.base.share !== null) Object.assign(item, item.base, { hint: sayAnew(item.base.hint) });
    else {
      const share = found.corridors[corridor], interval = intervalOf(model, corridorDraws(model, found, corridor));
      const between = intervalText(...interval);
      Object.assign(item, {
        share, colour: classColour(share), width: data.lanes.thinnest + data.lanes.per_share * share,
        hint: t("{share} (90 %: {interval})", { share: percent(share), interval: between }),
        sort: { ...item.base.sort, share, high: interval[1] },
        values: item.base.values.map((value, at) => ({ 0: percent(share), 1: between, 2: "", 3: "", 7: "", 8: "", 9: "" }[at] ?? value)),
      });
    }
    item.extra = item.base.share === null;
    item.absent = item.extra && (!after || item.share < data.flow.least);
    row.classList.toggle("gone", item.extra && item.absent);
    showCorridorRow(row, item, told);
  });
  if (after || !isAsked()) sortRows("share", true);
  else if (rows.length) sortRows("rank", false);
}
function showCorridorRow(row, item, told) {
  const exact = isAsked() && !after, cells = row.querySelectorAll("td");
  row.base = row.base || { share: row.querySelector("td.share").textContent, between: row.querySelector("td.interval").firstChild.data, bar: row.querySelector(".bar").innerHTML, tier: cells[1].textContent, learnt: cells[4].textContent };
  const plain = exact && !item.extra, end = data.corridor_end;
  const share = told ? told.after : item.share, interval = told ? told.interval : null;
  row.querySelector("td.share").textContent = plain ? sayAnew(row.base.share) : percent(share);
  cells[1].textContent = plain ? row.base.tier : "";
  cells[4].textContent = plain ? sayAnew(row.base.learnt) : told && Math.abs(told.after - told.before) >= 0.0005 ? points(told.after - told.before) : "";
  cells[4].classList.toggle("gain", !plain && Boolean(told) && told.after > told.before);
  cells[4].classList.toggle("loss", !plain && Boolean(told) && told.after < told.before);
  const bar = row.querySelector(".bar");
  if (plain) { row.querySelector("td.interval").firstChild.data = sayAnew(row.base.between); bar.innerHTML = row.base.bar; return; }
  const ends = interval || intervalOf(model, corridorDraws(model, currentAnswer(), model.pathOf.get(item.places.join(">"))));
  row.querySelector("td.interval").firstChild.data = intervalText(...ends);
  fillBar(bar, share, ends, end);
}
function addGainers() {
  const known = new Set(data.corridors.items.map((item) => model.pathOf.get(item.places.join(">"))));
  const order = [...after.corridors.keys()].sort((a, b) => after.corridors[b] - after.corridors[a]).slice(0, Math.max(MORE, data.top));
  for (const corridor of order.filter((each) => !known.has(each) && after.corridors[each] >= data.flow.least).slice(0, MORE)) addCorridor(corridor);
}
function addCorridor(corridor) {
  const { items, fields } = data.corridors, path = model.paths[corridor], places = path.places.map((place) => model.places[place]);
  if (!rows.length) return;
  const legs = model.coursesOf[corridor], points_ = legs.flatMap((step) => data.corridors.stretches[stretchOf(step)]);
  const ends = [places[0], places[places.length - 1]], via = places.slice(1, -1).map(nameOf).join(", ");
  const cost = path.legs.reduce((sum, leg) => sum + model.legs.cost[leg], 0) + path.places.reduce((sum, place) => sum + Object.values(time.parts[place]).reduce((all, km) => all + km, 0), 0);
  const title = ends.map(nameOf).join(" \u2192 ");
  const item = {
    title, hint: "", colour: "", width: 1, share: 0, sort: { tier: 99, learnt: 0 }, places, legs, gate: data.gate_ids.indexOf(ends[0]), area: data.area_ids.indexOf(ends[1]),
    anchor: points_.reduce((north, at) => (!north || at[0] > north[0] ? at : north), null),
    values: fields.map((_, index) => ({ 4: via || t("none"), 5: t("{length} km", { length: grouped(path.km) }), 6: t("{cost} km-equivalents", { cost: grouped(cost) }), [fields.length - 1]: places.join(">") }[index] ?? "")),
  };
  item.base = { hint: "", share: null, colour: "", width: 1, values: item.values, sort: item.sort };
  items.push(item);
  courses.push(legs);
  shown.push(false);
  addUser(items.length - 1);
  addRow(items.length - 1, title, via);
}
/* Inflow over every stretch, of the corridors that the filters let through. */
function inflowAnswered() {
  if (!before) {
    Object.assign(inflow, { share: ANSWER_FLOW.share, high: ANSWER_FLOW.high, change: null });
    if (chosen("gate") === null && chosen("area") === null) return;
    reckonQuietly();
  }
  const found = shownAnswer(), gate = chosen("gate"), area = chosen("area"), all = gate === null && area === null;
  const passes = model.paths.map((path) => (gate === null || model.places[path.places[0]] === data.gate_ids[gate])
    && (area === null || model.places[path.places[path.places.length - 1]] === data.area_ids[area]));
  const flowOf = (means) => {
    const legs = new Float64Array(ANSWER.courses.length), share = new Float64Array(data.corridors.stretches.length);
    model.paths.forEach((path, corridor) => { if (passes[corridor]) for (const leg of path.legs) legs[leg] += means[corridor]; });
    ANSWER.courses.forEach((course, leg) => { for (const stretch of new Set(course.map(stretchOf))) share[stretch] += legs[leg]; });
    return share;
  };
  if (all && isAsked() && found === before) { Object.assign(inflow, { share: ANSWER_FLOW.share, high: ANSWER_FLOW.high, change: null, ends: null }); return; }
  const share = flowOf(found.corridors), was = after ? flowOf(before.corridors) : null;
  Object.assign(inflow, { share, high: null, ends: null, change: after ? flowOf(after.corridors).map((each, stretch) => each - was[stretch]) : null });
  if (data.flow.rims) rimsSoon(found, passes, `${gate} ${area}`);
}
/* Rims: intervals of the inflow over every road, or of what moved. They are reckoned while the page stays alive,
   and drawn when they are known. */
let rimRun = 0;
const flowTables = new WeakMap();  // answer -> filter and table of legs and draws
function roadGroups() {
  if (model.roadGroups) return model.roadGroups;
  const legsOf = data.corridors.stretches.map(() => new Set()), groups = new Map();
  ANSWER.courses.forEach((course, leg) => { for (const step of course) legsOf[stretchOf(step)].add(leg); });
  legsOf.forEach((legs, stretch) => {
    const key = [...legs].join();
    if (!groups.has(key)) groups.set(key, { legs: [...legs], stretches: [] });
    groups.get(key).stretches.push(stretch);
  });
  model.roadGroups = [...groups.values()];
  return model.roadGroups;
}
function* rimsOf(found, passes, filter) {
  const answers = after ? [...new Set([before, after, found])] : [found], { count } = model.draws;
  for (const of of answers) {
    if (flowTables.has(of) && flowTables.get(of).filter === filter) continue;
    const table = new Float32Array(ANSWER.courses.length * count);
    for (let from = 0; from < count;) { from = addFlows(model, of, passes, table, from); yield null; }
    flowTables.set(of, { filter, table });
  }
  const draws = (of, legs) => flowDraws(model, flowTables.get(of).table, legs), stretches = data.corridors.stretches.length;
  const high = new Float64Array(stretches), ends = after ? [new Float64Array(stretches), new Float64Array(stretches)] : null;
  for (const { legs, stretches: group } of roadGroups()) {
    const carries = inflow.share[group[0]] >= data.flow.least, moves = ends && Math.abs(inflow.change[group[0]]) >= data.flow.least;
    const [, upper] = carries ? intervalOf(model, draws(found, legs)) : [0, 0];
    const change = moves ? intervalOf(model, lessOf(draws(after, legs), draws(before, legs))) : [0, 0];
    for (const stretch of group) { high[stretch] = upper; if (ends) [ends[0][stretch], ends[1][stretch]] = change; }
    yield null;
  }
  yield { high, ends };
}
function rimsSoon(found, passes, filter) {
  const run = rimRun += 1, steps = rimsOf(found, passes, filter);
  const some = () => {
    const until = performance.now() + 10;
    while (run === rimRun && performance.now() < until) {
      const { value } = steps.next();
      if (value) { Object.assign(inflow, value); drawRims(); return; }
    }
    if (run === rimRun) setTimeout(some, 4);
  };
  setTimeout(some, 4);
}
function reckonQuietly() { answerModel(); before = before || sharesAt(model, time); }
const ANSWER_FLOW = ANSWER ? { share: data.flow.share, high: data.flow.high } : null;

/* --- posts and closures on the map --- */
const changeLayer = L.layerGroup();
function drawPostsNow() {
  changeLayer.clearLayers();
  const put = (id, kind) => {
    const found = markerOf.get(id);
    if (!found) return;
    changeLayer.addLayer(L.marker(found.made.getLatLng(), { icon: postIcon(kind), interactive: false, keyboard: false, zIndexOffset: 900, alt: "" }));
  };
  for (const id of [...change.close, ...change.impassable]) put(id, "closed");
  for (const id of Object.keys(change.watch)) put(id, "watched");
}
