/* One line a road: as wide as the inflow over it, with a paler rim as wide as the upper end of its interval.

   `inflow` says what goes over each stretch; whoever reckons anew puts other numbers there and calls
   drawRoads(). Stretches of one look are drawn as one line. */
const roadLayer = L.layerGroup(), rimLayer = L.layerGroup();
const STEP = 0.75;  // pixels between widths that are drawn as one line
const inflow = { share: null, high: null, change: null, ends: null };  // ends: of the interval of the change
let roadLines = [], roadPanes = null, showChange = false;

const roadWidth = (share) => Math.min(data.flow.widest, data.flow.thinnest + data.flow.per_share * share);
const classColour = (share) => [...data.classes].reverse().find((each) => share >= each.low || each === data.classes[0]).colour;

/* What the drawn corridors carry: all that is known where the page does not reckon itself. */
function inflowOfDrawn() {
  const share = new Float64Array(data.corridors.stretches.length);
  data.corridors.items.forEach((item, index) => {
    if (shown[index]) for (const stretch of new Set(courses[index].map(stretchOf))) share[stretch] += item.share;
  });
  Object.assign(inflow, { share, high: null, change: null, ends: null });
}
let measureInflow = inflowOfDrawn;  // inflowAnswered where the page reckons

function roadsBy(look) {
  const groups = new Map();
  data.corridors.stretches.forEach((_, stretch) => {
    const found = look(stretch);
    if (!found) return;
    const width = STEP * Math.round(found.width / STEP) || STEP, key = `${width} ${found.colour} ${data.corridors.synthetic[stretch]}`;
    if (!groups.has(key)) groups.set(key, { width, colour: found.colour, synthetic: Boolean(data.corridors.synthetic[stretch]), stretches: [] });
    groups.get(key).stretches.push(stretch);
  });
  return [...groups.values()].sort((a, b) => a.width - b.width);
}
function inflowLook(stretch) {
  const share = inflow.share[stretch];
  return share < data.flow.least ? null : { width: roadWidth(share), colour: classColour(share) };
}
const changeWidth = (size) => Math.min(data.flow.widest, 1 + data.flow.per_point * 100 * size);
function changeLook(stretch) {
  const change = inflow.change[stretch], size = Math.abs(change);
  return size < data.flow.least ? null : { width: changeWidth(size), colour: change > 0 ? COLOURS.gain : COLOURS.loss };
}
/* As wide as the end of the interval on the side of the change. */
function changeRimLook(stretch) {
  const look = inflow.ends && changeLook(stretch);
  return look ? { ...look, width: changeWidth(inflow.change[stretch] > 0 ? inflow.ends[1][stretch] : -inflow.ends[0][stretch]) } : null;
}
function rimLook(stretch) {
  const share = inflow.share[stretch];
  return !inflow.high || share < data.flow.least ? null : { width: roadWidth(inflow.high[stretch]), colour: classColour(share) };
}
function ringsOf(stretches) {
  const { points } = lanesNow();
  return stretches.filter((stretch) => points[stretch].length > 1).map((stretch) => Object.assign([...points[stretch]], { stretch }));
}
function roadLine({ width, colour, synthetic, stretches }, kind, on) {
  const line = new LaneLine(data.view, {
    ...on, interactive: false, smoothFactor: 0, color: colour, weight: width, lineJoin: "round",
    lineCap: synthetic || kind === "rim" ? "butt" : "round", opacity: kind === "rim" ? 0.3 : 1,
    dashArray: synthetic && kind !== "rim" ? `${width + 3} ${width + 3}` : null,
    className: `${kind} ${synthetic ? "synthetic" : "known"}`, rings: () => ringsOf(stretches),
  });
  line.kind = kind;
  return line;
}
function drawRoads() {
  roadPanes = roadPanes || { rim: renderer("rim", 412), road: renderer("road", 416) };
  roadLayer.clearLayers();
  measureInflow();
  const moved = showChange && inflow.change;
  roadLines = roadsBy(moved ? changeLook : inflowLook).map((each) => roadLine(each, moved ? "change" : "road", roadPanes.road));
  for (const line of roadLines) roadLayer.addLayer(line);
  drawRims();
  redrawn();
}
function drawRims() {
  rimLayer.clearLayers();
  const look = showChange && inflow.change ? changeRimLook : rimLook;
  for (const each of roadsBy(look)) rimLayer.addLayer(roadLine(each, "rim", roadPanes.rim));
  fadeRoads();
}
/* Behind the lanes of a chosen corridor the roads step back. */
function fadeRoads() {
  const faint = selected !== null;
  for (const line of roadLines) line.setStyle({ opacity: faint ? 0.25 : 1 });
  rimLayer.eachLayer((line) => line.setStyle({ opacity: faint ? 0.06 : 0.3 }));
}
function roadRings() { return map.hasLayer(roadLayer) ? roadLines.flatMap((line) => line._rings || []) : []; }
/* The drawn corridors over a stretch, largest first. */
function corridorsOver(stretch) {
  const over = [...new Set(usersOf[stretch].map((user) => user.corridor))].filter((corridor) => shown[corridor]);
  return over.sort((a, b) => data.corridors.items[b].share - data.corridors.items[a].share || a - b);
}
function roadHint(stretch) {
  const share = percent(inflow.share[stretch]), [first] = corridorsOver(stretch);
  const title = inflow.high
    ? t("{share} of the inflow on this road (90 %: up to {high})", { share, high: percent(inflow.high[stretch]) })
    : t("{share} of the inflow on this road", { share });
  const ends = inflow.ends && inflow.ends.map((each) => points(each[stretch]));
  const change = !inflow.change ? "" : ends
    ? t("{points} pp by the change (90 %: {low} to {high})", { points: points(inflow.change[stretch]), low: ends[0], high: ends[1] })
    : t("{points} pp by the change", { points: points(inflow.change[stretch]) });
  const most = first === undefined ? t("No corridor of the table runs here.") : t("Most by: {corridor}", { corridor: data.corridors.items[first].title });
  return hint({ title, hint: [change, most].filter(Boolean).join(". ") });
}
