/* What a reader would stumble over: things that are cut or covered, and targets under 24 pixels. */
() => {
const covered = (() => {
    const faults = [], rect = (node) => node.getBoundingClientRect();
    if (document.documentElement.scrollWidth > innerWidth) faults.push("the page scrolls sideways");
    const controls = [...document.querySelectorAll(".leaflet-control")].filter((node) => node.offsetParent);
    const frame = rect(document.querySelector(".folium-map"));
    controls.forEach((one, index) => {
        const a = rect(one);
        if (a.left < frame.left - 1 || a.right > frame.right + 1 || a.top < frame.top - 1 || a.bottom > frame.bottom + 1) faults.push(`${one.className} is cut`);
        for (const other of controls.slice(index + 1)) {
            const b = rect(other);
            if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1) faults.push(`${one.className} covers ${other.className}`);
        }
    });
    if (frame.width < 300 || frame.height < 200) faults.push(`the map has ${frame.width} by ${frame.height}`);
    for (const node of document.querySelectorAll("button, summary, th, td, label, h1, h2, li, p")) {
        if (!node.offsetParent || node.closest(".live, .leaflet-container")) continue;
        if (node.scrollWidth > node.clientWidth + 1 && node.clientWidth > 0 && getComputedStyle(node).overflowX !== "auto") faults.push(`cut: ${node.tagName} ${node.textContent.trim().slice(0, 40)}`);
    }
    const tlp = document.querySelector(".tlp"), top = rect(tlp);
    if (top.height < 16) faults.push("the mark is cut");
    return faults;
})();
const small = (() => [...document.querySelectorAll("a[href], button, select, input, textarea, summary, .leaflet-marker-icon[tabindex]")]
    .filter((node) => node.offsetParent && !node.closest(".live, .leaflet-control-attribution"))
    .map((node) => [node, (node.closest("label") || node).getBoundingClientRect()])
    .filter(([, box]) => box.width > 0 && (box.width < 23.9 || box.height < 23.9))
    .map(([node, box]) => `${node.tagName}.${node.className} ${node.textContent.trim().slice(0, 30)}: ${box.width.toFixed(0)} x ${box.height.toFixed(0)}`))();
return [...covered, ...small];
}
