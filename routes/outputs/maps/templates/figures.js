/* How figures read: the rule of routes/outputs/text.py. Numbers are rounded half to even, as there. */
function percent(fraction) {
  return remember(`${perCent(fraction)}\u00a0%`, () => percent(fraction));
}
function perCent(fraction) {
  for (const [whole, name] of [[0, "0"], [1, "100"]]) if (Math.abs(fraction - whole) < 1e-9) return name;
  if (fraction < 0) return `\u2212${perCent(-fraction)}`;
  if (fraction < 0.001) return `<\u00a0${signs("0.1")}`;
  if (fraction > 0.999 && fraction < 1) return `>\u00a0${signs("99.9")}`;
  const hundredfold = 100 * fraction, even = (4 * hundredfold) % 4 === 1 ? hundredfold - 0.05 : hundredfold;
  return signs(even.toFixed(1));
}
function points(change) {
  const size = (100 * Math.abs(change)).toFixed(1);
  return remember(Number(size) ? `${change < 0 ? "\u2212" : "+"}${signs(size)}` : signs("0.0"), () => points(change));
}
/* The two ends of an interval, as routes/outputs/text.py writes them. */
function intervalText(low, high) {
  const ends = [...new Set([perCent(Math.max(0, low)), perCent(Math.max(0, high))])];
  return remember(`${ends.join("\u2013")}\u00a0%`, () => intervalText(low, high));
}
