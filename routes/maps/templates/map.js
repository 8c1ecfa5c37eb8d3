/* Draws what the page's data block describes. Every text from data is set as text, never as HTML. */
(function (map) {
  "use strict";
  const data = JSON.parse(document.getElementById("routes-data").textContent);
  const INK = "#1f2933", SEIZURE = "#d55e00";
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const narrow = window.matchMedia("(max-width: 760px)").matches;

  /* --- building blocks --- */
  function element(tag, className, text) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
  }
  function drawing(tag, attributes) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    return node;
  }
  function popup(item, fields) {
    const box = element("div", "popup");
    const rows = element("dl");
    box.append(element("h4", "", ""), rows);
    box.firstChild.append(element("bdi", "", item.title));
    fields.forEach((field, index) => {
      if (!item.values[index]) return;
      const cell = element("dd", field === "Id" ? "id" : "");
      cell.append(element("bdi", "", item.values[index]));
      rows.append(element("dt", "", field), cell);
    });
    return box;
  }
  function hint(item) {
    const box = element("div");
    const title = element("b");
    title.append(element("bdi", "", item.title));
    box.append(title, element("span", "", item.hint));
    return box;
  }
  const popupOptions = () => ({
    maxWidth: narrow ? 236 : 320, minWidth: narrow ? 200 : 260, maxHeight: narrow ? 240 : 380,
    autoPanPaddingTopLeft: [58, 12], autoPanPaddingBottomRight: [narrow ? 12 : 64, 12],
  });
  function pane(name, level) {
    map.createPane(name).style.zIndex = level;
    return name;
  }
  /* A marker that is focused by the mouse must not move away under it, so Leaflet's own panning is off. */
  function marker(at, icon, zIndexOffset, item, fields) {
    const made = L.marker(at, { icon, zIndexOffset, alt: item.title, autoPanOnFocus: false });
    made.on("add", () => {
      const node = made.getElement();
      if (!node || node.hasAttribute("aria-label")) return;
      node.setAttribute("aria-label", `${item.title}, ${item.hint}`);
      node.addEventListener("focus", () => {
        if (node.matches(":focus-visible")) map.panInside(made.getLatLng(), { padding: [50, 50], animate: !still });
      });
    });
    return made.bindPopup(() => popup(item, fields), popupOptions()).bindTooltip(() => hint(item), { direction: "top" });
  }

  /* --- land --- */
  function drawLand() {
    const land = pane("land", 210);
    for (const country of [...data.borders].sort((a, b) => a.modelled - b.modelled)) {
      L.polygon(country.rings, {
        pane: land, interactive: false, weight: country.modelled ? 1.3 : 0.8, smoothFactor: 0.5,
        color: country.modelled ? "#a39d89" : "#d0cdc2", fillOpacity: 1, lineJoin: "round",
        fillColor: country.modelled ? "#fbf9f2" : "#ecebe6",
      }).addTo(map);
    }
  }

  /* --- corridors --- */
  const corridors = L.featureGroup();
  const groups = [];
  const buttons = [...document.querySelectorAll("[data-corridor]")];
  let selected = null, overlaysReady = () => {};

  function lines(item) {
    const at = (indices) => indices.map((index) => data.corridors.stretches[index]);
    return { known: at(item.known), synthetic: at(item.synthetic), all: at([...item.known, ...item.synthetic]) };
  }
  function drawCorridor(item, index) {
    const on = pane("corridor", 420), where = lines(item), round = { lineCap: "round", lineJoin: "round" };
    const plain = { pane: on, interactive: false, color: item.colour, weight: item.width, opacity: 1 };
    const casing = L.polyline(where.all, { ...plain, ...round, color: "#fff", weight: item.width + 2.5, opacity: .85 });
    const known = L.polyline(where.known, { ...plain, ...round, className: "corridor known" });
    const synthetic = L.polyline(where.synthetic, {
      ...plain, lineCap: "butt", className: "corridor synthetic",
      weight: Math.max(2, item.width * .8), dashArray: `${item.width + 3} ${item.width + 3}`,
    });
    const target = L.polyline(where.all, { pane: on, weight: 18, opacity: 0, className: `corridor-target c${index}` });
    target.bindTooltip(() => hint(item), { sticky: true });
    target.on("click", (event) => { L.DomEvent.stop(event); select(index, event.latlng, false); });
    groups[index] = L.featureGroup([casing, known, synthetic, target]);
    Object.assign(groups[index], { casing, known, synthetic });
    corridors.addLayer(groups[index]);
  }
  function drawCorridors() {
    pane("corridor", 420);
    for (let index = data.corridors.items.length - 1; index >= 0; index -= 1) {
      drawCorridor(data.corridors.items[index], index);
    }
  }
  function restack() {
    if (!map.hasLayer(corridors)) return;
    for (let index = groups.length - 1; index >= 0; index -= 1) groups[index].bringToFront();
    if (selected !== null) groups[selected].bringToFront();
  }
  function paint() {
    groups.forEach((group, index) => {
      const item = data.corridors.items[index], lit = index === selected, faded = selected !== null && !lit;
      group.known.setStyle({ opacity: faded ? .3 : 1, weight: item.width + (lit ? 1 : 0) });
      group.synthetic.setStyle({ opacity: faded ? .3 : 1 });
      group.casing.setStyle({
        color: lit ? INK : "#fff", weight: item.width + (lit ? 5 : 2.5), opacity: faded ? .3 : lit ? 1 : .85,
      });
    });
    buttons.forEach((button, index) => button.setAttribute("aria-pressed", String(index === selected)));
    restack();
  }
  function reveal(button) {
    const panel = button.closest(".panel");
    if (panel.scrollHeight > panel.clientHeight) button.scrollIntoView({ block: "nearest" });
  }
  function select(index, latlng, fit) {
    const item = data.corridors.items[index];
    const at = latlng || item.anchor;
    map.addLayer(corridors);
    if (fit && at) {
      const bounds = L.latLngBounds(lines(item).all.flat());
      const above = narrow ? 190 : 250;
      map.fitBounds(bounds, { paddingTopLeft: [40, above], paddingBottomRight: [40, 40], maxZoom: 7, animate: false });
    }
    map.closePopup();
    selected = index;
    paint();
    if (at) {
      const opened = L.popup(popupOptions()).setLatLng(at).setContent(popup(item, data.corridors.fields));
      opened.on("remove", () => { if (selected === index) { selected = null; paint(); } });
      opened.openOn(map);
    }
    reveal(buttons[index]);
    document.getElementById("status").textContent = `Selected: ${item.title}, ${item.hint}`;
  }
  function wireList() {
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") map.closePopup(); });
    buttons.forEach((button, index) => {
      button.addEventListener("click", () => {
        if (selected === index) return map.closePopup();
        if (narrow) document.querySelector("main").scrollIntoView({ behavior: still ? "auto" : "smooth" });
        select(index, null, true);
      });
      button.addEventListener("keydown", (event) => {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (!step || !buttons[index + step]) return;
        event.preventDefault();
        buttons[index + step].focus();
      });
    });
  }

  /* --- places --- */
  const outlines = {
    gates: (c, r) => drawing("rect", { x: c - r * .886, y: c - r * .886, width: r * 1.772, height: r * 1.772, rx: 1 }),
    crossings: (c, r) => drawing("circle", { cx: c, cy: c, r }),
    areas: (c, r) => drawing("path", { d: `M${c} ${c - r * 1.253}l${r * 1.253} ${r * 1.253} ${-r * 1.253} ${r * 1.253} ${-r * 1.253} ${-r * 1.253}z` }),
  };
  function symbol(shape, item) {
    const size = Math.max(18, 2.6 * item.radius + 4), centre = size / 2;
    const svg = drawing("svg", { width: size, height: size, "aria-hidden": "true" });
    const outline = outlines[shape](centre, item.radius);
    const look = { fill: "#fff", "fill-opacity": .82, stroke: INK, "stroke-width": 1.6 };
    if (item.status === "restricted") look["stroke-dasharray"] = "3 2.4";
    for (const [name, value] of Object.entries(look)) outline.setAttribute(name, value);
    svg.append(outline);
    if (item.status === "closed") {
      const half = item.radius * .6;
      svg.append(drawing("path", { d: `M${centre - half} ${centre}h${2 * half}`, stroke: INK, "stroke-width": 2.4 }));
    }
    return L.divIcon({ html: svg, className: "symbol", iconSize: [size, size] });
  }
  function drawPlaces(shape, minor) {
    const layer = L.layerGroup();
    for (const item of data[shape].items) {
      const made = marker(item.at, symbol(shape, item), Math.round(-item.radius * 20), item, data[shape].fields);
      (item.minor ? minor : layer).addLayer(made);
    }
    return layer;
  }

  /* --- seizures --- */
  function seizureIcon(item) {
    const svg = drawing("svg", { width: 18, height: 18, "aria-hidden": "true" });
    const look = item.used
      ? { r: 5.2, fill: SEIZURE, stroke: item.flagged ? "#111" : "#fff", "stroke-width": item.flagged ? 1.8 : 1.5 }
      : { r: 4.6, fill: "#fff", stroke: SEIZURE, "stroke-width": 2 };
    svg.append(drawing("circle", { cx: 9, cy: 9, ...look }));
    if (!item.used && item.flagged) {
      svg.append(drawing("circle", { cx: 9, cy: 9, r: 6.6, fill: "none", stroke: "#111", "stroke-width": 1.6 }));
    }
    return L.divIcon({ html: svg, className: "symbol seizure", iconSize: [18, 18] });
  }
  function clusterIcon(cluster) {
    const size = 20 + Math.min(12, 2 * Math.sqrt(cluster.getChildCount()));
    const html = element("span", "", String(cluster.getChildCount()));
    return L.divIcon({ html, className: "cluster", iconSize: [size, size] });
  }
  function drawSeizures() {
    const layer = L.markerClusterGroup({
      maxClusterRadius: 22, iconCreateFunction: clusterIcon, showCoverageOnHover: false, animate: !still,
      spiderLegPolylineOptions: { weight: 1.2, color: INK, opacity: .6 }, spiderfyDistanceMultiplier: 1.1,
    });
    for (const item of data.seizures.items) {
      layer.addLayer(marker(item.at, seizureIcon(item), 500, item, data.seizures.fields));
    }
    return layer;
  }

  /* --- labels: placed in order of weight, moved or hidden where they would overlap --- */
  function labelList() {
    const list = [];
    const add = (text, at, kind, radius, from) => list.push({ text, at, kind, radius, from });
    data.borders.filter((c) => c.modelled).forEach((c) => add(c.name, c.label, "country", 0, 0));
    for (const shape of ["areas", "gates", "crossings"]) {
      for (const item of [...data[shape].items].reverse().filter((each) => !each.minor)) {
        add(item.title, item.at, "place", item.radius, shape === "crossings" ? 5.5 : 0);
      }
    }
    data.borders.filter((c) => !c.modelled).forEach((c) => add(c.name, c.label, "country ring", 0, 0));
    data.cities.forEach((c) => add(c.name, c.at, "city", 2, 4.5));
    return list;
  }
  function drawLabels() {
    const layer = L.layerGroup(), on = pane("label", 610);
    map.getPane(on).style.pointerEvents = "none";
    const fixed = { pane: on, interactive: false, keyboard: false };
    const labels = labelList().map((label) => {
      const text = element("span", label.kind, label.text);
      text.dir = "auto";
      layer.addLayer(L.marker(label.at, { ...fixed, icon: L.divIcon({ html: text, className: "label", iconSize: [0, 0] }) }));
      if (label.kind !== "city") return { ...label, node: text };
      const dot = L.marker(label.at, { ...fixed, icon: L.divIcon({ html: "", className: "dot", iconSize: [4, 4] }) });
      layer.addLayer(dot);
      return { ...label, node: text, dot };
    });
    const settle = () => { if (map.hasLayer(layer)) settleLabels(labels); };
    map.on("zoomend viewreset resize layeradd layerremove", L.Util.throttle(settle, 60, null));
    overlaysReady = settle;
    return layer;
  }
  function boxAt(x, y, width, height) {
    return { x, y, left: x - 2, right: x + width + 2, top: y - 1, bottom: y + height + 1 };
  }
  function spots(label) {
    const { x, y } = map.latLngToLayerPoint(label.at), width = label.node.offsetWidth, r = label.radius;
    const wide = Math.max(r, 13), middle = y - 7;
    if (label.kind.startsWith("country")) return [{ ...boxAt(x - width / 2, middle, width, 14), first: true }];
    return [
      { ...boxAt(x + r + 4, middle, width, 14), first: true }, boxAt(x - r - 4 - width, middle, width, 14),
      boxAt(x + wide + 4, middle, width, 14), boxAt(x - wide - 4 - width, middle, width, 14),
      boxAt(x - width / 2, y + wide + 1, width, 14), boxAt(x - width / 2, y - wide - 15, width, 14),
    ];
  }
  function symbolBoxes() {
    return [...map.getPane("markerPane").children].map((node) => {
      const { x, y } = L.DomUtil.getPosition(node), half = node.offsetWidth / 2 - 3;
      return boxAt(x - half, y - half, 2 * half, 2 * half);
    });
  }
  function settleLabels(labels) {
    const symbols = symbolBoxes(), taken = [], origin = (label) => map.latLngToLayerPoint(label.at);
    const free = (a, boxes) => !boxes.some((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom);
    for (const label of labels) {
      const choices = map.getZoom() < label.from ? [] : spots(label).filter((spot) => free(spot, taken));
      const beside = choices.find((each) => each.first);
      const fallback = label.kind === "city" ? undefined : beside;
      const spot = choices.find((each) => free(each, symbols)) || fallback;
      label.node.classList.toggle("hidden", !spot);
      if (label.dot) label.dot.getElement().classList.toggle("hidden", !spot);
      if (!spot) continue;
      taken.push(spot);
      label.node.style.left = `${spot.x - origin(label).x}px`;
      label.node.style.top = `${spot.y - origin(label).y}px`;
    }
  }

  /* --- controls --- */
  function addControls(overlays) {
    map.attributionControl.setPrefix("Leaflet").addAttribution(
      "Roads © OpenStreetMap contributors (ODbL) | Borders: Natural Earth | Places: GeoNames (CC BY 4.0)");
    L.control.scale({ imperial: false, maxWidth: 140, position: narrow ? "bottomright" : "bottomleft" }).addTo(map);
    if (narrow) document.getElementById("legend").open = false;
    L.control.layers(null, overlays, { collapsed: true }).addTo(map);
  }

  /* --- the page --- */
  map.setMinZoom(3).setMaxZoom(11);
  drawLand();
  drawCorridors();
  const minor = L.layerGroup();
  const overlays = {
    "Corridors": corridors,
    "Gates": drawPlaces("gates", minor),
    "Crossings": drawPlaces("crossings", minor),
    "Processing areas": drawPlaces("areas", minor),
    [data.minor]: minor,
    "Seizures": drawSeizures(),
    "Names": drawLabels(),
  };
  map.fitBounds(data.view, { paddingTopLeft: [20, 16], paddingBottomRight: [narrow ? 20 : 72, 30], animate: false });
  for (const layer of Object.values(overlays)) if (layer !== minor) layer.addTo(map);
  addControls(overlays);
  corridors.on("add", restack);
  new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(map.getContainer());
  wireList();
  overlaysReady();
})(MAP);
