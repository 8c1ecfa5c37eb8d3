/* The plan: places changed by hand, posts that the page places, scenarios side by side. */
function actionButton(words, work, ...more) {
  const button = element("button", "", words);
  button.type = "button";
  button.addEventListener("click", () => work(...more));
  return button;
}
function placeActions(item) {
  if (!ANSWER || item.shape === "areas") return null;
  answerModel();
  const { id } = item, box = element("p", "actions"), closed = change.close.includes(id), watched = id in change.watch;
  const act = (work) => () => { map.closePopup(); work(); };
  if (closed || watched || change.impassable.includes(id) || id in change.penalty) box.append(actionButton(t("As it was"), act(() => unchanged(id))));
  if (!closed) {
    const button = actionButton(t("Close it"), act(() => changed("close", id)));
    button.disabled = !closable(id, time, change);
    if (button.disabled) button.title = t("It is closed already.");
    box.append(button);
  }
  if (!watched) box.append(actionButton(t("Watch it"), act(() => changed("watch", id, detectionAt(id)))));
  return box;
}
function changeRows() {
  const listed = [
    ...change.close.map((id) => [id, t("closed to trade")]), ...change.impassable.map((id) => [id, t("impassable")]),
    ...Object.entries(change.watch).map(([id, p]) => [id, t("watched, {share} caught", { share: percent(p) })]),
    ...Object.entries(change.penalty).map(([id, km]) => [id, t("dearer by {km} km-equivalents", { km: grouped(km) })]),
  ];
  document.getElementById("change-list").replaceChildren(...listed.map(([id, what]) => {
    const line = element("li");
    line.append(element("bdi", "", nameOf(id)), ": ", element("span", "", what), " ", actionButton(t("Take back"), () => unchanged(id)));
    return line;
  }));
}
function summaryOf(scenario) {
  const of = { close: scenario.close, impassable: scenario.impassable, penalty: scenario.penalty, watch: scenario.watch };
  const at = scenario.day === null || scenario.day === undefined ? time : timeOf(model, scenario.day, scenario.day);
  const start = at === time ? before : sharesAt(model, at), end = whatif(model, at, of, start);
  const moves = start.corridors.reduce((sum, was, corridor) => sum + Math.max(0, was - end.corridors[corridor]), 0);
  return { moves, costs: end.costs[1] - end.costs[0], ...throughOf(of, at, start) };
}
function applyScenario(scenario) {
  if (scenario.day !== null && scenario.day !== undefined) { time = timeOf(model, scenario.day, scenario.day); before = null; tellTime("months"); }
  setChange(copyOf({ close: scenario.close, impassable: scenario.impassable, penalty: scenario.penalty, watch: scenario.watch }));
}
function scenarioRows() {
  const table = document.getElementById("scenarios");
  table.hidden = !ANSWER.scenarios.length;
  table.tBodies[0].replaceChildren(...ANSWER.scenarios.map((scenario) => {
    const row = element("tr"), head = element("th"), told = scenario.told || null;
    head.scope = "row";
    const button = actionButton(scenario.name, applyScenario, scenario);
    button.title = changeWords(scenario);
    head.append(button);
    const remove = actionButton("\u00d7", () => { ANSWER.scenarios.splice(ANSWER.scenarios.indexOf(scenario), 1); scenarioRows(); });
    remove.setAttribute("aria-label", t("Remove {name}", { name: scenario.name }));
    const last = element("td");
    last.append(remove);
    row.append(head, element("td", "", told ? percent(told.moves) : "…"), element("td", "", told ? `+${grouped(Math.max(0, told.costs))}` : "…"),
      element("td", "", told ? t("{share} (90 %: {interval})", { share: percent(told.passing), interval: intervalText(...told.interval) }) : "…"), last);
    return row;
  }));
}
/* One scenario a moment, so that the page stays alive. */
function tellScenarios() {
  const next = ANSWER.scenarios.find((scenario) => !scenario.told);
  if (!next) return;
  reckonQuietly();
  next.told = summaryOf(next);
  scenarioRows();
  setTimeout(tellScenarios, 20);
}
function wirePlan() {
  const places = model.places.map((id, place) => ({ id, kind: model.kinds[place] })).filter(({ id, kind }) => kind !== 2 && markerOf.has(id));
  const changeForm = document.getElementById("change-form"), { place, what, amount } = changeForm.elements;
  const fill = () => {
    const keep = place.value, sorted = [...places].sort((a, b) => compareText(nameOf(a.id), nameOf(b.id)));
    place.replaceChildren(...sorted.map(({ id }) => { const option = element("option", "", nameOf(id)); option.value = id; return option; }));
    if (keep) place.value = keep;
  };
  fill();
  whenLanguageTurns(fill);
  const usual = { watch: () => Math.round(100 * detectionAt(place.value)), penalty: () => 200 };
  const ask = () => {
    document.getElementById("amount-label").hidden = !(what.value in usual);
    if (what.value in usual) amount.value = usual[what.value]();
    amount.max = what.value === "watch" ? 99 : 100000;
  };
  what.addEventListener("change", ask);
  place.addEventListener("change", ask);
  ask();
  changeForm.addEventListener("submit", (event) => {
    event.preventDefault();
    const value = Number(amount.value);
    changed(what.value, place.value, what.value === "watch" ? value / 100 : value);
  });
  document.getElementById("posts-form").addEventListener("submit", (event) => {
    event.preventDefault();
    reckonQuietly();
    const count = Math.min(12, Math.max(1, Number(event.target.elements.count.value) || 1));
    const without = { ...copyOf(change), watch: {} }, flow = isChanged() ? whatif(model, time, without, before) : before;
    const { plan } = placePosts(model, flow, model.detection, count);
    setChange({ ...without, watch: Object.fromEntries(plan.map((id) => [id, model.detection[id]])) });
  });
  document.getElementById("scenario-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const { name } = event.target.elements, number = ANSWER.scenarios.length + 1;
    const [first, last] = time.span;
    ANSWER.scenarios.push({ name: name.value.trim() || t("Scenario {number}", { number: grouped(number) }), day: !isAsked() && first === last ? first : null, ...copyOf(change) });
    name.value = "";
    scenarioRows();
    tellScenarios();
  });
  scenarioRows();
}
/* Which time the answer is of; `months` are those of the slider, or the day of a scenario. */
function tellTime(which) {
  const radios = [...document.querySelectorAll("input[name=time]")];
  for (const radio of radios) {
    const span = radio.value === "months" ? time.span : model.times[radio.value];
    radio.checked = radio.value === which;
    radio.nextElementSibling.textContent = timeWords(span);
    if (radio.value === "months") radio.parentElement.hidden = which !== "months";
  }
}
function whichTime() { return document.querySelector("input[name=time]:checked").value; }
const monthSpan = () => {
  const [first, last] = months(), day = (month) => Date.UTC(Math.floor(month / 12), month % 12) / 864e5;
  return [day(first), day(last + 1) - 1];
};
const followSlider = (() => {
  let waiting = 0;
  return () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const follows = fields.follow && fields.follow.checked;
      if (follows && !allMonths()) { setTime(monthSpan()); tellTime("months"); }
      else if (whichTime() === "months") { setTime(model.times[model.asked]); tellTime(model.asked); }
    }, 150);
  };
})();
function wireAnswer() {
  answerModel();
  for (const radio of document.querySelectorAll("input[name=time]")) {
    radio.addEventListener("change", () => { setTime(radio.value === "months" ? time.span : model.times[radio.value]); tellTime(radio.value); });
  }
  for (const radio of document.querySelectorAll("input[name=draw]")) radio.addEventListener("change", showAnswer);
  document.querySelector("input[name=draw][value=moved]").checked = true;
  document.getElementById("undo").addEventListener("click", undo);
  document.getElementById("reset-change").addEventListener("click", () => { change = nothingChanged(); history_.length = 0; reckon(); });
  placeParts.push(placeActions);
  whenAnswered(changeRows);
  whenLanguageTurns(() => { if (before) showAnswer(); tellTime(whichTime()); scenarioRows(); });
  changeLayer.addTo(map);
  tellTime(model.asked);
  wirePlan();
  keepAnswerInState();
  if (ANSWER.opens_with) applyScenario(ANSWER.opens_with);
  prepare();
  if (ANSWER.scenarios.length) setTimeout(tellScenarios, 400);
}
/* What is changed, as the address and a saved copy keep it: `close:a,b;watch:c=0.5`. Names that the page does not
   know are left out. */
function changeText(of) {
  const amounts = (each) => Object.entries(each).map(([id, amount]) => `${id}=${amount}`);
  const lists = [["close", of.close], ["impassable", of.impassable], ["watch", amounts(of.watch)], ["penalty", amounts(of.penalty)]];
  return lists.filter(([, ids]) => ids.length).map(([what, ids]) => `${what}:${ids.join(",")}`).join(";");
}
function changeOf(text) {
  const next = nothingChanged();
  for (const part_ of text.split(";")) {
    const [what, list] = part_.split(":");
    for (const each of (list || "").split(",")) {
      const [id, amount] = each.split("="), value = Number(amount), known = model.number.has(id) && model.kinds[model.number.get(id)] !== 2;
      if (!known) continue;
      if (what === "close" || what === "impassable") next[what].push(id);
      if (what === "watch" && value >= 0 && value < 1) next.watch[id] = value;
      if (what === "penalty" && value > 0 && Number.isFinite(value)) next.penalty[id] = value;
    }
  }
  return next;
}
function keepAnswerInState() {
  stateParts.push(
    ["crossings", () => (isAsked() ? "" : time.span.join("-")), (text) => {
      const [first, last] = text.split("-").map(Number);
      if (!(first <= last)) return;
      const which = ["day", "period"].find((each) => model.times[each].join("-") === text) || "months";
      setTime([first, last]);
      tellTime(which);
    }],
    ["change", () => changeText(change) || (ANSWER.opens_with ? "none" : ""), (text) => setChange(changeOf(text))],
    ["scenarios", () => ANSWER.scenarios.map((each) => [each.name.replace(/[~|]/g, " "), each.day ?? "", changeText(each)].join("~")).join("|"), (text) => {
      ANSWER.scenarios = text.split("|").filter((each) => each.includes("~")).map((each) => {
        const [name, day, changed_] = each.split("~");
        return { name, day: day === "" || !Number.isFinite(Number(day)) ? null : Number(day), ...changeOf(changed_ || "") };
      });
      scenarioRows();
      tellScenarios();
    }],
  );
}
