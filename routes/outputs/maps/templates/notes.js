/* Notes at places: on a gate, a crossing, an area or any point of the map. They are numbered as they are listed, drawn,
   printed, and kept in a copy of the page. */
const LONGEST_NOTE = 600;
const placeNotes = [];  // at, id of the place or "", text
const noteLayer = L.layerGroup(), noteList = document.getElementById("note-list");

function noteTitle({ at, place }) {
  const found = markerOf.get(place);
  return found ? found.made.options.item.title : `${at[0].toFixed(4)}, ${at[1].toFixed(4)}`;
}
/* What a copy has kept, as far as it can be understood. */
function takeNotes(kept_) {
  for (const each of Array.isArray(kept_) ? kept_ : []) {
    const { at, place, text } = each || {}, known = Array.isArray(at) && at.length === 2 && at.every(Number.isFinite);
    if (known && typeof text === "string" && text.trim()) placeNotes.push({ at, place: typeof place === "string" ? place : "", text: text.slice(0, LONGEST_NOTE) });
  }
}
function notesText() {
  const listed = placeNotes.map((note, index) => `${index + 1}. ${noteTitle(note)}: ${note.text}`);
  return [notesBox.value.trim(), ...listed].filter(Boolean).join("\n");
}
function noteIcon(number) {
  const svg = drawing("svg", { width: 24, height: 24, "aria-hidden": "true" }), digits = drawing("text", { x: 11, y: 16.5, "text-anchor": "middle", "font-size": 11, "font-weight": 700, fill: INK });
  svg.append(drawing("path", { d: "M3 3H21V15L15 21H3Z", fill: COLOURS.white, stroke: INK, "stroke-width": 1.5, "stroke-linejoin": "round" }),
    drawing("path", { d: "M21 15H15V21", fill: "none", stroke: INK, "stroke-width": 1.2 }), digits);
  digits.textContent = String(number);
  return L.divIcon({ html: svg, className: "symbol note-mark", iconSize: [24, 24], iconAnchor: [-3, 27] });
}
function drawNotes() {
  noteLayer.clearLayers();
  placeNotes.forEach((note, index) => {
    const made = L.marker(note.at, { icon: noteIcon(index + 1), pane: pane("note", 660), alt: "", autoPanOnFocus: false });
    made.on("add", () => made.getElement().setAttribute("aria-label", t("Note {number}, {place}: {text}", { number: grouped(index + 1), place: noteTitle(note), text: note.text })));
    made.bindTooltip(() => hint({ title: noteTitle(note), hint: note.text }), { direction: "top", offset: [14, -22] });
    made.on("click keypress", ({ type, originalEvent }) => {
      if (type === "keypress" && originalEvent.key !== "Enter") return;
      originalEvent.preventDefault();  // the key that opens the note is no part of it
      editNote(note);
    });
    note.made = made;
    noteLayer.addLayer(made);
  });
  noteList.replaceChildren(...placeNotes.map((note, index) => {
    const line = element("li"), go = element("button", "link"), remove = actionButton(t("Delete"), dropNote, note);
    go.type = "button";
    go.append(`${index + 1}. `, element("bdi", "", noteTitle(note)));
    go.addEventListener("click", () => { if (!map.getBounds().contains(note.at)) map.panTo(note.at, { animate: false }); editNote(note); });
    remove.setAttribute("aria-label", t("Delete note {number}", { number: grouped(index + 1) }));
    line.append(go, ": ", element("bdi", "", note.text), " ", remove);
    return line;
  }));
  document.getElementById("notes-printed").textContent = notesText();
}
function dropNote(note) {
  if (placeNotes.includes(note)) placeNotes.splice(placeNotes.indexOf(note), 1);
  map.closePopup();
  drawNotes();
  tell(t("The note is deleted."));
}
/* A small form over the place; a note without words is none. */
function editNote(note) {
  const box = element("form", "popup note-form"), title = element("h4"), label = element("label", "", t("Note")), text = element("textarea");
  const save = element("button", "", t("Save the note")), buttons = element("p", "actions"), known = placeNotes.includes(note);
  title.append(element("bdi", "", noteTitle(note)));
  Object.assign(text, { value: note.text, rows: 4, maxLength: LONGEST_NOTE });
  save.type = "submit";
  label.append(text);
  buttons.append(save);
  if (known) buttons.append(actionButton(t("Delete"), dropNote, note));
  box.append(title, label, buttons);
  box.addEventListener("submit", (event) => {
    event.preventDefault();
    note.text = text.value.trim();
    if (!note.text) { dropNote(note); return; }
    if (!known) placeNotes.push(note);
    map.addLayer(noteLayer);
    map.closePopup();
    drawNotes();
    note.made.getElement().focus({ preventScroll: true });
    tell(t("The note is kept until the page is closed. Save a copy to keep it."));
  });
  map.openPopup(L.popup(popupOptions()).setLatLng(note.at).setContent(box));
  text.focus({ preventScroll: true });
}
const noteAt = (latlng, place = "") => { const { lat, lng } = latlng.wrap(); return { at: [lat, lng], place, text: "" }; };
const noteTool = {
  button: document.getElementById("note-here"),
  begin() { tell(t("Click on the map, or go there with the arrow keys and press Enter.")); },
  take(at) { takeTool(this); editNote(noteAt(at)); },
  end() {},
};
mapTools.push(noteTool);
function noteAction(item) {
  const box = element("p", "actions"), { id } = item, known = placeNotes.filter(({ place }) => place === id);
  for (const note of known) box.append(actionButton(t("Note {number}", { number: grouped(placeNotes.indexOf(note) + 1) }), editNote, note));
  box.append(actionButton(t("Add a note"), () => editNote({ at: item.at, place: id, text: "" })));
  return box;
}
function wireNotes() {
  takeNotes(kept.places);
  placeParts.push(noteAction);
  drawNotes();
  whenLanguageTurns(drawNotes);
}
