/* Where everything of the map lies on the screen, in pixels of the map. */
() => {
    const map = window[Object.keys(window).find((key) => key.startsWith("map_"))];
    const data = JSON.parse(document.getElementById("routes-data").textContent);
    const frame = map.getContainer().getBoundingClientRect();
    const box = (node) => { const b = node.getBoundingClientRect(); return [b.left - frame.left, b.top - frame.top, b.right - frame.left, b.bottom - frame.top]; };
    const at = (point) => { const p = map.latLngToContainerPoint(point); return [p.x, p.y]; };
    const seen = (node) => getComputedStyle(node).visibility !== "hidden";
    const symbols = [...document.querySelectorAll(".leaflet-marker-icon")]
        .filter((node) => !node.classList.contains("label") && seen(node))
        .map((node) => {
            const drawn = node.querySelector("svg > *") || node;
            const [left, top, right, bottom] = box(drawn);
            const kind = node.classList.contains("dot") ? "city" : /seizure|cluster/.test(node.className) ? "seizure" : "place";
            return { kind, x: (left + right) / 2, y: (top + bottom) / 2, reach: Math.max(right - left, bottom - top) / 2, target: box(node), name: node.getAttribute("aria-label") || "" };
        });
    const items = [...data.areas.items, ...data.gates.items, ...data.crossings.items];
    const names = [...document.querySelectorAll(".label span")].filter(seen).map((node) => {
        const text = node.textContent, kind = node.className.split(" ")[0];
        const own = kind === "place" ? items.filter((each) => each.title === text).map((each) => at(each.at))
            : kind === "city" ? data.cities.filter((each) => each.name === text).map((each) => at(each.at)) : [];
        const country = kind === "country" ? data.borders.find((each) => each.name === text) : null;
        return { text, kind, box: box(node), own, ground: country && country.rings.map((part) => part.map((ring) => ring.map(at))) };
    });
    const leaders = [...document.querySelectorAll(".leaders line")]
        .map((line) => ["x1", "y1", "x2", "y2"].map((each) => Number(line.getAttribute(each))));
    const corner = map.containerPointToLayerPoint([0, 0]);
    return { symbols, names, leaders: leaders.map(([a, b, c, d]) => [a - corner.x, b - corner.y, c - corner.x, d - corner.y]), size: [frame.width, frame.height] };
}
