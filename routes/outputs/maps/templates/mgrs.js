/* The Military Grid Reference System to the metre: the transverse Mercator projection of WGS 84 by Krueger's series
   to the sixth order (Karney 2011), exact to micrometres within a zone. Digits are cut off, not rounded. */
const FLATTENING = 1 / 298.257223563, THIRD = FLATTENING / (2 - FLATTENING), ECCENTRICITY = Math.sqrt(FLATTENING * (2 - FLATTENING));
const MERIDIAN = 6378137 / (1 + THIRD) * (1 + THIRD ** 2 / 4 + THIRD ** 4 / 64 + THIRD ** 6 / 256);
const KRUEGER = [
  [0, 1 / 2, -2 / 3, 5 / 16, 41 / 180, -127 / 288, 7891 / 37800],
  [0, 0, 13 / 48, -3 / 5, 557 / 1440, 281 / 630, -1983433 / 1935360],
  [0, 0, 0, 61 / 240, -103 / 140, 15061 / 26880, 167603 / 181440],
  [0, 0, 0, 0, 49561 / 161280, -179 / 168, 6601661 / 7257600],
  [0, 0, 0, 0, 0, 34729 / 80640, -3418889 / 1995840],
  [0, 0, 0, 0, 0, 0, 212378941 / 319334400],
].map((terms) => terms.reduce((sum, term, power) => sum + term * THIRD ** power, 0));

/* Norway's zone is wider, and Svalbard has four where others have seven. */
function utmZone(lat, lon) {
  const zone = Math.min(60, Math.floor((lon + 180) / 6) + 1);
  if (lat >= 56 && lat < 64 && lon >= 3 && lon < 12) return 32;
  if (lat >= 72 && lon >= 0 && lon < 42) return lon < 9 ? 31 : lon < 21 ? 33 : lon < 33 ? 35 : 37;
  return zone;
}
function utm(lat, lon) {
  const zone = utmZone(lat, lon), phi = lat * Math.PI / 180, lambda = (lon - (6 * zone - 183)) * Math.PI / 180;
  const tau = Math.tan(phi), sigma = Math.sinh(ECCENTRICITY * Math.atanh(ECCENTRICITY * tau / Math.hypot(1, tau)));
  const conformal = tau * Math.hypot(1, sigma) - sigma * Math.hypot(1, tau);
  const xi = Math.atan2(conformal, Math.cos(lambda)), eta = Math.asinh(Math.sin(lambda) / Math.hypot(conformal, Math.cos(lambda)));
  let north = xi, east = eta;
  KRUEGER.forEach((factor, index) => {
    const twice = 2 * (index + 1);
    north += factor * Math.sin(twice * xi) * Math.cosh(twice * eta);
    east += factor * Math.cos(twice * xi) * Math.sinh(twice * eta);
  });
  const scale = 0.9996 * MERIDIAN;
  return { zone, east: 500000 + scale * east, north: scale * north + (lat < 0 ? 10000000 : 0) };
}
/* Empty beyond 80 degrees south and 84 north, where another grid begins. */
function mgrs(lat, lon) {
  if (lat < -80 || lat > 84) return "";
  const { zone, east, north } = utm(lat, ((lon + 180) % 360 + 360) % 360 - 180), band = "CDEFGHJKLMNPQRSTUVWX"[Math.min(19, Math.floor(lat / 8) + 10)];
  const column = ["STUVWXYZ", "ABCDEFGH", "JKLMNPQR"][zone % 3][Math.floor(east / 100000) - 1];
  const row = (zone % 2 ? "ABCDEFGHJKLMNPQRSTUV" : "FGHJKLMNPQRSTUVABCDE")[Math.floor(north / 100000) % 20];
  const digits = (metres) => String(Math.floor(metres % 100000)).padStart(5, "0");
  return `${String(zone).padStart(2, "0")}${band}${column}${row}${digits(east)}${digits(north)}`;
}
/* Tenths of a second, carried over: 59.96 seconds are a minute. */
function dms(lat, lon) {
  const said = (value, [plus, minus]) => {
    const tenths = Math.round(Math.abs(value) * 36000), seconds = (tenths % 600) / 10, minutes = Math.floor(tenths / 600) % 60;
    return `${Math.floor(tenths / 36000)}°${String(minutes).padStart(2, "0")}′${seconds.toFixed(1).padStart(4, "0")}″${value < 0 ? minus : plus}`;
  };
  return `${said(lat, "NS")} ${said(lon, "EW")}`;
}
