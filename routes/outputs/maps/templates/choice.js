/* Route choice in the page: what routes/planning/displacement.py works out, on the same formulas (docs/method.md)
   and under the same names. It knows nothing of the page around it.

   The crossing graph, its legs and the exact sums over all corridors are those of the program; corridors are
   not listed anew: `covered` tells how much of the inflow the list still holds. Effects of the seizures are
   draws with weights; all shares are reckoned draw by draw. */
const {
  readModel, fillDraws, timeOf, nothingChanged, changedGraph, totalMass, sharesAt, whatif, inflowCosts, shareThrough, placeChange, corridorDraws, corridorChange, addFlows, flowDraws, lessOf, meanOf, intervalOf, throughPosts, placePosts,
} = (() => {
const INTERVAL = [0.05, 0.95];
const SHIFTING = ["restricted", "closed"];  // parts of a penalty that differ between times and by closing
const NONE = 65535, TINY = 1e-12;
const BLOCK = 256, BUCKETS = 512, LEAST = 1e-7, MOST_MOVES = 1000;

function arrayOf(text, Kind) {
  const raw = atob(text), bytes = new Uint8Array(raw.length);
  for (let at = 0; at < raw.length; at += 1) bytes[at] = raw.charCodeAt(at);
  return new Kind(bytes.buffer);
}
function readModel(packed) {
  const nodes = {
    place: arrayOf(packed.nodes.place, Uint16Array), kind: arrayOf(packed.nodes.kind, Uint8Array),
    country: arrayOf(packed.nodes.country, Uint8Array), weight: arrayOf(packed.nodes.weight, Float64Array),
    effect: arrayOf(packed.nodes.effect, Uint16Array),
  };
  const legs = {
    from: arrayOf(packed.legs.from, Uint16Array), to: arrayOf(packed.legs.to, Uint16Array),
    cost: arrayOf(packed.legs.cost, Float32Array), km: arrayOf(packed.legs.km, Float32Array),
  };
  const number = new Map(packed.places.map((id, place) => [id, place]));
  const model = { ...packed, nodes, legs, number, scale: packed.scale_km };
  readGraph(model);
  readCorridors(model);
  readDraws(model);
  model.reference = timeOf(model, ...packed.times[packed.asked]);
  return model;
}
function readGraph(model) {
  const { nodes, legs } = model, count = nodes.place.length;
  model.areas = [];
  model.areaOf = new Int16Array(count).fill(-1);
  model.entry = new Int32Array(count);
  model.entries = new Int32Array(model.countries);
  for (let node = 0; node < count; node += 1) {
    if (nodes.kind[node] === 2) { model.areaOf[node] = model.areas.length; model.areas.push(node); }
    else { model.entry[node] = model.entries[nodes.country[node]]; model.entries[nodes.country[node]] += 1; }
  }
  model.areaBits = model.areas.reduce((bits, node) => bits | 1 << nodes.country[node], 0);
  model.legsOf = Array.from({ length: model.countries }, () => []);
  for (let leg = 0; leg < legs.from.length; leg += 1) model.legsOf[nodes.country[legs.from[leg]]].push(leg);
  model.legOf = new Map();
  for (let leg = 0; leg < legs.from.length; leg += 1) model.legOf.set(legs.from[leg] * count + legs.to[leg], leg);
}
/* Corridors: their nodes and legs, and for each gate or crossing on them the row of `pairs` (place, area) that it
   adds to. */
function readCorridors(model) {
  const length = arrayOf(model.paths.length, Uint8Array), all = arrayOf(model.paths.nodes, Uint16Array);
  const { nodes, legs } = model, count = nodes.place.length;
  model.paths = [];
  model.pairs = [];
  const pairOf = new Map();
  for (let corridor = 0, at = 0; corridor < length.length; at += length[corridor], corridor += 1) {
    const path = [...all.subarray(at, at + length[corridor])], area = model.areaOf[path[path.length - 1]];
    const found = { nodes: path, area, legs: [], km: 0, pairs: [], places: path.map((node) => nodes.place[node]) };
    for (let step = 1; step < path.length; step += 1) {
      const leg = model.legOf.get(path[step - 1] * count + path[step]);
      found.legs.push(leg);
      found.km += legs.km[leg];
    }
    for (const place of found.places.slice(0, -1)) {
      const key = place * model.areas.length + area;
      if (!pairOf.has(key)) { pairOf.set(key, model.pairs.length); model.pairs.push({ place, area }); }
      found.pairs.push(pairOf.get(key));
    }
    model.paths.push(found);
  }
  for (const path of model.paths) path.sums = [...path.pairs, model.pairs.length + path.area];
}
function readDraws(model) {
  const { draws } = model, weight = arrayOf(draws.weight, Uint16Array), count = weight.length;
  const low = arrayOf(draws.low, Float64Array), step = arrayOf(draws.step, Float64Array), values = arrayOf(draws.values, Uint8Array);
  const effects = [];
  for (let effect = 0; effect < low.length; effect += 1) {
    const row = new Float32Array(count);
    for (let draw = 0; draw < count; draw += 1) row[draw] = low[effect] + step[effect] * values[effect * count + draw];
    effects.push(row);
  }
  const total = weight.reduce((sum, each) => sum + each, 0);
  model.draws = { ...draws, count, weight, total, effects, raw: null, filled: 0, moves: new Map() };
}

/* --- time: who stood how, and the weights of processing areas --- */
function overlap([first, last], from, until) {
  const begin = Math.max(from ?? -1e9, first), end = Math.min(until ?? 1e9, last);
  return Math.max(end - begin + 1, 0) / (last - first + 1);
}
/* Share of a time that each place was restricted and closed. */
function statusShares(model, span) {
  const shares = new Map();
  for (const [place, from, until, closed] of model.status) {
    const part = overlap(span, from, until);
    if (!part) continue;
    const row = shares.get(place) || [0, 0];
    row[closed] += part;
    shares.set(place, row);
  }
  return shares;
}
function areaWeights(model, span) {
  const { otherwise, rows } = model.area_weights;
  return model.areas.map((node) => {
    const id = model.places[model.nodes.place[node]];
    let left = 1, weight = 0;
    for (const [area, from, until, each] of rows) {
      if (area !== id) continue;
      const part = overlap(span, from, until);
      left -= part;
      weight += part * each;
    }
    return weight + left * (otherwise[id] ?? model.nodes.weight[node]);
  });
}
function timeOf(model, first, last) {
  const span = [first, last], status = statusShares(model, span);
  const parts = model.places.map((id) => {
    const now = { ...(model.parts[id] || {}) }, [restricted, closed] = status.get(id) || [0, 0];
    return { ...now, restricted: restricted * model.restricted_km, closed: closed * model.closed_km };
  });
  return { span, status, parts, areaWeights: areaWeights(model, span) };
}

/* --- the crossing graph after a change --- */
const nothingChanged = () => ({ close: [], impassable: [], penalty: {}, watch: {} });
/* Closed to trade: at the penalty of closed, and no longer restricted. */
function changedGraph(model, time, change) {
  const shut = new Set(change.close), blocked = new Set(change.impassable);
  const parts = time.parts.map((own, place) => (shut.has(model.places[place]) ? { ...own, restricted: 0, closed: model.closed_km } : own));
  const own = parts.map((each, place) => Object.values(each).reduce((sum, km) => sum + km, 0) + (change.penalty[model.places[place]] || 0));
  const passed = model.places.map((id) => (blocked.has(id) ? 0 : 1 - (change.watch[id] || 0)));
  const { nodes, legs, scale } = model;
  const weight = (node) => (nodes.kind[node] === 1 ? nodes.weight[node] : 1);  // of crossings, by their traffic
  const through = (node) => (nodes.kind[node] === 2 ? 1 : weight(node) * passed[nodes.place[node]] * Math.exp(-own[nodes.place[node]] / scale));
  const factor = new Float64Array(legs.from.length);
  for (let leg = 0; leg < factor.length; leg += 1) factor[leg] = Math.exp(-legs.cost[leg] / scale) * through(legs.to[leg]);
  const gates = [];
  for (let node = 0; node < nodes.kind.length; node += 1) {
    if (nodes.kind[node] === 0) gates.push({ node, mass: nodes.weight[node] * through(node) });
  }
  return { parts, penalty: own, passed, factor, gates, areaWeights: time.areaWeights };
}

/* --- sums over all corridors, listed or not, by dynamic programming over (country, countries visited) --- */
function waySums(model, graph) {
  const { nodes, legs, legsOf, entry, entries, areaOf, areas, areaBits } = model, { factor } = graph;
  const known = new Map(), many = areas.length;
  const key = (country, visited) => visited * 32 + country;
  function onward(country, visited) {
    const found = known.get(key(country, visited));
    if (found) return found;
    const mass = new Float64Array(entries[country] * many), further = areaBits & ~visited;
    for (const leg of legsOf[country]) {
      if (!factor[leg]) continue;
      const row = entry[legs.from[leg]] * many, to = legs.to[leg];
      if (areaOf[to] >= 0) { mass[row + areaOf[to]] += factor[leg]; continue; }
      const bit = 1 << nodes.country[to];
      if (!further || visited & bit) continue;
      const next = onward(nodes.country[to], visited | bit), at = entry[to] * many;
      for (let area = 0; area < many; area += 1) mass[row + area] += factor[leg] * next[at + area];
    }
    known.set(key(country, visited), mass);
    return mass;
  }
  return { onward, key };
}
function totalMass(model, graph, sums = waySums(model, graph)) {
  const total = new Float64Array(model.areas.length);
  for (const { node, mass } of graph.gates) {
    const country = model.nodes.country[node], way = sums.onward(country, 1 << country), at = model.entry[node] * total.length;
    for (let area = 0; area < total.length; area += 1) total[area] += mass * way[at + area];
  }
  return total;
}
/* Plain logit flow over every leg towards each area, as sums of mass. */
function legFlows(model, graph, sums) {
  const { nodes, legs, legsOf, entry, entries, areaOf, areas, areaBits } = model, many = areas.length;
  const flow = new Float64Array(legs.from.length * many);
  let level = new Map();
  const arriving = (states, country, visited) => {
    const key = sums.key(country, visited);
    if (!states.has(key)) states.set(key, { country, visited, mass: new Float64Array(entries[country]) });
    return states.get(key).mass;
  };
  for (const { node, mass } of graph.gates) arriving(level, nodes.country[node], 1 << nodes.country[node])[entry[node]] += mass;
  while (level.size) {
    const next = new Map();
    for (const { country, visited, mass } of level.values()) {
      const further = areaBits & ~visited;
      for (const leg of legsOf[country]) {
        const leaving = mass[entry[legs.from[leg]]] * graph.factor[leg], to = legs.to[leg];
        if (!leaving) continue;
        if (areaOf[to] >= 0) { flow[leg * many + areaOf[to]] += leaving; continue; }
        const bit = 1 << nodes.country[to];
        if (!further || visited & bit) continue;
        const way = sums.onward(nodes.country[to], visited | bit), at = entry[to] * many;
        for (let area = 0; area < many; area += 1) flow[leg * many + area] += leaving * way[at + area];
        arriving(next, nodes.country[to], visited | bit)[entry[to]] += leaving;
      }
    }
    level = next;
  }
  return flow;
}
/* Prior shares of the listed corridors: path-size logit within each area, what is not listed beside them. */
function listCorridors(model, graph) {
  const sums = waySums(model, graph), total = totalMass(model, graph, sums), flow = legFlows(model, graph, sums), many = total.length;
  const reached = graph.areaWeights.map((weight, area) => (total[area] > 0 ? weight : 0)), whole = reached.reduce((sum, each) => sum + each, 0);
  const areaShare = reached.map((weight) => (whole ? weight / whole : 0));
  const gateMass = new Float64Array(model.nodes.kind.length), count = model.paths.length;
  for (const { node, mass } of graph.gates) gateMass[node] = mass;
  const prior = new Float64Array(count), weighted = new Float64Array(many), left = Float64Array.from(areaShare);
  model.paths.forEach((path, corridor) => {
    let mass = gateMass[path.nodes[0]];
    for (const leg of path.legs) mass *= graph.factor[leg];
    if (!mass) return;
    let alone = 0;
    for (const leg of path.legs) alone += model.legs.km[leg] * mass / flow[leg * many + path.area];
    const size = path.km ? Math.min(1, alone / path.km) ** model.path_size_exponent : 1, share = mass * areaShare[path.area] / total[path.area];
    prior[corridor] = share * size;
    weighted[path.area] += prior[corridor];
    left[path.area] -= share;
  });
  let covered = 0;
  const scaled = areaShare.map((share, area) => {
    const both = weighted[area] + (left[area] > TINY * share ? left[area] : 0);
    return both > 0 ? share / both : 0;
  });
  for (let corridor = 0; corridor < count; corridor += 1) {
    prior[corridor] *= scaled[model.paths[corridor].area];
    covered += prior[corridor];
  }
  const unit = scaled.map((each, area) => (total[area] > 0 ? each * areaShare[area] / total[area] : 0));  // prior share of a mass of 1
  return { prior, unit, covered, total, uncovered: Math.max(0, 1 - covered) };
}

/* --- shares, draw by draw --- */
/* exp(A u) of every corridor at the time of the answer, up to a factor for each draw. It is filled piece by piece,
   so that no reader waits for it. */
function fillDraws(model, until = Infinity) {
  const { draws, paths, nodes, reference } = model, { count } = draws;
  draws.raw = draws.raw || new Float32Array(paths.length * count);
  draws.own = draws.own || exponent(model, paths[0], reference.parts);
  for (; draws.filled < paths.length && performance.now() < until; draws.filled += 1) {
    const row = exponent(model, paths[draws.filled], reference.parts), at = draws.filled * count;
    for (let draw = 0; draw < count; draw += 1) {
      const size = row[draw] - draws.own[draw];
      draws.raw[at + draw] = Math.exp(size > 80 ? 80 : size < -80 ? -80 : size);
    }
  }
  return draws.filled === paths.length;
}
/* A u of a corridor: the effects of its places, of its cost, and of the parts of its penalties. */
function exponent(model, path, parts) {
  const { draws, nodes } = model, row = new Float64Array(draws.count);
  const add = (effect, by) => {
    if (effect === undefined || effect === NONE || !by) return;
    addTimes(row, by, draws.effects[effect]);
  };
  for (const node of path.nodes) add(nodes.effect[node], 1);
  for (const [effect, by] of designOf(model, path, parts)) add(effect, by);
  return row;
}
function designOf(model, path, parts) {
  const km = {};
  let cost = path.legs.reduce((sum, leg) => sum + model.legs.cost[leg], 0);
  for (const place of path.places) for (const [part, each] of Object.entries(parts[place])) { km[part] = (km[part] || 0) + each; cost += each; }
  return [[model.draws.cost, cost / 1000], ...Object.entries(km).map(([part, each]) => [model.draws.penalty[part], -each / 1000])];
}
/* By how much a change of the graph moves A u of each corridor: corridors that are moved alike share a row,
   and so do answers one after the other. */
function shifts(model, graph, extra) {
  const { draws, reference } = model, rows = draws.moves, zero = rows.get("") || new Float32Array(0);
  if (rows.size > MOST_MOVES) rows.clear();
  rows.set("", zero);
  const own = model.places.map((_, place) => {
    const [restricted, closed] = SHIFTING.map((part) => (graph.parts[place][part] || 0) - (reference.parts[place][part] || 0));
    return { restricted, closed, cost: restricted + closed + (extra[model.places[place]] || 0) };
  });
  return model.paths.map((path) => {
    let cost = 0, restricted = 0, closed = 0;
    for (const place of path.places) { cost += own[place].cost; restricted += own[place].restricted; closed += own[place].closed; }
    if (!cost && !restricted && !closed) return zero;
    const key = `${cost.toFixed(6)} ${restricted.toFixed(6)} ${closed.toFixed(6)}`;
    if (!rows.has(key)) {
      const row = new Float32Array(draws.count), ofCost = draws.effects[draws.cost];
      const [r, c] = SHIFTING.map((part) => draws.effects[draws.penalty[part]]);
      for (let draw = 0; draw < row.length; draw += 1) {
        row[draw] = Math.exp(((ofCost ? cost * ofCost[draw] : 0) - (r ? restricted * r[draw] : 0) - (c ? closed * c[draw] : 0)) / 1000);
      }
      rows.set(key, row);
    }
    return rows.get(key);
  });
}
/* Small loops of their own, which browsers make fast. */
function addTimes(to, by, row) { for (let at = 0; at < to.length; at += 1) to[at] += by * row[at]; }
function sumProduct(row, times) { let sum = 0; for (let at = 0; at < row.length; at += 1) sum += row[at] * times[at]; return sum; }
function sumMoved(row, moved, times) { let sum = 0; for (let at = 0; at < row.length; at += 1) sum += row[at] * moved[at] * times[at]; return sum; }
function setAt(to, at, by, row, from, size) { for (let each = 0; each < size; each += 1) to[at + each] = by * row[from + each]; }
function setTimes(to, by, row) { for (let at = 0; at < to.length; at += 1) to[at] = by * row[at]; }
function setMoved(to, by, row, moved, from) { for (let at = 0; at < to.length; at += 1) to[at] = by * row[at] * (moved.length ? moved[from + at] : 1); }
function lessMoved(to, by, row, moved, from) { for (let at = 0; at < to.length; at += 1) to[at] -= by * row[at] * (moved.length ? moved[from + at] : 1); }
function addOne(to, a, row) { for (let at = 0; at < row.length; at += 1) to[a + at] += row[at]; }
function addTwo(to, a, b, row) { for (let at = 0; at < row.length; at += 1) { const each = row[at]; to[a + at] += each; to[b + at] += each; } }
/* Adds a row to several rows of a table, two at a time. */
function addToRows(to, rows, row) {
  let index = 0;
  for (; index + 1 < rows.length; index += 2) addTwo(to, rows[index] * BLOCK, rows[index + 1] * BLOCK, row);
  if (index < rows.length) addOne(to, rows[index] * BLOCK, row);
}
/* How the sums of `before` become those of now: all of an area times a factor, and the corridors that are moved
   otherwise. What differs by less than LEAST of the inflow is left: all of it is under a hundredth of a percentage
   point. Without `before` all corridors are added up. */
function differences(model, listed, shift, before) {
  const factor = Float64Array.from(listed.unit, (unit, area) => (before && before.listed.unit[area] > 0 ? unit / before.listed.unit[area] : 0)), moved = [];
  model.paths.forEach(({ area }, corridor) => {
    const now = listed.prior[corridor], was = before ? factor[area] * before.listed.prior[corridor] : 0;
    const alike = !before || shift[corridor] === before.shift[corridor];
    if (alike && now ? Math.abs(now - was) > (before ? LEAST : 0) : Math.max(now, was) > 0) moved.push({ corridor, now, was, alike });
  });
  const used = new Uint8Array(model.pairs.length + model.areas.length);  // what no corridor passes has exactly nothing
  model.paths.forEach(({ sums }, corridor) => { if (listed.prior[corridor]) for (const row of sums) used[row] = 1; });
  return { factor, moved, used };
}
/* Shares of the listed corridors, and through every gate and crossing. With `before` what went into each area
   then is divided among the corridors that lead there; without, all corridors and what is not listed share.
   Draws are taken block by block, so that the sums of a block stay near the processor. */
function drawShares(model, graph, listed, extra, before) {
  fillDraws(model);
  const { draws, paths, pairs } = model, { count, raw } = draws, many = model.areas.length, rows = () => Array.from({ length: many }, () => new Float64Array(count));
  const shift = shifts(model, graph, extra), { factor, moved, used } = differences(model, listed, shift, before), rest = before ? null : restOf(model, graph, listed, extra);
  const scale = rows(), areas = rows(), places = new Map(pairs.map(({ place }) => [place, new Float64Array(count)]));
  const areaOf = [...pairs.map(({ area }) => area), ...model.areas.keys()], by = new Float64Array(areaOf.length * BLOCK), kept = before ? null : new Float32Array(areaOf.length * count);
  const given = { inflow: before && before.areas, rest, scale, areas, first: pairs.length };
  for (let from = 0; from < count; from += BLOCK) {
    const size = Math.min(BLOCK, count - from), part = new Float64Array(size);
    by.fill(0);
    if (before) for (let row = 0; row < areaOf.length; row += 1) setAt(by, row * BLOCK, factor[areaOf[row]], before.kept, row * count + from, size);
    for (const { corridor, now, was, alike } of moved) {
      const at = corridor * count + from, row = raw.subarray(at, at + size);
      if (alike && !shift[corridor].length) setTimes(part, now - was, row); else setMoved(part, alike ? now - was : now, row, shift[corridor], from);
      if (!alike && was) lessMoved(part, was, row, before.shift[corridor], from);
      addToRows(by, paths[corridor].sums, part);
    }
    for (let row = 0; row < areaOf.length; row += 1) if (!used[row]) by.fill(0, row * BLOCK, row * BLOCK + size);
    for (let draw = 0; draw < size; draw += 1) scaleDraw(by, draw, from, given);
    pairs.forEach(({ place, area }, pair) => {
      const to = places.get(place), times = scale[area], at = pair * BLOCK;
      for (let draw = 0; draw < size; draw += 1) to[from + draw] += Math.max(0, by[at + draw]) * times[from + draw];
    });
    if (kept) for (let row = 0; row < areaOf.length; row += 1) kept.set(by.subarray(row * BLOCK, row * BLOCK + size), row * count + from);
  }
  const found = { graph, listed, shift, scale, places, areas, kept, rest: rest ? rest.map((each, draw) => each * scale[0][draw]) : null };
  found.corridors = meansOf(model, listed, shift, scale, areas);
  return found;
}
/* What the sums of a draw are multiplied by, area by area, to be shares. */
function scaleDraw(by, draw, from, { inflow, rest, scale, areas, first }) {
  const to = from + draw;
  let whole = rest ? rest[to] : 0;
  for (let area = 0; area < areas.length; area += 1) whole += by[(first + area) * BLOCK + draw];
  for (let area = 0; area < areas.length; area += 1) {
    const sum = Math.max(0, by[(first + area) * BLOCK + draw]);
    scale[area][to] = inflow ? (sum > 0 ? inflow[area][to] / sum : 0) : 1 / whole;
    areas[area][to] = sum * scale[area][to];
  }
}
function totalOf(rows) {
  const sum = new Float64Array(rows[0].length);
  for (const row of rows) addTimes(sum, 1, row);
  return sum;
}
/* What is not listed keeps its place among the corridors: it has the prior-weighted mean of their A u. */
function restOf(model, graph, listed, extra) {
  const { draws } = model, design = new Map(), whole = listed.covered || 1;
  const add = (effect, by) => { if (effect !== undefined && effect !== NONE) design.set(effect, (design.get(effect) || 0) + by); };
  model.paths.forEach((path, corridor) => {
    const part = listed.prior[corridor] / whole;
    if (!part) return;
    for (const node of path.nodes) add(model.nodes.effect[node], part);
    for (const [effect, by] of designOf(model, path, graph.parts)) add(effect, part * by);
    add(draws.cost, part * path.places.reduce((sum, place) => sum + (extra[model.places[place]] || 0), 0) / 1000);
  });
  const row = Float64Array.from(draws.own, (each) => -each);
  for (const [effect, by] of design) for (let draw = 0; draw < row.length; draw += 1) row[draw] += by * draws.effects[effect][draw];
  return Float64Array.from(row, (each) => listed.uncovered * Math.exp(Math.max(-80, Math.min(80, each))));
}
/* The share that is told of each corridor: the mean over the draws, or the prior's where nothing was seized. */
function meansOf(model, listed, shift, scale, areas) {
  const { draws, paths } = model, { count, raw, weight, total } = draws;
  const means = new Float64Array(paths.length), into = areas.map((row) => meanOf(model, row));
  const prior = new Float64Array(into.length);
  paths.forEach((path, corridor) => { prior[path.area] += listed.prior[corridor]; });
  const times = scale.map((row) => row.map((each, draw) => each * weight[draw] / total));
  paths.forEach((path, corridor) => {
    if (!listed.prior[corridor]) return;
    if (!model.informed) { means[corridor] = listed.prior[corridor]; return; }
    const row = raw.subarray(corridor * count, corridor * count + count), own = times[path.area], moved = shift[corridor];
    means[corridor] = listed.prior[corridor] * (moved.length ? sumMoved(row, moved, own) : sumProduct(row, own));
  });
  return means;
}
function meanOf(model, row) {
  return sumProduct(row, model.draws.weight) / model.draws.total;
}
/* Bounds of the 90 % interval, between two draws where they fall between. A draw counts as often as its weight.
   Draws are counted in buckets; only those of the buckets with the bounds are sorted. */
const buckets = new Float64Array(BUCKETS);
function intervalOf(model, row) {
  const { weight, total } = model.draws, { length } = row;
  let least = Infinity, most = -Infinity;
  for (let draw = 0; draw < length; draw += 1) { const each = row[draw]; if (each < least) least = each; if (each > most) most = each; }
  const times = (BUCKETS - 0.001) / (most - least), bucketOf = (each) => Math.floor((each - least) * times), kept = new Map();
  if (!Number.isFinite(times)) return [least, least];
  buckets.fill(0);
  for (let draw = 0; draw < length; draw += 1) buckets[Math.floor((row[draw] - least) * times)] += weight[draw];
  const sortedIn = (bucket) => {
    if (kept.has(bucket)) return kept.get(bucket);
    const found = [];
    for (let draw = 0; draw < length; draw += 1) if (bucketOf(row[draw]) === bucket) found.push(draw);
    kept.set(bucket, found.sort((a, b) => row[a] - row[b]));
    return found;
  };
  const at = (position) => {
    let bucket = 0, seen = 0;
    while (bucket < BUCKETS - 1 && seen + buckets[bucket] <= position) { seen += buckets[bucket]; bucket += 1; }
    const order = sortedIn(bucket);
    let index = 0;
    while (index < order.length - 1 && seen + weight[order[index]] <= position) { seen += weight[order[index]]; index += 1; }
    return row[order[index]];
  };
  return INTERVAL.map((bound) => {
    const position = bound * (total - 1), below = Math.floor(position), low = at(below), high = at(Math.min(below + 1, total - 1));
    return low + (position - below) * (high - low);
  });
}

/* --- what if --- */
/* Shares at a time, nothing closed. */
function sharesAt(model, time) {
  const graph = changedGraph(model, time, nothingChanged());
  return drawShares(model, graph, listCorridors(model, graph), {}, null);
}
/* Shares after a change, the inflow into each area what it was. */
function whatif(model, time, change, before) {
  const graph = changedGraph(model, time, change), listed = listCorridors(model, graph);
  const after = drawShares(model, graph, listed, change.penalty, before);
  if (!model.informed) keepInflow(model, after, before);
  const lost = model.areas.map((_, area) => after.areas[area].every((each) => each === 0));
  const noWay = lost.reduce((sum, gone, area) => sum + (gone ? meanOf(model, before.areas[area]) : 0), 0);
  return { ...after, rest: before.rest, noWay, lost, costs: inflowCosts(model, before, listed), covered: listed.covered };
}
function keepInflow(model, after, before) {
  const was = new Float64Array(model.areas.length), now = new Float64Array(model.areas.length);
  model.paths.forEach((path, corridor) => { was[path.area] += before.corridors[corridor]; now[path.area] += after.corridors[corridor]; });
  model.paths.forEach((path, corridor) => { if (now[path.area]) after.corridors[corridor] *= was[path.area] / now[path.area]; });
}
/* What the inflow costs before and after, a logsum over all corridors, in km-equivalents. */
function inflowCosts(model, before, listed) {
  const share = new Float64Array(model.areas.length), { total: was } = before.listed, { total: now } = listed;
  model.paths.forEach((path, corridor) => { share[path.area] += before.corridors[corridor]; });
  const gates = before.graph.gates.reduce((sum, { node }) => sum + model.nodes.weight[node], 0);
  let whole = 0, first = 0, second = 0;
  share.forEach((each, area) => {
    if (!(was[area] > 0 && now[area] > 0)) return;
    whole += each;
    first -= model.scale * each * Math.log(was[area] / gates);
    second -= model.scale * each * Math.log(now[area] / gates);
  });
  return whole ? [first / whole, second / whole] : [0, 0];
}
/* Share through a place: the mean that is told. */
function shareThrough(model, found, place) {
  if (model.informed) return found.places.has(place) ? meanOf(model, found.places.get(place)) : 0;
  return model.paths.reduce((sum, path, corridor) => sum + (path.places.includes(place) ? found.corridors[corridor] : 0), 0);
}
function placeChange(model, before, after, place) {
  const [was, now] = [before, after].map((found) => found.places.get(place) || new Float64Array(model.draws.count));
  return {
    before: shareThrough(model, before, place), after: shareThrough(model, after, place),
    interval: intervalOf(model, now), change: intervalOf(model, lessOf(now, was)),
  };
}
/* Adds a block of draws of the inflow over every leg to a table of legs and draws, and tells where the next begins. */
function addFlows(model, found, passes, table, from) {
  const { count, raw } = model.draws, size = Math.min(BLOCK, count - from), part = new Float64Array(size);
  model.paths.forEach((path, corridor) => {
    const prior = found.listed.prior[corridor], at = corridor * count + from, times = found.scale[path.area];
    if (!prior || !passes[corridor]) return;
    setMoved(part, prior, raw.subarray(at, at + size), found.shift[corridor], from);
    for (let draw = 0; draw < size; draw += 1) part[draw] *= times[from + draw];
    for (const leg of path.legs) addOne(table, leg * count + from, part);
  });
  return from + size;
}
/* Draws of the inflow over roads that so many legs use. */
function flowDraws(model, table, legs) {
  const { count } = model.draws, row = new Float64Array(count);
  for (const leg of legs) addTimes(row, 1, table.subarray(leg * count, leg * count + count));
  return row;
}
function lessOf(row, other) {
  const less = new Float64Array(row.length);
  for (let draw = 0; draw < row.length; draw += 1) less[draw] = row[draw] - other[draw];
  return less;
}
/* Draws of one corridor: what goes into its area, at its part of it. */
function corridorDraws(model, found, corridor) {
  const { count, raw } = model.draws, prior = found.listed.prior[corridor], row = new Float32Array(count);
  const moved = found.shift[corridor], times = found.scale[model.paths[corridor].area], at = corridor * count;
  for (let draw = 0; draw < count; draw += 1) row[draw] = prior * raw[at + draw] * (moved.length ? moved[draw] : 1) * times[draw];
  return row;
}
function corridorChange(model, before, after, corridor) {
  const [was, now] = [before, after].map((found) => corridorDraws(model, found, corridor));
  return {
    before: before.corridors[corridor], after: after.corridors[corridor],
    interval: intervalOf(model, now), change: intervalOf(model, lessOf(now, was)),
  };
}

/* --- posts: greedy, then exchanges of one for one, on the flow before posts by route choice --- */
function caughtLogit(model, found, chances) {
  const many = model.areas.length, whole = new Float64Array(many), once = new Float64Array(many), twice = new Float64Array(many);
  let all = 0;
  model.paths.forEach(({ area }, corridor) => {
    const share = found.corridors[corridor], chance = chances[corridor];
    all += share;
    whole[area] += share;
    once[area] += share * chance;
    twice[area] += share * chance * chance;
  });
  return whole.reduce((sum, each, area) => sum + (once[area] > 0 ? each * twice[area] / once[area] : 0), 0) / all;
}
/* What gets through posts in each draw: of the flow without them, by the same formula. */
function passingDraws(model, found, watch) {
  const many = model.areas.length, { count } = model.draws, kept = (areas) => areas.map((row) => Float64Array.from(row));
  const once = kept(found.areas), twice = kept(found.areas);
  model.paths.forEach((path, corridor) => {
    const chance = path.places.reduce((product, place) => product * (1 - (watch[model.places[place]] || 0)), 1);
    if (chance === 1 || !found.listed.prior[corridor]) return;
    const row = corridorDraws(model, found, corridor);
    addTimes(once[path.area], chance - 1, row);
    addTimes(twice[path.area], chance * chance - 1, row);
  });
  const whole = totalOf(found.areas), passing = new Float64Array(count);
  for (let area = 0; area < many; area += 1) {
    for (let draw = 0; draw < count; draw += 1) {
      if (once[area][draw] > 0) passing[draw] += found.areas[area][draw] * twice[area][draw] / once[area][draw] / whole[draw];
    }
  }
  return passing;
}
function chancesOf(model, watch) {
  return Float64Array.from(model.paths, (path) => path.places.reduce((product, place) => product * (1 - (watch[model.places[place]] || 0)), 1));
}
/* What gets through: the mean flow's, and the 90 % interval over the draws. */
function throughPosts(model, found, watch) {
  return { passing: caughtLogit(model, found, chancesOf(model, watch)), interval: intervalOf(model, passingDraws(model, found, watch)) };
}
/* Places for so many posts: what helps most is added, one exchanged for another while that helps. */
function placePosts(model, found, candidates, count) {
  const through = new Map(Object.keys(candidates).map((id) => {
    const place = model.number.get(id);
    return [id, model.paths.flatMap((path, corridor) => (path.places.includes(place) ? [corridor] : []))];
  }));
  const chancesWith = (ids) => {
    const chances = new Float64Array(model.paths.length).fill(1);
    for (const id of ids) for (const corridor of through.get(id)) chances[corridor] *= 1 - candidates[id];
    return chances;
  };
  const best = (plans, now) => plans.reduce((least, plan) => {
    const value = caughtLogit(model, found, chancesWith(plan));
    return value < least.value - TINY ? { plan, value } : least;
  }, now);
  const useful = [...through.keys()].filter((id) => through.get(id).length);
  let now = { plan: [], value: 1 };
  for (;;) {
    const free = useful.filter((id) => !now.plan.includes(id));
    const plans = now.plan.length < count ? free.map((id) => [...now.plan, id])
      : now.plan.flatMap((_, at) => free.map((id) => now.plan.map((each, other) => (other === at ? id : each))));
    const better = best(plans, now);
    if (better === now) return now;
    now = better;
  }
}
return {
  readModel, fillDraws, timeOf, nothingChanged, changedGraph, totalMass, sharesAt, whatif, inflowCosts, shareThrough, placeChange, corridorDraws, corridorChange, addFlows, flowDraws, lessOf, meanOf, intervalOf, throughPosts, placePosts,
};
})();
