"""The style sheet of a briefing: for a screen, a telephone, and A4."""

from routes.outputs.palette import css_variables

STYLE = (
    css_variables()
    + """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 0 1rem; background: var(--white); color: var(--ink);
  font: 1rem/1.45 "DejaVu Sans", "Segoe UI", Arial, sans-serif; overflow-wrap: break-word; }
.mark { margin: 0 -1rem; padding: .25rem 1rem; background: var(--black); text-align: right; font-weight: 700;
  font-size: 1rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 1.2rem 0 .2rem; }
.subtitle { margin: 0; color: var(--soft); }
.issue { display: grid; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); gap: .1rem 1rem;
  margin: .6rem 0; font-size: .85rem; }
.issue div { display: flex; gap: .4rem; }
.issue dt { color: var(--soft); white-space: nowrap; }
.issue dd { margin: 0; font-weight: 600; }
nav ol { columns: 3 14rem; padding-left: 1.4rem; font-size: .85rem; }
nav a { color: var(--heading); }
.beside { display: grid; gap: 0 1.4rem; }
.of-2 { grid-template-columns: 1fr 1fr; }
.of-3 { grid-template-columns: 1fr 1fr 1fr; }
.beside > section { min-width: 0; }
main > section:first-child > p { font-weight: 700; font-size: 1.08em; }
.words ul { padding-left: 1.1rem; }
h2 { font-size: 1.2rem; margin: 1.8rem 0 .5rem; border-bottom: 2px solid var(--heading);
  padding-bottom: .15rem; break-after: avoid; }
p, ul, ol { margin: .5rem 0; }
li { margin: .3rem 0; }
.wide { overflow-x: auto; margin: .7rem 0; }
.wide:focus-visible { outline: 3px solid var(--focus); }
table { border-collapse: collapse; width: 100%; font-size: .88rem; }
td { overflow-wrap: anywhere; }
/* Fixed widths: to find the narrowest width of long cells takes a PDF four times as long. */
.wide-cells { table-layout: fixed; font-size: .76rem; min-width: 44rem; }
.wide-cells td { overflow-wrap: break-word; }
.crossings { font-size: .88rem; }
.crossings th:nth-child(1) { width: 5%; }
.crossings th:nth-child(2) { width: 18.5%; }
.crossings th:nth-child(3) { width: 19%; }
.crossings th:nth-child(4) { width: 10%; }
.crossings th:nth-child(5) { width: 6.5%; }
.crossings th:nth-child(6) { width: 8%; }
.crossings th:nth-child(7) { width: 9.5%; }
.crossings th:nth-child(8) { width: 11.5%; }
.seizures th:nth-child(1) { width: 9.5%; }
.seizures th:nth-child(2) { width: 14%; }
.seizures th:nth-child(3) { width: 12.5%; }
.seizures th:nth-child(4) { width: 8.5%; }
.seizures th:nth-child(5) { width: 7.5%; }
.seizures th:nth-child(6) { width: 9%; }
.seizures th:nth-child(7) { width: 6.5%; }
.seizures th:nth-child(9) { width: 10%; }
.changes th:nth-child(1) { width: 24%; }
.changes th:nth-child(2), .changes th:nth-child(3) { width: 10%; }
.changes th:nth-child(4) { width: 11%; }
.changes th:nth-child(5) { width: 7%; }
.periods th:nth-child(1), .periods th:nth-child(2) { width: 12%; }
.periods th:nth-child(3) { width: 10%; }
.periods th:nth-child(4) { width: 7%; }
.units th:nth-child(1) { width: 26%; }
.units th:nth-child(2) { width: 18%; }
.units th:nth-child(3) { width: 19%; }
.units th:nth-child(4) { width: 16%; }
.near th:nth-child(1) { width: 9%; }
.near th:nth-child(2) { width: 17%; }
.near th:nth-child(3) { width: 5%; }
.near th:nth-child(4) { width: 15%; }
.near th:nth-child(5) { width: 8%; }
.near th:nth-child(7) { width: 9%; }
.near th:nth-child(8) { width: 9.5%; }
.hashes th:nth-child(1) { width: 24%; }
th, td { border-bottom: 1px solid var(--line); padding: .25rem .45rem; text-align: start;
  vertical-align: top; }
th { border-bottom: 2px solid var(--edge); text-align: left; overflow-wrap: normal; }
.figure { text-align: right; font-variant-numeric: tabular-nums; }
td.figure { white-space: nowrap; }
.short { white-space: nowrap; }
tr { break-inside: avoid; }
thead { display: table-header-group; }
figure { margin: .8rem 0; break-inside: avoid; }
figure .wide { margin: 0; }
figure svg { max-width: 100%; height: auto; border: 1px solid var(--line); display: block; }
figcaption { font-size: .85rem; color: var(--soft); }
footer { margin-top: 2rem; font-size: .8rem; color: var(--soft); }
@media screen and (max-width: 44rem) {
  .of-2, .of-3 { grid-template-columns: 1fr; }
  nav ol { columns: 1; }
  figure svg { max-width: none; width: 40rem; }
}
@page { size: A4; margin: 15mm 14mm 15mm; }
@media print {
  body { max-width: none; padding: 0; font-size: 8.8pt; line-height: 1.32; }
  .mark, footer, nav { display: none; }
  h1 { font-size: 15pt; margin-top: 0; }
  h2 { font-size: 10.5pt; margin: 2.6mm 0 1mm; border-bottom-width: 1px; padding-bottom: 0; }
  p, ul, ol { margin: 1mm 0; }
  li { margin: .7mm 0; }
  .issue { grid-template-columns: 1.4fr .8fr 1.3fr; font-size: 7.8pt; margin: 1.5mm 0; gap: 0 4mm; }
  .issue div { display: block; }
  .issue dt, .issue dd { display: inline; margin-right: 1mm; }
  .new-page { break-before: page; }
  .new-page h2 { margin-top: 0; }
  .kept { break-inside: avoid; }
  .beside { gap: 0 5mm; break-inside: avoid; }
  .moves { grid-template-columns: 1.15fr 1fr; }
  .words { font-size: 7.8pt; line-height: 1.25; }
  .words li { margin: .45mm 0; }
  .words h2 { font-size: 9.5pt; margin-top: 1.5mm; }
  table { font-size: 7.6pt; }
  th, td { padding: .6mm 1.2mm; }
  .wide-cells { font-size: 6.6pt; min-width: 0; }
  .crossings { font-size: 7.4pt; }
  .wide { overflow: visible; margin: 1mm 0; }
  figure { margin: 1mm 0; }
  figcaption { font-size: 7pt; line-height: 1.2; }
}
""".strip()
)
