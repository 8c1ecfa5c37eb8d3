/* Corridors that share a road, side by side.

   A stretch is a piece of road used by the same corridors throughout; a course lists the stretches of a
   corridor in travelling order, ~i where it goes against the direction in which stretch i is written.
   Where a corridor is chosen, it and its rivals get lanes, so many pixels to the right of the middle of the road. */
const courses = data.corridors.items.map((item) => item.legs);
const shown = courses.map(() => true);
const usersOf = data.corridors.stretches.map(() => []);
let selected = null;
let laneCache = { key: "", lanes: [], points: [] };
let laneChanges = 0;

const stretchOf = (step) => (step < 0 ? ~step : step);
function addUser(corridor) {
  courses[corridor].forEach((step, at) => {
    const users = usersOf[stretchOf(step)];
    if (!users.some((user) => user.corridor === corridor)) users.push({ corridor, at });
  });
}
courses.forEach((_, corridor) => addUser(corridor));

/* --- which lane lies left of which: the one that turns off to the left, or has come from the left --- */
const TURN_DEGREES = 0.03;
function heading(step, atEnd) {
  const line = data.corridors.stretches[stretchOf(step)];
  const forward = step >= 0, fromLast = forward === atEnd;
  const at = (index) => line[fromLast ? line.length - 1 - index : index];
  let index = 1;
  while (index < line.length - 1 && Math.hypot(at(index)[0] - at(0)[0], at(index)[1] - at(0)[1]) < TURN_DEGREES) index += 1;
  const sign = atEnd ? -1 : 1, squeeze = Math.cos(at(0)[0] * Math.PI / 180);
  return Math.atan2(sign * (at(index)[0] - at(0)[0]), sign * squeeze * (at(index)[1] - at(0)[1]));
}
function turn(from, to) {
  const angle = heading(to, false) - heading(from, true);
  return angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
}
/* How much further to the left user a leaves the common road than user b, walking along the stretch
   (way 1) or against it (way -1); 0 if they stay together to the end. */
function parting(a, b, way) {
  const steps = [a, b].map((user) => {
    const course = courses[user.corridor], sense = (course[user.at] < 0 ? -1 : 1) * way;
    let at = user.at;
    return () => {
      const step = course[at];
      at += sense;
      return step === undefined || sense > 0 ? step : ~step;
    };
  });
  let last;
  for (;;) {
    const [p, q] = steps.map((next) => next());
    if (p === undefined || q === undefined) return 0;
    if (p !== q) return turn(last, p) - turn(last, q);
    last = p;
  }
}
function leftFirst(a, b) {
  return parting(b, a, 1) || parting(a, b, -1) || a.corridor - b.corridor;
}

/* --- lanes of a stretch: the chosen corridor and its rivals have one, nobody else --- */
const laned = new Set();
function lanesOn(users) {
  const seen = users.filter((user) => laned.has(user.corridor)).sort(leftFirst);
  const widths = seen.map((user) => data.corridors.items[user.corridor].width);
  let edge = -(widths.reduce((sum, width) => sum + width, 0) + data.lanes.gap * (widths.length - 1)) / 2;
  const middles = widths.map((width) => { const middle = edge + width / 2; edge += width + data.lanes.gap; return middle; });
  return new Map(seen.map((user, index) => [user.corridor, middles[index]]));
}
function lanesChanged() { laneChanges += 1; }
/* Lanes depend on the choice, points on the zoom and on where Leaflet counts pixels from. */
function lanesNow() {
  const origin = map.getPixelOrigin(), key = `${laneChanges} ${map.getZoom()} ${origin.x} ${origin.y}`;
  if (laneCache.key === key) return laneCache;
  const lanes = laneCache.changes === laneChanges ? laneCache.lanes : usersOf.map(lanesOn);
  const points = data.corridors.stretches.map((line) =>
    L.LineUtil.simplify(line.map((at) => map.latLngToLayerPoint(at)), 1.5));
  laneCache = { key, lanes, points, changes: laneChanges };
  return laneCache;
}

/* --- lines beside a line --- */
function normal(a, b) {
  const x = b.x - a.x, y = b.y - a.y, length = Math.hypot(x, y) || 1;
  return { x: -y / length, y: x / length };
}
/* Shift a line to its right, each segment by its own offset. A bend gets a mitred corner, kept short; where
   the offset changes the corner has two points. */
function shifted(points, offsets) {
  const ring = [], last = points.length - 1;
  const put = (at, direction, by) => ring.push(L.point(at.x + direction.x * by, at.y + direction.y * by));
  for (let index = 0; index <= last; index += 1) {
    const before = index > 0 ? normal(points[index - 1], points[index]) : null;
    const after = index < last ? normal(points[index], points[index + 1]) : null;
    if (!before || !after) { put(points[index], before || after, offsets[Math.max(0, index - 1)]); continue; }
    const sum = { x: before.x + after.x, y: before.y + after.y }, length = Math.hypot(sum.x, sum.y);
    const arriving = offsets[index - 1], leaving = offsets[index];
    if (length < 0.6) { put(points[index], before, arriving); put(points[index], after, leaving); continue; }
    const mitre = { x: sum.x / length, y: sum.y / length }, reach = Math.min(1.6, 2 / length);
    put(points[index], mitre, arriving * reach);
    if (leaving !== arriving) put(points[index], mitre, leaving * reach);
  }
  return ring;
}
function corridorRings(corridor, synthetic) {
  const { lanes, points } = lanesNow(), rings = [];
  let line = [], offsets = [];
  const close = () => { if (line.length > 1) rings.push(shifted(line, offsets)); line = []; offsets = []; };
  for (const step of courses[corridor]) {
    const stretch = stretchOf(step), offset = lanes[stretch].get(corridor);
    if (offset === undefined || Boolean(data.corridors.synthetic[stretch]) !== synthetic) { close(); continue; }
    const forward = step >= 0, part = forward ? points[stretch] : [...points[stretch]].reverse();
    const fresh = line.length ? part.slice(1) : part;
    for (let count = part.length - 1; count > 0; count -= 1) offsets.push(forward ? offset : -offset);
    line.push(...fresh);
  }
  close();
  return rings;
}
