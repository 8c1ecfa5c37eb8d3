/* How figures read: the rule of routes/outputs/text.py. Numbers are rounded half to even, as there. */
function percent(fraction) {
  for (const [whole, name] of [[0, "0"], [1, "100"]]) if (Math.abs(fraction - whole) < 1e-9) return `${name}\u00a0%`;
  if (fraction < 0) return `\u2212${percent(-fraction)}`;
  if (fraction < 0.001) return "<\u00a00.1\u00a0%";
  if (fraction > 0.999 && fraction < 1) return ">\u00a099.9\u00a0%";
  const hundredfold = 100 * fraction, even = (4 * hundredfold) % 4 === 1 ? hundredfold - 0.05 : hundredfold;
  return `${even.toFixed(1)}\u00a0%`;
}
