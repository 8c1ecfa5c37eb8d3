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
.seizures th:nth-child(1) { width: 9.5%; }
.seizures th:nth-child(2) { width: 14%; }
.seizures th:nth-child(3) { width: 13%; }
.seizures th:nth-child(4) { width: 12%; }
.seizures th:nth-child(5) { width: 9.5%; }
.seizures th:nth-child(6) { width: 6.5%; }
.seizures th:nth-child(8) { width: 10.5%; }
.hashes th:nth-child(1) { width: 24%; }
th, td { border-bottom: 1px solid var(--line); padding: .25rem .45rem; text-align: start;
  vertical-align: top; }
th { border-bottom: 2px solid var(--edge); text-align: left; overflow-wrap: normal; }
.figure { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.short { white-space: nowrap; }
tr { break-inside: avoid; }
thead { display: table-header-group; }
figure { margin: .8rem 0; break-inside: avoid; }
figure svg { max-width: 100%; height: auto; border: 1px solid var(--line); }
figcaption { font-size: .85rem; color: var(--soft); }
footer { margin-top: 2rem; font-size: .8rem; color: var(--soft); }
@page { size: A4; margin: 18mm 15mm 18mm; }
@media print {
  body { max-width: none; padding: 0; font-size: 9.5pt; }
  .mark, footer { display: none; }
  h1 { font-size: 17pt; margin-top: 0; }
  h2 { font-size: 12.5pt; }
  table { font-size: 8pt; }
  .wide-cells { font-size: 6.8pt; min-width: 0; }
  .wide { overflow: visible; }
}
""".strip()
)
